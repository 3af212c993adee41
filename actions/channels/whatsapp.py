"""WhatsApp (A3): approved templates by Meta's Cloud API, or into the mailbox while it is not set up."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import prefetch_related_objects
from django.utils.translation import gettext as _

from actions import reasons
from actions.channels.http import Call, HttpChannel, http_channels
from actions.channels.kept import keep_call
from actions.channels.results import Final, Skip
from actions.integrations import active, is_set_up
from actions.integrations.kinds.whatsapp import WhatsApp
from actions.models import Delivery
from actions.secrets import Undecipherable
from actions.sending.texts import render_texts
from crm.models import Site


@http_channels.register
class WhatsAppChannel(HttpChannel):
    """One template with its parameters to one mobile; an outcome that nobody knows is shown and not repeated."""

    kind = "whatsapp"
    has_one_host = True

    def prepare_many(self, deliveries: Sequence[Delivery]) -> list[Call | Final | Skip]:
        """Render all parameters with one call of the renderer; look the integration up once."""
        integration = active(WhatsApp)
        if integration is None and is_set_up(WhatsApp):
            return [Skip(reasons.INTEGRATION_OFF) for _delivery in deliveries]
        prefetch_related_objects(deliveries, "content")
        sender = Site.current().name
        return [
            texts if isinstance(texts, Final) else _call(integration, delivery, texts, sender)
            for delivery, texts in zip(deliveries, render_texts(deliveries), strict=True)
        ]

    def shown(self, delivery: Delivery) -> str:
        """Return the template with its parameters, or why there can be none."""
        texts = render_texts([delivery], to_show=True)[0]
        return texts.reason if isinstance(texts, Final) else in_words(delivery.content.parts, texts)


def template_of(parts: Mapping[str, Any], texts: Mapping[str, str]) -> dict[str, Any] | Final:
    """Return the `template` of a message as Meta's documents have it; a parameter that is empty would be refused."""
    components: list[dict[str, Any]] = []
    for component in parts["components"]:
        values = [" ".join(texts.get(name, "").split()) for name in component["texts"]]
        if not all(values):
            return Final(
                _("Parameter “%(name)s” is empty for this profile, which WhatsApp refuses: give it a default value.")
                % {"name": component["texts"][values.index("")]}
            )
        kept = {name: value for name, value in component.items() if name != "texts"}
        components.append({**kept, "parameters": [{"type": "text", "text": value} for value in values]})
    template: dict[str, Any] = {"name": parts["template"], "language": {"code": parts["code"]}}
    return {**template, "components": components} if components else template


def in_words(parts: Mapping[str, Any], texts: Mapping[str, str]) -> str:
    """Return a template with its parameters to be read."""
    lines = [f"{parts['template']} ({parts['code']})"]
    lines += [f"{name}: {' '.join(text.split())}" for name, text in texts.items()]
    return "\n".join(lines)


def _call(
    integration: WhatsApp | None, delivery: Delivery, texts: Mapping[str, str], sender: str
) -> Call | Final | Skip:
    parts = delivery.content.parts
    template = template_of(parts, texts)
    delivery.subject = str(parts["template"])[:250]
    if isinstance(template, Final):
        return template
    if integration is None:
        return keep_call(delivery, in_words(parts, texts), sender=sender)
    try:
        return integration.call(delivery, template)
    except Undecipherable:
        return Final(reasons.KEY_CHANGED)
