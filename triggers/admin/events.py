"""The ledger of events: the list, and a page that shows what was seen and what came of it."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import ChoicesDropdownFilter, DropdownFilter, RangeDateFilter

from crm.admin.base import ReadOnlyAdmin
from crm.admin.display import badge, profile_link
from crm.admin.panels import Panel, shown
from crm.registry import Registry
from crm.words import pairs
from triggers.admin.words import ICONS, TONES, detail_of
from triggers.models import Event, Kind

#: the panels of an event's page (the entries that it caused, …); any app may register
event_panels: Registry[Panel] = Registry("event panel")


class HandledFilter(DropdownFilter):
    """Events that wait, or that went wrong."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Offer the states."""
        return [("waiting", _("Waiting")), ("handled", _("Handled")), ("wrong", _("Went wrong"))]

    def queryset(self, request: HttpRequest, queryset: "QuerySet[Any]") -> "QuerySet[Any]":
        """Keep the events."""
        kept = {
            "waiting": Q(handled_at=None),
            "handled": Q(handled_at__isnull=False, error=""),
            "wrong": Q(handled_at__isnull=False) & ~Q(error=""),
        }
        return queryset.filter(kept[self.value()]) if self.value() in kept else queryset


@admin.register(Event)
class EventAdmin(ReadOnlyAdmin):
    """What happened, as it was seen."""

    is_big = True
    list_display = ("shown_kind", "shown_detail", "shown_profile", "origin", "shown_state", "occurred_at")
    list_select_related = ("profile",)
    list_filter = (
        ("kind", ChoicesDropdownFilter),
        ("origin", ChoicesDropdownFilter),
        HandledFilter,
        ("recorded_at", RangeDateFilter),
    )
    list_filter_submit = True
    search_profile = "profile"
    search_help_text = _("The customer's e-mail or name")
    ordering = ("-id",)
    empty_title = _("Nothing has happened yet")
    empty_text = _("Each change of a profile, order, cart, consent or pot leaves an event here.")

    @admin.display(description=_("Event"))
    def shown_kind(self, row: Event) -> str:
        """Return the kind."""
        return str(row.get_kind_display())

    @admin.display(description=_("What was seen"))
    def shown_detail(self, row: Event) -> str:
        """Return the line that says it."""
        return detail_of(row)

    @admin.display(description=_("Profile"))
    def shown_profile(self, row: Event) -> str:
        """Return the profile as a link."""
        return profile_link(row.profile)

    @admin.display(description=_("State"))
    def shown_state(self, row: Event) -> str:
        """Return whether it was handled."""
        return state_of(row)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the page of an event."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        event = Event.objects.select_related("profile").filter(pk=object_id).first() if object_id.isdecimal() else None
        if event is None:
            raise Http404
        kind = Kind(event.kind)
        context = {
            **self.admin_site.each_context(request),
            "title": str(kind.label),
            "opts": self.opts,
            "original": event,
            "event": event,
            "icon": ICONS[kind],
            "tone": TONES.get(kind, ""),
            "detail": detail_of(event),
            "state": state_of(event),
            "profile": profile_link(event.profile),
            "pairs": [one for one in pairs(event.snapshot or {}) if one[1] != "–" and not one[0].endswith("_cents")],
            "panels": shown(event_panels, request, event),
        }
        return TemplateResponse(request, "triggers/admin/event.html", context)


def state_of(event: Event) -> str:
    """Return a badge that says whether the event was handled."""
    if event.handled_at is None:
        return badge(_("Waiting"), "info")
    return badge(_("Went wrong"), "danger") if event.error else badge(_("Handled"), "success")
