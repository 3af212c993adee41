"""A message that is being written, rendered as in production for somebody the shop knows."""

from collections.abc import Mapping

from django.http import HttpResponse, JsonResponse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from actions.framing import message_response
from actions.referral_links import NAME, programmes
from actions.rendering.known import problems_of_texts, template_paths
from actions.rendering.namespaces import profile_namespace, site_namespace
from actions.rendering.renderer import renderer
from actions.rendering.texts import Job, Rendered, RenderFailed, Texts
from crm import clock
from crm.conditions.facts import facts_of, plain_profile
from crm.models import Profile, Site

#: the texts of a message
PARTS = ("subject", "preheader", "html", "text")
_LONGEST = 500_000


def preview_of(parts: Mapping[str, str], *, may_see_profiles: bool) -> HttpResponse:
    """Return the page for the frame: the message, or in a sentence what is wrong with it.

    Who may not see profiles sees it without the data of one.
    """
    rendered = _rendered(_texts(parts), parts, may_see_profiles)
    if isinstance(rendered, RenderFailed):
        return message_response(_page(_("This cannot be sent yet: %(problem)s") % {"problem": rendered.message}))
    if rendered.html:
        return message_response(rendered.html)
    return message_response(_page(rendered.text or _("Nothing is written yet.")))


def said_of(parts: Mapping[str, str], *, may_see_profiles: bool) -> JsonResponse:
    """Return what stands beside the frame: the subject as it would arrive, and what is wrong with the texts."""
    texts = _texts(parts)
    rendered = _rendered(texts, parts, may_see_profiles)
    subject = "" if isinstance(rendered, RenderFailed) else rendered.subject
    return JsonResponse({"subject": subject, "problems": problems_of_texts(texts.values(), template_paths())})


def _texts(parts: Mapping[str, str]) -> dict[str, str]:
    return {name: str(parts.get(name, ""))[:_LONGEST] for name in PARTS}


def _rendered(texts: Mapping[str, str], parts: Mapping[str, str], may_see_profiles: bool) -> Rendered | RenderFailed:
    site = Site.current()
    language = str(parts.get("language") or site.language)[:8]
    context = _context(site, language, may_see_profiles)
    return renderer().render(Job(Texts.of(texts), context, language, site.time_zone))


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
