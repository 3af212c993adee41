"""Filters of lists, each of which an index or a short list serves."""

from typing import Any

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import DropdownFilter

from crm.admin.fields import language_choices
from crm.conditions.segments import segment_q
from crm.errors import Invalid
from crm.models import ConsentDefinition, ConsentStatus, Segment


class LanguageFilter(DropdownFilter):
    """Rows in a language, with or without a region."""

    title = _("language")
    parameter_name = "language"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Offer the languages."""
        return language_choices()

    def queryset(self, request: HttpRequest, queryset: "QuerySet[Any]") -> "QuerySet[Any]":
        """Keep the rows in it."""
        return queryset.filter(language__startswith=self.value()) if self.value() else queryset


class ConsentFilter(DropdownFilter):
    """Profiles that accepted or refused something."""

    title = _("consent")
    parameter_name = "consent"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Offer each definition, accepted and refused."""
        return [
            (f"{one.pk}-{status}", f"{one}: {ConsentStatus(status).label}")
            for one in ConsentDefinition.objects.filter(is_archived=False)
            for status in ("accepted", "refused")
        ]

    def queryset(self, request: HttpRequest, queryset: "QuerySet[Any]") -> "QuerySet[Any]":
        """Keep the profiles that stand there."""
        definition, _dash, status = (self.value() or "").partition("-")
        if not definition.isdecimal():
            return queryset
        return queryset.filter(consents__definition_id=int(definition), consents__status=status)


class SegmentFilter(DropdownFilter):
    """Profiles that are in a segment."""

    title = _("segment")
    parameter_name = "segment"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Offer those in use, and the one that was asked for."""
        rows = Segment.objects.filter(Q(is_archived=False) | Q(pk=_number(request.GET.get("segment", ""))))
        return [(str(pk), name) for pk, name in rows.order_by("name").values_list("pk", "name")]

    def queryset(self, request: HttpRequest, queryset: "QuerySet[Any]") -> "QuerySet[Any]":
        """Keep who is in it; nobody where it is gone or its rules cannot be asked."""
        if not self.value():
            return queryset
        segment = Segment.objects.filter(pk=_number(self.value())).first()
        try:
            return queryset.filter(segment_q(segment.rules or {}, uid=str(segment.uid))) if segment else queryset.none()
        except Invalid as error:
            messages.warning(request, error.message)
            return queryset.none()


def _number(value: str | None) -> int:
    return int(value) if value and value.isdecimal() and len(value) < 19 else 0


class ShownFilter(DropdownFilter):
    """Leave out what was archived, unless it is asked for."""

    title = _("shown")
    parameter_name = "shown"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Offer the archived, or all."""
        return [("archived", _("Archived")), ("all", _("In use and archived"))]

    def queryset(self, request: HttpRequest, queryset: "QuerySet[Any]") -> "QuerySet[Any]":
        """Keep what is in use by default."""
        if self.value() == "all":
            return queryset
        return queryset.filter(is_archived=self.value() == "archived")
