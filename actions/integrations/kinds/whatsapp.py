"""A3: WhatsApp by Meta's Cloud API (developers.facebook.com/docs/whatsapp/cloud-api)."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseForbidden
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from actions.channels.answers import AGAIN
from actions.channels.http import Call
from actions.channels.provider_answers import provider_result, text_in
from actions.channels.results import Final, Result, Sent, Skip, Temporary, Unknown
from actions.channels.whatsapp_errors import NOT_LET_IN, OPTED_OUT, TEMPORARY, UNKNOWN
from actions.integrations.base import IntegrationKind, Tested, integration_kinds
from actions.integrations.callbacks import said_in
from actions.integrations.forms import ApiField, IntegrationForm, LineField, SecretField
from actions.integrations.testing import tested
from actions.models import Delivery
from actions.outbound.client import request as call_out
from actions.outbound.response import Response
from actions.whatsapp_states import take_answers, take_states


class WhatsAppForm(IntegrationForm):
    """The number that sends, and the secrets of the app."""

    phone_number_id = LineField(label=_("Phone number ID"), max_length=40)
    access_token = SecretField(label=_("Access token"), help_text=_("Of a system user, so that it does not expire."))
    app_secret = SecretField(label=_("App secret"), help_text=_("Meta signs its calls with it."))
    verify_token = SecretField(
        label=_("Verify token"), help_text=_("A word of your choice; give it to Meta together with the address below.")
    )
    url = ApiField(label=_("Address of the API"), initial="https://graph.facebook.com/v23.0")

    def clean_phone_number_id(self) -> str:
        """Refuse what would lead elsewhere."""
        number = str(self.cleaned_data["phone_number_id"]).strip()
        if not (number.isdecimal() and number.isascii()):
            raise forms.ValidationError(_now("The ID is a number; it is not the phone number itself."), code="invalid")
        return number


@integration_kinds.register
class WhatsApp(IntegrationKind):
    """Sends approved templates, takes states and STOP."""

    kind = "whatsapp"
    label = _("WhatsApp (Meta Cloud API)")
    text = _("Sends WhatsApp templates that Meta has approved, and says whether they were delivered and read.")
    icon = "chat"
    form_class = WhatsAppForm
    unlocks = frozenset({"send_whatsapp"})
    callbacks = {"status": _("Callback URL of the webhook; subscribe to the field “messages”.")}

    def call(self, delivery: Delivery, template: Mapping[str, Any]) -> Call | Final:
        """POST a template message; our uid comes back with each state of it."""
        body = {
            "messaging_product": "whatsapp",
            "recipient_type": "individual",
            "to": delivery.recipient,
            "type": "template",
            "template": template,
            "biz_opaque_callback_data": str(delivery.uid),
        }
        post = partial(
            call_out,
            "POST",
            f"{self.settings['url']}/{self.settings['phone_number_id']}/messages",
            headers={**self._headers(), "Content-Type": "application/json"},
            body=json.dumps(body, ensure_ascii=False).encode(),
        )
        host = urlsplit(str(self.settings["url"])).netloc
        return Call(host, partial(provider_result, post, accepted=_accepted, refused=_refused))

    def test_connection(self) -> Tested:
        """Read the number."""
        address = f"{self.settings['url']}/{self.settings['phone_number_id']}?fields=display_phone_number,verified_name"
        ask = partial(call_out, "GET", address, headers=self._headers())
        return tested(ask, lambda body: text_in(body, "verified_name") or text_in(body, "display_phone_number"))

    def receive(self, request: HttpRequest, what: str) -> HttpResponse:
        """Answer the handshake of a GET; take states of a POST that is signed with the app's secret."""
        if request.method == "GET":
            return self._handshake(request)
        given = request.headers.get("X-Hub-Signature-256", "")
        if not given:
            return HttpResponseForbidden()  # a stranger's body is not read
        raw = said_in(request)
        mac = "sha256=" + hmac.new(self.secrets["app_secret"].encode(), raw, hashlib.sha256).hexdigest()
        if not hmac.compare_digest(mac.encode(), given.encode("utf-8", "replace")):
            return HttpResponseForbidden()
        try:
            said = json.loads(raw)
        except (ValueError, RecursionError):
            return HttpResponseBadRequest()
        take_states(said)
        take_answers(said)
        return HttpResponse("")

    def _handshake(self, request: HttpRequest) -> HttpResponse:
        token = request.GET.get("hub.verify_token", "").encode("utf-8", "replace")
        is_ours = hmac.compare_digest(token, self.secrets["verify_token"].encode())
        if request.GET.get("hub.mode") != "subscribe" or not is_ours:
            return HttpResponseForbidden()
        return HttpResponse(request.GET.get("hub.challenge", "")[:200], content_type="text/plain")

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.secrets['access_token']}"}


def _accepted(response: Response, body: Mapping[str, Any]) -> Sent | None:
    wamid = text_in(body, "messages", 0, "id")
    return Sent(wamid) if wamid else None


def _refused(response: Response, body: Mapping[str, Any]) -> Result | None:
    """Map Meta's code; its details say more than its message."""
    code = text_in(body, "error", "code")
    if not code.isdecimal() or len(code) > 9:
        return None
    details = text_in(body, "error", "error_data", "details") or text_in(body, "error", "message")
    words = f"{details} ({code})"
    if int(code) == OPTED_OUT:
        return Skip(words)
    if int(code) in TEMPORARY:
        return Temporary(words, response.retry_after)
    if int(code) in UNKNOWN:
        return Unknown(words)
    if int(code) in NOT_LET_IN:
        return Final(_now("Meta refuses our token; test the integration. %s") % words)
    return None if response.status in AGAIN or response.status >= 500 else Final(words)
