"""A4: Brevo's API v3 (developers.brevo.com/reference): contacts, lists, transactional templates and their events."""

import hmac
import json
from collections.abc import Mapping
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseForbidden
from django.utils.translation import gettext_lazy as _

from actions.brevo_events import take_events
from actions.channels.http import Call
from actions.channels.provider_answers import NOT_LET_IN, provider_result, text_in
from actions.channels.results import Final, Result, Sent, Temporary
from actions.integrations.base import IntegrationKind, Tested, integration_kinds
from actions.integrations.callbacks import said_in
from actions.integrations.forms import ApiField, IntegrationForm, SecretField
from actions.integrations.testing import tested
from actions.outbound.client import request as call_out
from actions.outbound.response import Response


class BrevoForm(IntegrationForm):
    """The key, and the token with which Brevo calls us."""

    api_key = SecretField(label=_("API key"), help_text=_("Under SMTP & API in Brevo; it begins with xkeysib-."))
    callback_token = SecretField(
        label=_("Token of its webhook"),
        help_text=_("A long word of your choice; Brevo sends it back as a bearer token with each event."),
    )
    url = ApiField(label=_("Address of the API"), initial="https://api.brevo.com/v3")


@integration_kinds.register
class Brevo(IntegrationKind):
    """Keeps contacts and lists, sends templates, takes what became of them."""

    kind = "brevo"
    label = _("Brevo")
    text = _("Creates and updates contacts, fills lists, sends the templates that are written there.")
    icon = "contact_mail"
    form_class = BrevoForm
    unlocks = frozenset({"brevo_contact", "brevo_add_to_list", "brevo_remove_from_list", "brevo_template"})
    callbacks = {"events": _("Address of a transactional webhook with the authentication “token”.")}

    def call(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any],
        *,
        done: frozenset[int] = frozenset(),
        done_codes: frozenset[str] = frozenset(),
    ) -> Call:
        """Return a call of the API; a status or a code that is `done` says that nothing is left to do."""
        ask = partial(
            call_out,
            method,
            f"{self.settings['url']}{path}",
            headers={**self._headers(), "Content-Type": "application/json"},
            body=json.dumps(body, ensure_ascii=False).encode(),
        )
        host = urlsplit(str(self.settings["url"])).netloc
        return Call(
            host, partial(provider_result, ask, accepted=_accepted, refused=partial(_refused, done, done_codes))
        )

    def test_connection(self) -> Tested:
        """Read the account."""
        ask = partial(call_out, "GET", f"{self.settings['url']}/account", headers=self._headers())
        return tested(ask, lambda body: text_in(body, "companyName") or text_in(body, "email"))

    def receive(self, request: HttpRequest, what: str) -> HttpResponse:
        """Take events that carry our bearer token: one JSON object, or several in a batch."""
        given = request.headers.get("Authorization", "").encode("utf-8", "replace")
        is_ours = hmac.compare_digest(given, f"Bearer {self.secrets['callback_token']}".encode())
        if request.method != "POST" or not is_ours:
            return HttpResponseForbidden()
        try:
            said = json.loads(said_in(request))
        except (ValueError, RecursionError):
            return HttpResponseBadRequest()
        take_events([each for each in (said if isinstance(said, list) else [said]) if isinstance(each, dict)])
        return HttpResponse("")

    def _headers(self) -> dict[str, str]:
        return {"api-key": self.secrets["api_key"], "Accept": "application/json"}


def _accepted(response: Response, body: Mapping[str, Any]) -> Sent | None:
    """Take a contact that was made (201, its id) or updated (204), and a message (201, its id)."""
    if response.status == 204:
        return Sent()
    name = text_in(body, "messageId") or text_in(body, "id")
    return Sent(name) if name else None


def _refused(
    done: frozenset[int], done_codes: frozenset[str], response: Response, body: Mapping[str, Any]
) -> Result | None:
    """Say Brevo's own error: its sentence and its code; too many calls end when its rate limit begins anew."""
    if response.status in done or text_in(body, "code") in done_codes:
        return Sent()
    words = f"{text_in(body, 'message')} ({text_in(body, 'code') or response.status})"
    if response.status == 429:
        reset = response.headers.get("x-sib-ratelimit-reset", "")
        seconds = float(reset) if reset.isdecimal() and len(reset) < 10 else None
        return Temporary(words, response.retry_after or seconds)
    if response.status >= 500 or response.status in NOT_LET_IN or not text_in(body, "message"):
        return None
    return Final(words)
