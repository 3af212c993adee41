"""The first page of the back-office: what matters today."""

import json
from datetime import date, datetime, timedelta
from typing import Any

from django.core.cache import cache
from django.db.models import Count, Sum
from django.db.models.functions import TruncDate
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from actions.mailings.progress import LIVE as UNDER_WAY
from actions.mailings.progress import with_progress
from actions.models import Delivery, SpamAlarm
from actions.models.delivery import LATE
from actions.models.delivery import Status as DeliveryStatus
from crm import clock
from crm.admin.display import list_of
from crm.models import ApiKey, CouponPool, Erasure, Newsletter, Order, Profile, Site
from triggers.models import Event
from workflows.models import Run, Workflow
from workflows.models.run import Status as RunStatus
from workflows.models.workflow import Status

DAYS = 14
#: newsletters on the first page; the list has all
MOST_MAILINGS = 5
#: figures over many rows are counted at most this often
_FRESH_FOR = 60  # seconds
_MOST = 1_000
_COLOURS = {DeliveryStatus.SENT: "#16a34a", DeliveryStatus.FAILED: "#dc2626", DeliveryStatus.UNKNOWN: "#ea580c"}


def context(request: HttpRequest, page: dict[str, Any]) -> dict[str, Any]:
    """Add what the first page shows to the context of the admin's own."""
    workflows = Workflow.objects.aggregate(
        under_way=Sum("under_way"), succeeded=Sum("succeeded"), stopped=Sum("stopped"), failed=Sum("failed")
    )
    may_see = request.user.has_perm("workflows.view_workflow")
    steps = first_steps()
    return {
        **page,
        "title": _("Today"),
        "may_see": may_see,
        "figures": figures(workflows) if may_see else [],
        "attention": attention() if may_see else [],
        "chart": json.dumps(messages_chart()) if may_see else "",
        "mailings": mailings() if request.user.has_perm("crm.view_newsletter") else [],
        "chart_options": json.dumps(_OPTIONS),
        "steps": steps if not all(done for _text, _url, done in steps) else [],
    }


def figures(counters: dict[str, int | None]) -> list[tuple[str, int, str]]:
    """Return the cards on top: words, number, and where it leads."""
    active = Workflow.objects.filter(status=Status.ACTIVE).count()
    runs = list_of("workflows.run")
    return [
        (_("Active workflows"), active, list_of("workflows.workflow")),
        (_("Runs under way"), counters["under_way"] or 0, f"{runs}?status__exact=waiting"),
        (_("Runs done"), counters["succeeded"] or 0, f"{runs}?status__exact=done"),
        (_("Runs stopped"), counters["stopped"] or 0, f"{runs}?status__exact=stopped"),
        (_("Runs failed"), counters["failed"] or 0, f"{runs}?status__exact=failed"),
    ]


def attention() -> list[tuple[str, str, str]]:
    """Return what somebody should look at: words, number, where it leads; empty when all is well."""
    known: list[tuple[str, int, str]] | None = cache.get("declic-attention")
    if known is None:
        ids = list(Workflow.objects.values_list("pk", flat=True))
        deliveries = Delivery.objects.filter(workflow_id__in=ids)
        wrong = deliveries.filter(status=DeliveryStatus.FAILED, channel="webhook")
        unknown = deliveries.filter(status=DeliveryStatus.UNKNOWN)
        parked = Run.objects.filter(workflow_id__in=ids, status=RunStatus.FAILED)
        late = Delivery.objects.late(clock.now())
        waiting = Event.objects.unhandled().filter(recorded_at__lt=clock.now() - LATE)
        known = [
            ("parked", _up_to(parked), list_of("workflows.run", status__exact="failed")),
            ("unknown", _up_to(unknown), list_of("actions.delivery", status__exact="unknown")),
            ("webhooks", _up_to(wrong), list_of("actions.delivery", status__exact="failed", channel__exact="webhook")),
            ("late", _up_to(late), list_of("actions.delivery", state="late")),
            ("waiting", _up_to(waiting), list_of("triggers.event", state="waiting")),
            ("coupons", _up_to(CouponPool.objects.running_low()), list_of("crm.couponpool")),
            ("erasures", _up_to(Erasure.objects.parked()), list_of("crm.erasure")),
            ("spam", _up_to(SpamAlarm.objects.filter(is_open=True)), list_of("actions.spamalarm")),
        ]
        cache.set("declic-attention", known, _FRESH_FOR)
    words = {
        "parked": _("runs that failed with an error"),
        "unknown": _("messages of which nobody knows whether they arrived"),
        "webhooks": _("webhooks that failed for good"),
        "late": _("messages that are late by more than five minutes: do their servers answer?"),
        "coupons": _("coupon pools with few codes left"),
        "erasures": _("erasures that stopped by an error: some of their history is still there"),
        "spam": _("alarm: too many people complained, and no newsletter leaves until you lift it"),
        "waiting": _("events that have waited for more than five minutes: do the workers run?"),
    }
    return [(words[kind], f"{number}" + ("+" if number == _MOST else ""), url) for kind, number, url in known if number]


