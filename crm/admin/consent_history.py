"""The history of a profile's consents in words: what changed, when, through which door, on which words."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from crm.admin.display import CONSENT_TONES
from crm.consent_sources import said_source
from crm.models import ConsentChange, ConsentStatus, ConsentWording, Profile

SHOWN = 50
_SAID = {
    ConsentStatus.ACCEPTED: gettext_lazy("“%(consent)s” was accepted"),
    ConsentStatus.REFUSED: gettext_lazy("“%(consent)s” was refused"),
    ConsentStatus.TO_CONFIRM: gettext_lazy("“%(consent)s” waits to be confirmed"),
    ConsentStatus.UNKNOWN: gettext_lazy("“%(consent)s” is unknown again"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """A change in words, with the words that were agreed to."""

    change: ConsentChange
    said: str
    how: str
    tone: str
    wording: str


class ConsentHistory:
    """The page; mixed into the admin of profiles."""

    admin_site: Any
    has_view_permission: Any

    def consents_view(self, request: HttpRequest, profile_id: int) -> HttpResponse:
        """Show the newest changes, or those before `before`."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        profile = Profile.objects.filter(pk=profile_id).first()
        if profile is None:
            raise Http404
        rows = profile.consent_changes.select_related("definition").order_by("-id")
        before = request.GET.get("before", "")
        if before.isdecimal() and len(before) < 19:
            rows = rows.filter(pk__lt=int(before))
        changes = list(rows[: SHOWN + 1])
        context = {
            **self.admin_site.each_context(request),
            "title": _("Consents of %(name)s") % {"name": profile},
            "opts": Profile._meta,
            "original": profile,
            "profile": profile,
            "lines": lines_of(changes[:SHOWN]),
            "older": changes[SHOWN - 1].pk if len(changes) > SHOWN else None,
            "is_first_page": not before,
        }
        return TemplateResponse(request, "crm/admin/profile/consent_history.html", context)


def lines_of(changes: Iterable[ConsentChange]) -> list[Line]:
    """Say changes in the current language; one query more for the words that were shown."""
    rows = list(changes)
    language = (get_language() or "")[:2]
    shown: dict[tuple[int, int], dict[str, str]] = {}
    for wording in ConsentWording.objects.filter(definition__in={row.definition_id for row in rows}).order_by("id"):
        shown.setdefault((wording.definition_id, wording.version), {})[wording.language] = wording.text
    lines = []
    for row in rows:
        texts = shown.get((row.definition_id, row.wording_version or 0), {})
        label = row.definition.label_in(language)
        lines.append(
            Line(
                change=row,
                said=str(_SAID[ConsentStatus(row.status)]) % {"consent": label},
                how=_how(row),
                tone=CONSENT_TONES[row.status],
                wording=texts.get(language) or next(iter(texts.values()), ""),
            )
        )
    return lines


def _how(row: ConsentChange) -> str:
    how = said_source(row.source)
    return f"{how} ({row.source_id})" if how and row.source_id else how
