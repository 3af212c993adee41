"""A2: SMS by Twilio's Programmable Messaging (www.twilio.com/docs/messaging/api/message-resource)."""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from functools import partial
from typing import Any
from urllib.parse import urlencode, urlsplit

from django import forms
from django.core.validators import RegexValidator
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from actions.channels.answers import AGAIN
from actions.channels.http import Call
from actions.channels.provider_answers import NOT_LET_IN, provider_result, text_in
from actions.channels.results import Final, Result, Sent, Skip, Temporary
from actions.integrations.base import Tested, integration_kinds
from actions.integrations.callbacks import callback_url
from actions.integrations.forms import ApiField, LineField, SecretField
from actions.integrations.sms import SmsForm, SmsProvider
from actions.integrations.testing import tested
from actions.models import Delivery
from actions.outbound.client import request as call_out
from actions.outbound.response import Response
from actions.replies import take_reply
from actions.reports import Report, delivery_named, note_reports

#: errors that pass: too many calls at once, queue full (www.twilio.com/docs/api/errors)
TEMPORARY = frozenset({"20429", "14107", "30001", "30022", "63038"})
#: the recipient has answered STOP to this sender
OPTED_OUT = "21610"
#: states of a message that we keep, in our words
STATES = {"sent": "sent", "delivered": "delivered", "read": "read", "undelivered": "failed", "failed": "failed"}


_SENDER = RegexValidator(
    r"^(\+?\d{3,15}|MG[0-9a-fA-F]{32}|[A-Za-z0-9 ]{1,11})$",
    _("Write a number as +33700000000, a name of at most 11 letters and digits, or MG and 32 letters and digits."),
)


class TwilioForm(SmsForm):
    """The account, and who sends."""

    field_order = ("account_sid", "auth_token", "sender")
    account_sid = LineField(label=_("Account SID"), max_length=64)
    auth_token = SecretField(label=_("Auth token"))
    sender = LineField(
        label=_("Sender"),
        max_length=64,
        validators=[_SENDER],
        help_text=_("A number of yours (+33…), a name of at most 11 characters, or a Messaging Service SID (MG…)."),
    )
    url = ApiField(label=_("Address of the API"), initial="https://api.twilio.com")

    def clean_account_sid(self) -> str:
        """Refuse what would lead elsewhere."""
        sid = str(self.cleaned_data["account_sid"]).strip()
        if not sid.isalnum() or not sid.isascii():
            raise forms.ValidationError(_now("An account SID is AC and 32 letters and digits."), code="invalid")
        return sid


@integration_kinds.register
class Twilio(SmsProvider):
    """Sends SMS, takes states of delivery, and STOP."""

    kind = "twilio"
    label = _("Twilio (SMS)")
    text = _("Sends SMS to mobiles all over the world, says whether they arrived, and takes STOP.")
    form_class = TwilioForm
    callbacks = {
        "status": _("States of messages: used by itself, nothing to set up."),
        "reply": _("Incoming messages: set it as “A message comes in” of your number, so that STOP is heard."),
    }

    def call(self, delivery: Delivery, text: str) -> Call | Final:
        """POST the message; the state is told to an address that names the delivery."""
        sender = str(self.settings["sender"])
        form = {
            "To": delivery.recipient,
            "MessagingServiceSid" if sender.startswith("MG") and len(sender) == 34 else "From": sender,
            "Body": text,
            "StatusCallback": f"{callback_url(self.row, 'status')}?delivery={delivery.uid}",
        }
        post = partial(
            call_out,
            "POST",
            self._address("Messages.json"),
            headers={**self._headers(), "Content-Type": "application/x-www-form-urlencoded"},
            body=urlencode(form).encode(),
        )
        host = urlsplit(str(self.settings["url"])).netloc
        return Call(host, partial(provider_result, post, accepted=_accepted, refused=_refused))

    def test_connection(self) -> Tested:
        """Read the account."""
        ask = partial(call_out, "GET", self._address("")[:-1] + ".json", headers=self._headers())
        return tested(ask, lambda body: text_in(body, "friendly_name") or text_in(body, "sid"))

    def receive(self, request: HttpRequest, what: str) -> HttpResponse:
        """Take a state or a reply that is signed with our token."""
        if request.method != "POST" or not self._is_signed(request, what):
            return HttpResponseForbidden()
        if what == "status":
            self._take_state(request)
        else:
            text = request.POST.get("OptOutType") or request.POST.get("Body", "")
            take_reply(str(request.POST.get("From", "")), str(text), channel="sms")
        return HttpResponse("<Response/>", content_type="text/xml")

    def _take_state(self, request: HttpRequest) -> None:
        delivery = delivery_named(request.GET.get("delivery", ""), channel="sms")
        state = STATES.get(str(request.POST.get("MessageStatus", "")))
        if delivery is not None and state:
            note_reports([Report(delivery, state, code=str(request.POST.get("ErrorCode", "")))])

    def _is_signed(self, request: HttpRequest, what: str) -> bool:
        """Check X-Twilio-Signature: HMAC-SHA1 of the address and of all sorted fields, in base64."""
        given = request.headers.get("X-Twilio-Signature", "")
        if not given:
            return False  # a stranger's body is not read
        query = request.META.get("QUERY_STRING", "")
        address = callback_url(self.row, what) + (f"?{query}" if query else "")
        fields = "".join(f"{name}{value}" for name in sorted(request.POST) for value in request.POST.getlist(name))
        mac = hmac.digest(self.secrets["auth_token"].encode(), (address + fields).encode(), hashlib.sha1)
        return hmac.compare_digest(base64.b64encode(mac), given.encode("utf-8", "replace"))

    def _address(self, resource: str) -> str:
        return f"{self.settings['url']}/2010-04-01/Accounts/{self.settings['account_sid']}/{resource}"

    def _headers(self) -> dict[str, str]:
        pair = f"{self.settings['account_sid']}:{self.secrets['auth_token']}"
        return {"Authorization": f"Basic {base64.b64encode(pair.encode()).decode()}", "Accept": "application/json"}


def _accepted(response: Response, body: Mapping[str, Any]) -> Sent | None:
    sid = text_in(body, "sid")
    return Sent(sid) if sid else None


def _refused(response: Response, body: Mapping[str, Any]) -> Result | None:
    """Say Twilio's own error: its sentence and its code."""
    code = text_in(body, "code")
    if not code or response.status >= 500 or response.status in AGAIN | NOT_LET_IN:
        return None
    words = f"{text_in(body, 'message')} ({code})"
    if code == OPTED_OUT:
        return Skip(words)
    return Temporary(words, response.retry_after) if code in TEMPORARY else Final(words)
