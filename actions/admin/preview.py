"""A message that is being written, rendered as in production for somebody the shop knows."""

from collections.abc import Mapping

from django.http import HttpResponse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from actions.framing import message_response
from actions.referral_links import NAME, programmes
from actions.rendering.namespaces import profile_namespace, site_namespace
from actions.rendering.renderer import renderer
from actions.rendering.texts import Job, RenderFailed, Texts
from crm import clock
from crm.conditions.facts import facts_of, plain_profile
from crm.models import Profile, Site

_LONGEST = 500_000


def preview_of(parts: Mapping[str, str], *, may_see_profiles: bool) -> HttpResponse:
    """Return the page for the frame: the message, or in a sentence what is wrong with it.

    Who may not see profiles sees it without the data of one.
    """
    texts = Texts.of({name: str(parts.get(name, ""))[:_LONGEST] for name in ("subject", "preheader", "html", "text")})
    site = Site.current()
    language = str(parts.get("language") or site.language)[:8]
    rendered = renderer().render(Job(texts, _context(site, language, may_see_profiles), language, site.time_zone))
    if isinstance(rendered, RenderFailed):
        return message_response(_page(_("This cannot be sent yet: %(problem)s") % {"problem": rendered.message}))
    if rendered.html:
        return message_response(rendered.html)
    return message_response(_page(rendered.text or _("Nothing is written yet.")))


def _context(site: Site, language: str, may_see_profiles: bool) -> dict[str, object]:
    newest = Profile.objects.filter(erased_at=None).order_by("-id").first() if may_see_profiles else None
    plain = plain_profile(facts_of([newest.pk], clock.now())[newest.pk]) if newest else {}
    return {
        "profile": profile_namespace(plain),
        "data": {},
        "site": site_namespace(site, language),
        "unsubscribe_url": "#",
        "preferences_url": "#",
        "pot_url": "#",
        "confirm_url": "#",
        NAME: {module.slug: "#" for module in programmes()},
    }


def _page(text: str) -> str:
    return format_html(
        '<!doctype html><meta charset="utf-8">'
        '<pre style="white-space:pre-wrap;font:15px/1.5 system-ui,sans-serif;margin:16px;color:#374151">{}</pre>',
        text,
    )
