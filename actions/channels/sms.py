"""SMS (A2): by the provider that is switched on, or into the mailbox while none is set up."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import prefetch_related_objects

from actions import reasons
from actions.channels.http import Call, HttpChannel, http_channels
from actions.channels.kept import keep_call
from actions.channels.results import Final, Skip
from actions.channels.sms_text import with_stop
from actions.guards import purpose_of
from actions.integrations.sms import SmsProvider, is_sms_switched_off, sms_provider
from actions.models import Delivery
from actions.secrets import Undecipherable
from actions.sending.texts import render_texts
from crm.models import Site


@http_channels.register
class SmsChannel(HttpChannel):
    """One text to one mobile; an outcome that nobody knows is shown and not repeated."""

    kind = "sms"
    has_one_host = True

    def prepare_many(self, deliveries: Sequence[Delivery]) -> list[Call | Final | Skip]:
        """Render all texts with one call of the renderer; look the provider up once."""
        provider = sms_provider()
        if provider is None and is_sms_switched_off():
            return [Skip(reasons.INTEGRATION_OFF) for _delivery in deliveries]
        settings = provider.settings if provider else {}
        prefetch_related_objects(deliveries, "content")
        sender = Site.current().name
        prepared: list[Call | Final | Skip] = []
        for delivery, texts in zip(deliveries, render_texts(deliveries), strict=True):
            if isinstance(texts, Final):
                prepared.append(texts)
                continue
            text = text_of(delivery, texts, settings)
            delivery.subject = " ".join(text.split())[:80]
            prepared.append(_call(provider, delivery, text, sender))
        return prepared

    def shown(self, delivery: Delivery) -> str:
        """Return the text, or why there can be none."""
        provider = sms_provider()
        texts = render_texts([delivery], to_show=True)[0]
        if isinstance(texts, Final):
            return texts.reason
        return text_of(delivery, texts, provider.settings if provider else {})


def text_of(delivery: Delivery, texts: Mapping[str, str], settings: Mapping[str, Any]) -> str:
    """Return the text as it is sent: with how to stop where it is marketing."""
    text = texts.get("text", "").strip()
    if purpose_of(delivery) != "marketing":
        return text
    return with_stop(text, str(settings.get("stop_text", "")), str(delivery.content.parts.get("language") or ""))


def _call(provider: SmsProvider | None, delivery: Delivery, text: str, sender: str) -> Call | Final:
    if not text:
        return Final(reasons.EMPTY)
    if provider is None:
        return keep_call(delivery, text, sender=sender)
    try:
        return provider.call(delivery, text)
    except Undecipherable:
        return Final(reasons.KEY_CHANGED)
