"""The audit log: who changed what and when, in one list for administrators (spec section 8)."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.models import ADDITION, CHANGE, DELETION, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import DropdownFilter, RangeDateFilter

from crm.admin.base import ReadOnlyAdmin
from crm.admin.display import badge, link, page_of
from crm.admin.search import begins_with
from crm.models import User

_DEEDS = {
    ADDITION: (_("Added"), "success"),
    CHANGE: (_("Changed"), "info"),
    DELETION: (_("Deleted"), "danger"),
}


class UserFilter(DropdownFilter):
    """What one person did."""

    title = _("user")
    parameter_name = "user"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Offer the people of the back-office."""
        return [(str(pk), name) for pk, name in User.objects.order_by("username").values_list("pk", "username")]

    def queryset(self, request: HttpRequest, queryset: "QuerySet[Any]") -> "QuerySet[Any]":
        """Keep what they did."""
        return queryset.filter(user=_number(self.value())) if self.value() else queryset


class DeedFilter(DropdownFilter):
    """Added, changed or deleted."""

    title = _("deed")
    parameter_name = "deed"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Offer the three."""
        return [(str(flag), words) for flag, (words, _tone) in _DEEDS.items()]

    def queryset(self, request: HttpRequest, queryset: "QuerySet[Any]") -> "QuerySet[Any]":
        """Keep those."""
        return queryset.filter(action_flag=_number(self.value())) if self.value() else queryset


class ThingFilter(DropdownFilter):
    """Changes of one kind of thing."""

    title = _("thing")
    parameter_name = "thing"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Offer what has a page."""
        pages = ContentType.objects.get_for_models(*admin.site._registry)
        return sorted(((str(one.pk), _thing(one)) for one in pages.values()), key=lambda pair: pair[1])

    def queryset(self, request: HttpRequest, queryset: "QuerySet[Any]") -> "QuerySet[Any]":
        """Keep those."""
        return queryset.filter(content_type=_number(self.value())) if self.value() else queryset


@admin.register(LogEntry)
class AuditAdmin(ReadOnlyAdmin):
    """One line for each deed of somebody in the back-office; nobody edits it."""

    is_big = True
    list_display = ("action_time", "user", "shown_deed", "shown_thing", "shown_row", "shown_what")
    list_display_links = None
    list_select_related = ("user", "content_type")
    list_filter = (UserFilter, DeedFilter, ThingFilter, ("action_time", RangeDateFilter))
    list_filter_submit = True
    search_fields = ("object_repr",)
    search_help_text = _("The beginning of a name, or a user's name")
    ordering = ("-id",)
    rows_name = _("changes")
    empty_title = _("Nothing was changed yet")
    empty_text = _("Each change that somebody makes in the back-office leaves a line here: who, when and what.")

    @admin.display(description=_("Deed"))
    def shown_deed(self, row: LogEntry) -> SafeString | str:
        """Return what was done."""
        words, tone = _DEEDS.get(row.action_flag, ("–", ""))
        return badge(words, tone)

    @admin.display(description=_("Thing"))
    def shown_thing(self, row: LogEntry) -> str:
        """Return the kind of thing."""
        return _thing(row.content_type) if row.content_type else "–"

    @admin.display(description=_("Name"))
    def shown_row(self, row: LogEntry) -> SafeString | str:
        """Return the row as a link to its page, while it is there."""
        if row.content_type is None or row.action_flag == DELETION:
            return row.object_repr
        return link(row.object_repr, page_of(f"{row.content_type.app_label}.{row.content_type.model}", row.object_id))

    @admin.display(description=_("What"))
    def shown_what(self, row: LogEntry) -> SafeString | str:
        """Return what was changed, with a link to the versions where every one is kept."""
        said = row.get_change_message()
        words = _now(said) if said else "–"
        return link(words, _versions(row)) if _versions(row) else words

    def found(self, term: str) -> Q:
        """Search by the beginning of a name, and by user."""
        return begins_with(["object_repr"], term) | Q(user__username__istartswith=term)


def _number(value: str | None) -> int:
    """Return the number of a filter, one that nothing has for nonsense."""
    return int(value) if value and value.isdecimal() and len(value) < 10 else 0


def _thing(content_type: ContentType) -> str:
    model = content_type.model_class()
    return str(model._meta.verbose_name).capitalize() if model else content_type.model


def _versions(row: LogEntry) -> str:
    """Return the address of the versions of a row, empty where none are kept."""
    model = row.content_type.model_class() if row.content_type else None
    if model is None or not hasattr(model, "history") or row.action_flag == DELETION:
        return ""
    try:
        return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_history", args=[row.object_id])
    except NoReverseMatch:
        return ""
