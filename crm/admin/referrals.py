"""Who brought whom."""

from typing import Any

from django.contrib import admin
from django.db.models import Q
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import ChoicesDropdownFilter, RelatedDropdownFilter

from crm.admin.base import TrackedAdmin
from crm.admin.display import badge, link, page_of, profile_link
from crm.admin.search import profile_ids
from crm.models import Module, Referral
from crm.services.referrals import OBJECTIVES


@admin.register(Referral)
class ReferralAdmin(TrackedAdmin):
    """Sponsors and those whom they brought."""

    is_big = True
    list_display = ("shown_referee", "shown_sponsor", "module", "shown_status", "shown_objectives", "created_at")
    list_display_links = ("created_at",)
    list_select_related = ("sponsor", "referee", "module")
    list_filter = (("status", ChoicesDropdownFilter), ("module", RelatedDropdownFilter))
    search_fields = ("sponsor",)
    search_help_text = _("E-mail or name of the sponsor or the referee")
    ordering = ("-id",)
    autocomplete_fields = ("module", "sponsor", "referee")
    fields = (("sponsor", "referee"), "module", ("status", "shown_objectives"), "shown_order", "validated_at")
    empty_title = _("Nobody has brought anybody yet")

    def found(self, term: str) -> Q:
        """Search both sides."""
        ids = profile_ids(term)
        return Q(sponsor__in=ids) | Q(referee__in=ids)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **options: Any) -> Any:
        """Offer referral modules."""
        if db_field.name == "module":
            options["queryset"] = Module.objects.filter(kind=Module.Kind.REFERRAL, is_archived=False)
        return super().formfield_for_foreignkey(db_field, request, **options)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Let nobody rewrite who brought whom, or validate by hand."""
        fixed = ("status", "shown_objectives", "shown_order", "validated_at")
        return ("sponsor", "referee", "module", *fixed) if obj else fixed

    @admin.display(description=_("Referee"))
    def shown_referee(self, row: Referral) -> str:
        """Return the referee as a link."""
        return profile_link(row.referee)

    @admin.display(description=_("Sponsor"))
    def shown_sponsor(self, row: Referral) -> str:
        """Return the sponsor as a link."""
        return profile_link(row.sponsor)

    @admin.display(description=_("Status"))
    def shown_status(self, row: Referral) -> str:
        """Return the status as a badge."""
        return badge(row.get_status_display(), "success" if row.status == Referral.Status.VALIDATED else "info")

    @admin.display(description=_("Reached"))
    def shown_objectives(self, row: Referral) -> str:
        """Return what the referee did so far."""
        return ", ".join(str(OBJECTIVES.get(one, one)) for one in row.objectives) or "–"

    @admin.display(description=_("Order"))
    def shown_order(self, row: Referral) -> str:
        """Return the order that counted."""
        return link(row.order, page_of("crm.order", row.order_id)) if row.order_id else "–"