def mailings() -> list[Newsletter]:
    """Return the newsletters that are under way or paused, with how far they are, and the next that are scheduled."""
    live = Newsletter.objects.filter(status__in=[*UNDER_WAY, Newsletter.Status.SCHEDULED]).defer("frozen")
    return list(with_progress(live).order_by("send_at", "pk")[:MOST_MAILINGS])


def messages_chart() -> dict[str, Any]:
    """Return messages by day and outcome, as the chart takes them."""
    today = timezone.localdate(clock.now())
    days = [today - timedelta(days=DAYS - 1 - number) for number in range(DAYS)]
    counted = _messages_by_day(days[0])
    return {
        "labels": [date_format(day, _("M j")) for day in days],
        "datasets": [
            {
                "label": str(status.label),
                "data": [counted.get((day.isoformat(), status.value), 0) for day in days],
                "backgroundColor": colour,
                "stack": "messages",
            }
            for status, colour in _COLOURS.items()
        ],
    }


def _is_named() -> bool:
    """Tell whether somebody has said whose messages these are."""
    site = Site.current()
    unnamed = Site()
    return (site.name, site.sender_email) != (unnamed.name, unnamed.sender_email)


def first_steps() -> list[tuple[str, str, bool]]:
    """Return what a new shop does first: words, where, and whether it is done."""
    return [
        (_("Say who you are: name, addresses, sender"), reverse("admin:crm_site_changelist"), _is_named()),
        (_("Make an API key for your shop"), reverse("admin:crm_apikey_changelist"), ApiKey.objects.exists()),
        (_("Let your shop send its first customer"), list_of("crm.profile"), Profile.objects.exists()),
        (_("Let your shop send its first order"), list_of("crm.order"), Order.objects.exists()),
        (
            _("Build a workflow, look at its preview, activate it"),
            list_of("workflows.workflow"),
            Workflow.objects.filter(version__isnull=False).exists(),
        ),
        (_("Watch its first run"), list_of("workflows.run"), Run.objects.exists()),
    ]


def _messages_by_day(first: date) -> dict[tuple[str, str], int]:
    key = f"declic-messages-{first}"
    counted: dict[tuple[str, str], int] | None = cache.get(key)
    if counted is None:
        since = timezone.make_aware(datetime(first.year, first.month, first.day))
        rows = (
            Delivery.objects.filter(ended_at__gte=since, status__in=list(_COLOURS))
            .annotate(day=TruncDate("ended_at"))
            .values("day", "status")
            .annotate(number=Count("pk"))
            .order_by()
        )
        counted = {(row["day"].isoformat(), row["status"]): row["number"] for row in rows}
        cache.set(key, counted, _FRESH_FOR)
    return counted


def _up_to(rows: Any) -> int:
    number: int = rows.order_by()[:_MOST].count()
    return number


_OPTIONS = {
    "maintainAspectRatio": False,
    "scales": {
        "x": {"stacked": True, "grid": {"display": False}},
        "y": {"stacked": True, "beginAtZero": True, "ticks": {"precision": 0}},
    },
    "plugins": {"legend": {"display": True, "position": "bottom"}},
}
