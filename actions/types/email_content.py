"""The message of an e-mail action as plain parts, in every language it has."""

from collections.abc import Mapping
from typing import Any

from crm.models import Site, Template

#: what the renderer fills
PARTS = ("subject", "preheader", "html", "text")
SENDER = ("sender_name", "sender_email", "reply_to")


def frozen_message(config: Mapping[str, Any]) -> dict[str, Any]:
    """Return a template, or the action's own text: {"name", "default": language, "languages": {language: parts}}."""
    default = Site.current().language
    if "template" not in config:
        return {"name": "", "default": default, "languages": {default: _parts(config, config, default)}}
    template = Template.objects.prefetch_related("texts").filter(uid=config["template"]).first()
    if template is None:
        return {"name": "", "default": default, "languages": {}}
    return {
        "name": template.name,
        "default": default,
        "languages": {
            text.language: _parts(vars(text), vars(template), text.language)
            for text in sorted(template.texts.all(), key=lambda text: text.language)
        },
    }


def _parts(texts: Mapping[str, Any], sender: Mapping[str, Any], language: str) -> dict[str, str]:
    return {
        "language": language,
        **{name: str(texts.get(name) or "") for name in PARTS},
        **{name: str(sender.get(name) or "") for name in SENDER},
    }
