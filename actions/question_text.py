"""What a mail says that asks to confirm a consent: the definition's template, or our own text in each language."""

import html
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from crm.models import ConsentDefinition, Site

_BUTTON = (
    "display:inline-block;padding:12px 24px;border-radius:8px;background:#7c3aed;color:#ffffff;"
    "font-weight:bold;text-decoration:none"
)


def question_content(definition: ConsentDefinition) -> dict[str, Any]:
    """Return the message as actions freeze it: {"name", "default": language, "languages": {language: parts}}."""
    from actions.types.email_content import frozen_message  # types ask questions: they load this module

    if definition.confirmation_template is not None:
        content = frozen_message({"template": definition.confirmation_template.uid})
        if content["languages"]:
            return content
    return {
        "name": "",
        "default": Site.current().language,
        "languages": {language: _parts(definition, language) for language, _name in settings.LANGUAGES},
    }


def _parts(definition: ConsentDefinition, language: str) -> dict[str, str | int | None]:
    wording = definition.wording_in(language)
    with translation.override(language):
        label = definition.label_in(language)
        days = definition.confirm_within_days
        subject = _("Please confirm: %(label)s") % {"label": label}
        asked = _("You have asked {{ site.name }} for this:")
        please = _("Please confirm that it was you. Without your confirmation nothing is sent.")
        after = ngettext(
            "The link works for %(n)d day. If it was not you, do nothing: it then lapses by itself.",
            "The link works for %(n)d days. If it was not you, do nothing: it then lapses by itself.",
            days,
        ) % {"n": days}
        button = _("Yes, I confirm")
    said = _quoted(wording.text if wording else label)
    return {
        "language": language,
        "wording": wording.version if wording else None,
        "subject": _quoted(subject),
        "preheader": "",
        "html": (
            f"<p>{html.escape(asked)}</p>"
            f'<blockquote style="margin:16px 0;padding-left:16px;border-left:3px solid #7c3aed">'
            f"{html.escape(said)}</blockquote>"
            f"<p>{html.escape(please)}</p>"
            f'<p style="margin:24px 0"><a href="{{{{ confirm_url }}}}" style="{_BUTTON}">{html.escape(button)}</a></p>'
            f'<p style="font-size:13px">{html.escape(after)}</p>'
        ),
        "text": f"{asked}\n\n    {said}\n\n{please}\n\n{button}: {{{{ confirm_url }}}}\n\n{after}\n",
        **dict.fromkeys(("sender_name", "sender_email", "reply_to"), ""),
    }


def _quoted(text: str) -> str:
    """Return a text whose braces are no merge tags."""
    return text.replace("{{", "{ {").replace("{%", "{ %")
