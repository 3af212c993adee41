"""Roles: groups whose permissions are kept up to date after each migration (spec section 8)."""

from collections.abc import Iterable
from typing import Any

from django.apps import AppConfig
from django.db.models import Q
from django.utils.translation import gettext_noop

#: models by who works with them; "*" stands for the whole app
MARKETING = [
    *("workflows.*", "crm.template", "crm.templatetext", "crm.newsletter", "crm.scenario", "crm.segment", "crm.tag"),
    *("crm.profile", "crm.profiletag", "crm.consent", "crm.customvalue", "crm.customfield", "crm.consentdefinition"),
    *(
        "crm.consentwording",
        "crm.import",
        "crm.product",
        "crm.category",
        "crm.module",
        "crm.referralsettings",
        "crm.couponpool",
    ),
    *("crm.coupon", "crm.reward", "crm.tier", "crm.pointsprogramme", "actions.mailboxmessage", "actions.suppression"),
    *("crm.import", "crm.importchunk"),
]
SERVICE = [
    *("crm.profile", "crm.profiletag", "crm.consent", "crm.customvalue", "crm.order", "crm.orderline", "crm.pot"),
    *("crm.movement", "crm.referral", "crm.participation", "crm.profileexport", "actions.mailboxmessage"),
]
MONEY = [
    *("crm.order", "crm.orderline", "crm.orderstatuschange", "crm.pot", "crm.movement", "crm.profile", "crm.product"),
    *("crm.category", "crm.pointsprogramme", "crm.reward", "crm.coupon", "crm.couponpool"),
]
DEVELOPMENT = ["crm.apikey", "actions.integration", "triggers.event", "crm.shopstatus", "crm.customfield"]
OURS = ["crm.*", "triggers.*", "actions.*", "workflows.*"]

#: role → (what it may do everything with, what it may look at, permissions by name)
ROLES: dict[str, tuple[list[str], list[str], list[str]]] = {
    gettext_noop("Administrator"): (
        [*OURS, "auth.*"],
        OURS,
        ["workflows.activate_workflow", "workflows.exempt_workflow", "admin.view_logentry"],
    ),
    gettext_noop("Marketer"): (
        MARKETING,
        [*OURS],
        ["workflows.activate_workflow"],
    ),
    gettext_noop("Customer service"): (SERVICE, OURS, []),
    gettext_noop("Developer"): (DEVELOPMENT, [*DEVELOPMENT, "workflows.*", "actions.delivery", "crm.site"], []),
    gettext_noop("Accountant"): ([], MONEY, []),
}
#: permissions that having everything of a model does not include
NAMED_ONLY = frozenset({"workflows.exempt_workflow"})
#: what only administrators (and developers, as said above) see
PRIVATE = frozenset({"crm.user", "crm.apikey", "actions.integration", "crm.idempotentcall"})


def keep_roles(sender: AppConfig, using: str = "default", **_options: Any) -> None:
    """Make the roles that are missing, and give each what it lacks; what an administrator added stays."""
    from django.contrib.auth.models import Group

    for name, (full, seen, named) in ROLES.items():
        group, _made = Group.objects.using(using).get_or_create(name=name)
        hidden = PRIVATE if name not in {"Administrator", "Developer"} else frozenset()
        wanted = {
            *_permissions(full, using, hidden=hidden),
            *_permissions(seen, using, "view", hidden=hidden),
            *_named(named, using),
        }
        held = set(group.permissions.values_list("pk", flat=True))
        group.permissions.add(*(wanted - held))


def _permissions(models: Iterable[str], using: str, verb: str = "", *, hidden: frozenset[str]) -> set[int]:
    """Return the ids of all permissions (or those of one verb) on models."""
    from django.contrib.auth.models import Permission

    asked = Q()
    for model in models:
        app, _dot, name = model.partition(".")
        asked |= (
            Q(content_type__app_label=app) if name == "*" else Q(content_type__app_label=app, content_type__model=name)
        )
    if not asked:
        return set()
    rows = Permission.objects.using(using).filter(asked).select_related("content_type")
    return {
        row.pk
        for row in rows
        if (not verb or row.codename.startswith(f"{verb}_"))
        and f"{row.content_type.app_label}.{row.content_type.model}" not in hidden
        and f"{row.content_type.app_label}.{row.codename}" not in NAMED_ONLY
    }


def _named(names: Iterable[str], using: str) -> set[int]:
    from django.contrib.auth.models import Permission

    found = set()
    for name in names:
        app, _dot, codename = name.partition(".")
        rows = Permission.objects.using(using).filter(content_type__app_label=app, codename=codename)
        found |= set(rows.values_list("pk", flat=True))
    return found
