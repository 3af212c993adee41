"""What the pages that customers see share: their language, their frame, and that nobody else learns of them."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation

from actions.links import Link
from crm.models import Profile, Site


def profile_of(link: Link, token: str) -> Profile | None:
    """Return the profile for which a link was made; None for a link that is not ours, or of somebody who was erased."""
    uid = link.uid(token)
    return Profile.objects.filter(uid=uid, erased_at=None).first() if uid else None


def language_of(profile: Profile | None, site: Site) -> str:
    """Return the language of a page: the profile's, else the shop's, else ours."""
    known = dict(settings.LANGUAGES)
    for wanted in (profile.language if profile else "", site.language):
        for name in (wanted, wanted.partition("_")[0]):
            if name in known:
                return name
    return settings.LANGUAGE_CODE


def hosted_page(
    request: HttpRequest, template: str, profile: Profile | None, context: Mapping[str, Any], *, status: int = 200
) -> HttpResponse:
    """Render a page for a profile (None: the link is not ours) in its language; nobody indexes it or learns of it."""
    site = Site.current()
    language = language_of(profile, site)
    shop_url = site.address((profile.language if profile else "") or site.language)
    with translation.override(language):
        response = render(
            request, template, {"site": site, "shop_url": shop_url, "language": language, **context}, status=status
        )
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex"
    response["Content-Language"] = language
    return response


def no_page(request: HttpRequest) -> HttpResponse:
    """Say that a link does not work."""
    return hosted_page(request, "actions/no_page.html", None, {}, status=404)
