"""The message of a mailing: that of an e-mail action with the same template and ground."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from actions.mailings.rows import FACTS
from actions.planning import Contents, frozen_context
from actions.referral_links import NAME, programmes_named
from actions.rendering.namespaces import profile_namespace
from actions.rendering.renderer import renderer
from actions.rendering.shown import Shown
from actions.rendering.texts import Job, RenderFailed, Texts
from actions.sending.letters import with_footer
from actions.types.send_email import SendEmailAction
from crm import clock
from crm.conditions.facts import facts_of, plain_profile
from crm.models import Profile, Site
from crm.models.mailing import Mailing

#: where the link to unsubscribe leads in a preview
NOWHERE = "#unsubscribe"


def message_of(mailing: Mailing) -> SendEmailAction:
    """Return the action that sends what a mailing sends."""
    return SendEmailAction(
        {
            "to": "profile",
            "template": str(mailing.template.uid),
            "purpose": mailing.purpose,
            "consents": list(mailing.consents),
        }
    )


def render_for(content: Mapping[str, Any], profile: Profile | None, *, is_marketing: bool) -> Shown:
    """Render a frozen message for a profile (None: nobody in particular), as it would be sent now."""
    if not content["languages"]:
        return Shown(error=_("The template has no text in any language."))
    site = Site.current()
    wanted = (profile.language if profile else "") or site.language
    parts = Contents.of(content).for_language(wanted)[1]
    plain = {"language": "", "time_zone": ""}
    if profile is not None:
        plain = plain_profile(facts_of([profile.pk], clock.now(), parts=FACTS)[profile.pk])
    frozen = frozen_context(plain, site, {})
    context = {
        "profile": profile_namespace(frozen["profile"]),
        "data": {},
        "site": frozen["site"],
        "unsubscribe_url": NOWHERE,
        NAME: {module.slug: "#referral" for module in programmes_named([parts])},
    }
    language = str(parts.get("language") or site.language)
    rendered = renderer().render(Job(Texts.of(parts), context, language, str(frozen["time_zone"])))
    if isinstance(rendered, RenderFailed):
        return Shown(error=rendered.message)
    if is_marketing:
        rendered = with_footer(rendered, language, NOWHERE)
    return Shown(rendered.subject, rendered.html, rendered.text)
