"""The sidebar of the back-office, in a marketer's words."""

from typing import TYPE_CHECKING, Any, NamedTuple

from django.apps import apps
from django.contrib import admin
from django.contrib.admin.exceptions import NotRegistered
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise


class Link(NamedTuple):
    """An entry: the list of a model (`crm.Profile`) or the name of an address."""

    title: "StrPromise"
    icon: str
    target: str


GROUPS: "list[tuple[StrPromise, list[Link]]]" = [
    (
        _("Automations"),
        [
            Link(_("Workflows"), "account_tree", "workflows.Workflow"),
            Link(_("Runs"), "play_circle", "workflows.Run"),
        ],
    ),
    (
        _("People"),
        [
            Link(_("Profiles"), "group", "crm.Profile"),
            Link(_("Segments"), "filter_alt", "crm.Segment"),
            Link(_("Imports"), "upload_file", "crm.Import"),
            Link(_("Consents"), "verified_user", "crm.ConsentDefinition"),
        ],
    ),
    (
        _("Sales"),
        [
            Link(_("Orders"), "receipt_long", "crm.Order"),
            Link(_("Carts"), "shopping_cart", "crm.Cart"),
            Link(_("Products"), "inventory_2", "crm.Product"),
            Link(_("Categories"), "category", "crm.Category"),
            Link(_("Coupons"), "sell", "crm.CouponPool"),
            Link(_("Coupon codes"), "confirmation_number", "crm.Coupon"),
        ],
    ),
    (
        _("Loyalty"),
        [
            Link(_("Pots"), "savings", "crm.Pot"),
            Link(_("Movements"), "swap_vert", "crm.Movement"),
            Link(_("Referrals"), "diversity_3", "crm.Referral"),
            Link(_("Modules"), "extension", "crm.Module"),
            Link(_("Participations"), "how_to_reg", "crm.Participation"),
            Link(_("Rewards"), "redeem", "crm.Reward"),
            Link(_("Tiers"), "military_tech", "crm.Tier"),
        ],
    ),
    (
        _("Messages"),
        [
            Link(_("Templates"), "draft", "crm.Template"),
            Link(_("Newsletters"), "campaign", "crm.Newsletter"),
            Link(_("Scenarios"), "event_repeat", "crm.Scenario"),
            Link(_("Mailbox"), "inbox", "actions.MailboxMessage"),
            Link(_("Deliveries"), "outgoing_mail", "actions.Delivery"),
            Link(_("Suppressed addresses"), "block", "actions.Suppression"),
            Link(_("Frequency caps"), "speed", "actions.FrequencyCap"),
            Link(_("Spam alarms"), "report", "actions.SpamAlarm"),
        ],
    ),
    (
        _("Developers"),
        [
            Link(_("API keys"), "key", "crm.ApiKey"),
            Link(_("Events"), "bolt", "triggers.Event"),
            Link(_("What events did"), "call_split", "workflows.Entry"),
            Link(_("API page"), "api", "api:openapi-view"),
        ],
    ),
    (
        _("Settings"),
        [
            Link(_("Shop"), "settings", "crm.Site"),
            Link(_("Integrations"), "hub", "actions.Integration"),
            Link(_("Custom fields"), "edit_note", "crm.CustomField"),
            Link(_("Tags"), "label", "crm.Tag"),
            Link(_("Shop statuses"), "storefront", "crm.ShopStatus"),
            Link(_("Points on orders"), "percent", "crm.PointsProgramme"),
            Link(_("Users"), "manage_accounts", "crm.User"),
            Link(_("Roles"), "admin_panel_settings", "auth.Group"),
            Link(_("Audit log"), "history", "admin.LogEntry"),
            Link(_("Erasures"), "person_off", "crm.Erasure"),
            Link(_("What is kept how long"), "auto_delete", "crm.RetentionRule"),
        ],
    ),
]


def address(request: HttpRequest, target: str) -> str | None:
    """Return where a target is, or None when there is no such page or the user may not see it."""
    if ":" in target:
        try:
            return reverse(target)
        except NoReverseMatch:
            return None
    label, name = target.split(".")
    try:
        model = apps.get_model(label, name)
        model_admin = admin.site.get_model_admin(model)
    except (LookupError, NotRegistered):
        return None
    if not model_admin.has_view_permission(request):
        return None
    return reverse(f"admin:{label}_{name.lower()}_changelist")


def navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """List the groups and entries that this user may see."""
    found = []
    for title, links in GROUPS:
        items = [
            {"title": link.title, "icon": link.icon, "link": where}
            for link in links
            if (where := address(request, link.target))
        ]
        if items:
            found.append({"title": title, "items": items})
    return found
