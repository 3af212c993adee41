"""Deliveries: everything that left, is to leave, or could not."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import ChoicesDropdownFilter, DropdownFilter, RangeDateFilter

from actions.admin.words import TONES, hold_of, state_of
from actions.models import Delivery
from actions.models.delivery import Status
from actions.reasons import reason_label
from crm import clock
from crm.admin.base import ReadOnlyAdmin
from crm.admin.display import badge, link, page_of, profile_link
from crm.admin.panels import Panel, shown
from crm.registry import Registry

#: the panels of a delivery's page; any app may register
delivery_panels: Registry[Panel] = Registry("delivery panel")


class LateFilter(DropdownFilter):
    """Messages that should have left minutes ago: their server is away, or nobody works."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Offer the one state."""
        return [("late", _("Late"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        """Keep what is late."""
        return queryset.late(clock.now()) if self.value() == "late" else queryset


@admin.register(Delivery)
class DeliveryAdmin(ReadOnlyAdmin):
    """One line for each message to each recipient."""

    is_big = True
    list_display = (
        "shown_subject",
        "channel",
        "recipient",
        "shown_profile",
        "shown_status",
        "shown_reason",
        "planned_at",
    )
    list_select_related = ("profile",)
    list_filter = (
        ("status", ChoicesDropdownFilter),
        ("channel", ChoicesDropdownFilter),
        LateFilter,
        ("planned_at", RangeDateFilter),
    )
    list_filter_submit = True
    search_profile = "profile"
    search_help_text = _("The customer's e-mail or name")
    ordering = ("-id",)
    empty_title = _("Nothing was sent yet")
    empty_text = _("Each message of a workflow leaves a line here, also the ones that were not sent, with the reason.")

    @admin.display(description=_("Message"))
    def shown_subject(self, row: Delivery) -> str:
        """Return the subject."""
        return row.subject or f"#{row.pk}"

    @admin.display(description=_("Profile"))
    def shown_profile(self, row: Delivery) -> str:
        """Return the profile as a link."""
        return profile_link(row.profile)

    @admin.display(description=_("Status"))
    def shown_status(self, row: Delivery) -> str:
        """Return the status as a badge."""
        return badge(row.get_status_display(), TONES[Status(row.status)])

    @admin.display(description=_("Why"))
    def shown_reason(self, row: Delivery) -> str:
        """Return the reason in words, with the time at which what is put off may leave."""
        said = reason_label(row.reason) if row.reason and row.status != Status.SENT else ""
        return hold_of(row) or said

    def get_queryset(self, request: HttpRequest) -> Any:
        """Leave the merge data where it is."""
        return super().get_queryset(request).defer("context", "rules")

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the page of a delivery: what was sent, why, and how it went."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        rows = Delivery.objects.select_related("profile")
        delivery = rows.filter(pk=object_id).first() if object_id.isdecimal() else None
        if delivery is None:
            raise Http404
        context = {
            **self.admin_site.each_context(request),
            "title": str(delivery),
            "opts": self.opts,
            "original": delivery,
            "delivery": delivery,
            "status": badge(delivery.get_status_display(), TONES[Status(delivery.status)]),
            "state": state_of(delivery),
            "may_leave_at": delivery.due_at if hold_of(delivery) or delivery.status == Status.PLANNED else None,
            "profile": profile_link(delivery.profile),
            "causes": _causes(delivery),
            "show": "text" if "text" in request.GET else "",
            "panels": shown(delivery_panels, request, delivery),
        }
        return TemplateResponse(request, "actions/admin/delivery.html", context)


def _causes(delivery: Delivery) -> list[tuple[Any, str]]:
    """Return what led to a delivery, from the event on, each with a link where there is a page."""
    steps = [
        (_("Event"), "triggers.event", delivery.event_id),
        (_("Workflow"), "workflows.workflow", delivery.workflow_id),
        (_("The run"), "workflows.run", delivery.run_id),
        (_("Newsletter"), "crm.newsletter", delivery.newsletter_id),
        (_("Scenario"), "crm.scenario", delivery.scenario_id),
    ]
    return [(label, link(f"#{key}", page_of(model, key))) for label, model, key in steps if key]
