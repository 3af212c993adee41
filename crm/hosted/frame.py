"""The frame of every page that customers see: the shop, one language, one zone, one look."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import tzinfo
from typing import Any, Self

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation

from crm.models import Profile, Site
from crm.wallclock import zone_of


@dataclass(frozen=True, slots=True)
class Frame:
    """The shop as a reader sees it, and how that reader is spoken to."""

    site: Site
    shop_url: str
    language: str
    zone: tzinfo

    @classmethod
    def of(cls, profile: Profile | None = None, *, language: str = "") -> Self:
        """Return the frame of a page for a profile (None: anybody reads it), in the page's own language if it has one.

        The one rule: the page's own language, else the profile's, else the shop's, else ours; the profile's time zone,
        else the shop's.
        """
        site = Site.current()
        own, zone = (profile.language, profile.time_zone) if profile else ("", "")
        wanted = [name for name in (language, own, site.language) if name]
        return cls(site, site.address(wanted[0] if wanted else ""), language_of(*wanted), zone_of(zone, site.time_zone))

    @contextmanager
    def spoken(self) -> Iterator[None]:
        """Say texts, dates and times as the reader knows them."""
        with translation.override(self.language), timezone.override(self.zone):
            yield

    def page(
        self, request: HttpRequest, template: str, context: Mapping[str, Any], *, status: int = 200
    ) -> HttpResponse:
        """Render a page that extends hosted/base.html."""
        shown = {"site": self.site, "shop_url": self.shop_url, "language": self.language, **context}
        with self.spoken():
            response = render(request, template, shown, status=status)
        response["Content-Language"] = self.language
        return response


def language_of(*wanted: str) -> str:
    """Return the first of the languages that we speak (`fr_BE` is spoken as `fr`), else our own."""
    known = dict(settings.LANGUAGES)
    for name in wanted:
        for spoken in (name, name.replace("-", "_").partition("_")[0].lower()):
            if spoken in known:
                return spoken
    return settings.LANGUAGE_CODE
