"""Brevo (A4): contacts, lists, templates. Calls are repeated with the same id: doing them twice does no harm."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import quote

from django.db.models import prefetch_related_objects
from django.utils.translation import gettext as _

from actions import reasons
from actions.channels.http import Call, HttpChannel, http_channels
from actions.channels.results import Final, Result, Skip, Unknown
from actions.integrations import active
from actions.integrations.kinds.brevo import Brevo
from actions.models import Delivery
from actions.secrets import Undecipherable
from actions.sending.texts import render_texts
from crm import clock

#: Brevo knows an idempotency key for 15 minutes at least (its change log of November 2021; its guide says 30)
KEY_KNOWN_FOR = timedelta(minutes=15)
#: what passes at most between looking at that and the call
MARGIN = timedelta(minutes=1)
#: the pauses before these attempts are shorter than that in all
SAFE_ATTEMPTS = 3
#: what it answers to a key that it knows: the message was taken by an earlier attempt
DUPLICATE = "duplicate_parameter"
Operation = Callable[[Brevo, Delivery, Mapping[str, str]], Call | Unknown]


@http_channels.register
class BrevoChannel(HttpChannel):
    """One thing done with one contact."""

    kind = "brevo"
    has_one_host = True

    def prepare_many(self, deliveries: Sequence[Delivery]) -> list[Call | Final | Skip | Unknown]:
        """Render all values with one call of the renderer; look the integration up once."""
        integration = active(Brevo)
        if integration is None:
            return [Skip(reasons.INTEGRATION_OFF) for _delivery in deliveries]
        prefetch_related_objects(deliveries, "content")
        return [
            texts if isinstance(texts, Final) else _call(integration, delivery, texts)
            for delivery, texts in zip(deliveries, render_texts(deliveries), strict=True)
        ]

    def shown(self, delivery: Delivery) -> str:
        """Return what is done, with its values, or why it cannot be."""
        texts = render_texts([delivery], to_show=True)[0]
        if isinstance(texts, Final):
            return texts.reason
        told = {name: value for name, value in delivery.content.parts.items() if name in ("lists", "list", "template")}
        return "\n".join(f"{name}: {value}" for name, value in {**told, **texts}.items())


def save_contact(brevo: Brevo, delivery: Delivery, texts: Mapping[str, str]) -> Call:
    """Create the contact or update it, and put it on lists."""
    body: dict[str, Any] = {"email": delivery.recipient, "updateEnabled": True}
    body["attributes"] = {name: value.strip() for name, value in texts.items() if value.strip()}
    if lists := delivery.content.parts.get("lists"):
        body["listIds"] = lists
    return brevo.call("POST", "/contacts", body)


def add_to_list(brevo: Brevo, delivery: Delivery, texts: Mapping[str, str]) -> Call:
    """Put the contact on a list; it is created where Brevo does not know it."""
    body = {"email": delivery.recipient, "listIds": [delivery.content.parts["list"]], "updateEnabled": True}
    return brevo.call("POST", "/contacts", body)


def remove_from_list(brevo: Brevo, delivery: Delivery, texts: Mapping[str, str]) -> Call:
    """Take the contact off a list; whom Brevo does not know is on none."""
    path = f"/contacts/{quote(delivery.recipient, safe='')}?identifierType=email_id"
    return brevo.call("PUT", path, {"unlinkListIds": [delivery.content.parts["list"]]}, done=frozenset({404}))


def send_template(brevo: Brevo, delivery: Delivery, texts: Mapping[str, str]) -> Call | Unknown:
    """Have a template sent, under an id by which Brevo refuses a repetition, and that comes back with its events.

    What an earlier attempt may have had sent is not repeated after Brevo has forgotten the id: it stays unknown.
    """
    since = delivery.unsure_since
    if since is not None and clock.now() - since > KEY_KNOWN_FOR - MARGIN:
        return Unknown(_("Brevo may have sent it, and would not know any more that it did."), may_repeat=False)
    body: dict[str, Any] = {
        "templateId": delivery.content.parts["template"],
        "to": [{"email": delivery.recipient}],
        "headers": {"idempotencyKey": str(delivery.uid), "X-Mailin-custom": str(delivery.uid)},
    }
    if texts:
        body["params"] = dict(texts)
    call = brevo.call("POST", "/smtp/email", body, done_codes=frozenset({DUPLICATE}))
    may_repeat = delivery.attempts < SAFE_ATTEMPTS

    def make() -> Result:
        result = call.make()
        return replace(result, may_repeat=may_repeat) if isinstance(result, Unknown) else result

    return Call(call.host, make)


#: what a content names → how it is done
OPERATIONS: dict[str, Operation] = {
    "contact": save_contact,
    "add_to_list": add_to_list,
    "remove_from_list": remove_from_list,
    "template": send_template,
}


def _call(brevo: Brevo, delivery: Delivery, texts: Mapping[str, str]) -> Call | Final | Unknown:
    parts = delivery.content.parts
    delivery.subject = str(parts.get("name", ""))[:250]
    try:
        return OPERATIONS[parts["operation"]](brevo, delivery, texts)
    except Undecipherable:
        return Final(reasons.KEY_CHANGED)
