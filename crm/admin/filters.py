"""Filters of lists, each of which an index or a short list serves."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import DropdownFilter

from crm.admin.fields import language_choices
from crm.models import ConsentDefinition, ConsentStatus


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
