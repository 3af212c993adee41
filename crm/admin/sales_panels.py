"""The panels of the profile page about orders, modules and referrals."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Count, Sum
from django.utils.translation import gettext_lazy as _

from crm.admin.display import ORDER_TONES, list_of, page_of
from crm.admin.panels import Panel, profile_panels
from crm.admin.profile_panels import SHOWN
from crm.models import Profile
from crm.models.order import ENDED_STATUSES


@profile_panels.register
class OrdersPanel(Panel):
    """The newest orders, with how many there are and what they come to."""

    kind = "orders"
    title = _("Orders")
    template = "crm/admin/profile/orders.html"
    order = 20
    permission = "crm.view_order"

    def context(self, row: Profile) -> Mapping[str, Any]:
        """Return orders and sums by currency."""
        sums = row.orders.exclude(status__in=ENDED_STATUSES).values("currency")
        return {
            "orders": [
                (order, ORDER_TONES[order.status], page_of("crm.order", order.pk))
                for order in row.orders.order_by("-ordered_at", "-id")[:SHOWN]
            ],
            "sums": list(sums.annotate(number=Count("pk"), amount=Sum("amount")).order_by("currency")),
            "more": list_of("crm.order", profile__id__exact=row.pk),
            "carts": list(row.carts.filter(status="open").order_by("-last_activity_at")[:3]),
        }


@profile_panels.register
class ReferralsPanel(Panel):
    """Who brought this profile, and whom it brought."""

    kind = "referrals"
    title = _("Referrals")
    template = "crm/admin/profile/referrals.html"
    column = "aside"
    order = 50
    permission = "crm.view_referral"

    def context(self, row: Profile) -> Mapping[str, Any] | None:
        """Return both sides; nothing where there is neither."""
        brought_by = getattr(row, "sponsorship", None)
        brought = list(row.sponsored.select_related("referee", "module").order_by("-id")[:SHOWN])
        if brought_by is None and not brought:
            return None
        return {
            "brought_by": brought_by,
            "sponsor_page": page_of("crm.profile", brought_by.sponsor_id) if brought_by else "",
            "brought": [(one, page_of("crm.profile", one.referee_id)) for one in brought],
        }


@profile_panels.register
class ParticipationsPanel(Panel):
    """The modules that this profile took part in, each with the way to the answers."""

    kind = "participations"
    title = _("Participations")
    template = "crm/admin/profile/participations.html"
    column = "aside"
    order = 45
    permission = "crm.view_participation"

    def context(self, row: Profile) -> Mapping[str, Any] | None:
        """Return the newest; nothing where there is none."""
        rows = list(row.participations.select_related("module").order_by("-id")[:SHOWN])
        return {"rows": [(one, page_of("crm.participation", one.pk)) for one in rows]} if rows else None
