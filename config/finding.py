"""The search of the back-office: people, orders, workflows and pages, by what they begin with."""

from django.http import HttpRequest
from django.utils.translation import gettext as _
from unfold.dataclasses import SearchResult

from config.sidebar import navigation
from crm.admin.display import page_of
from crm.admin.search import begins_with, profiles_named
from crm.models import Order, Profile
from workflows.models import Workflow

#: so many of each are offered
MOST = 6


def find(request: HttpRequest, term: str) -> list[SearchResult]:
    """Return what a term finds, of what the user may see."""
    found = []
    user = request.user
    if user.has_perm("crm.view_profile"):
        rows = Profile.objects.filter(profiles_named(term), erased_at=None).order_by()[:MOST]
        found += [
            SearchResult(
                str(row), f"{_('Profile')} · {row.email or row.external_id}", page_of("crm.profile", row.pk), "person"
            )
            for row in rows
        ]
    if user.has_perm("crm.view_order"):
        orders = Order.objects.filter(begins_with(["reference"], term)).select_related("profile").order_by()[:MOST]
        found += [
            SearchResult(
                order.reference, f"{_('Order')} · {order.profile}", page_of("crm.order", order.pk), "receipt_long"
            )
            for order in orders
        ]
    if user.has_perm("workflows.view_workflow"):
        workflows = Workflow.objects.filter(name__icontains=term)[:MOST]
        found += [
            SearchResult(
                row.name,
                f"{_('Workflow')} · {row.get_status_display()}",
                page_of("workflows.workflow", row.pk),
                "account_tree",
            )
            for row in workflows
        ]
    return [*found, *_pages(request, term)]


def _pages(request: HttpRequest, term: str) -> list[SearchResult]:
    wanted = term.casefold()
    return [
        SearchResult(str(item["title"]), str(group["title"]), item["link"], item["icon"])
        for group in navigation(request)
        for item in group["items"]
        if wanted in str(item["title"]).casefold()
    ]
