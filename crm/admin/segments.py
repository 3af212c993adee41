"""Segments: saved audiences, with their rules in words and how many profiles are in them now."""

from collections.abc import Mapping
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.formats import number_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from crm.admin.filters import ShownFilter
from crm.admin.mailings import Named
from crm.admin.paging import MOST
from crm.conditions.base import condition_types
from crm.conditions.segments import segment_q
from crm.errors import Invalid
from crm.models import Profile, Segment


@admin.register(Segment)
class SegmentAdmin(Named):
    """Saved audiences."""

    list_display = ("name", "updated_at", "is_archived")
    list_filter = (ShownFilter,)
    fields = ("name", "is_archived", "shown_rules", "shown_count")
    readonly_fields = ("shown_rules", "shown_count")
    empty_title = _("No segments yet")
    empty_text = _("A segment is an audience: everybody for whom certain conditions hold.")

    @admin.display(description=_("Who is in it"))
    def shown_rules(self, row: Segment) -> SafeString:
        """Return the rules in words."""
        return render_to_string("crm/admin/rules.html", {"tree": tree_of(row.rules or {})})

    @admin.display(description=_("Profiles in it now"))
    def shown_count(self, row: Segment) -> str:
        """Return how many profiles are in it, counted to a limit."""
        try:
            rows = Profile.objects.filter(segment_q(row.rules or {}, uid=str(row.uid)), erased_at=None)
        except Invalid as error:
            return error.message
        number = rows.order_by()[: MOST + 1].count()
        if number > MOST:
            return _now("more than %(n)s") % {"n": number_format(MOST, force_grouping=True)}
        return number_format(number, force_grouping=True)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse: a segment is archived."""
        return False


def tree_of(rules: Mapping[str, Any]) -> dict[str, Any]:
    """Return rules as sentences, nested as they are."""
    parts = []
    for rule in rules.get("rules", []):
        negated = bool(rule.get("negated"))
        if "segment" in rule:
            other = Segment.objects.filter(uid=rule["segment"]).first()
            parts.append({"negated": negated, "text": _now("is in the segment “%(name)s”") % {"name": other or "?"}})
        elif "kind" in rule:
            cls = condition_types.get(rule["kind"])
            text = cls(rule.get("config", {})).describe() if cls else rule["kind"]
            parts.append({"negated": negated, "text": text})
        else:
            parts.append({"negated": negated, "tree": tree_of(rule)})
    return {"is_any": rules.get("mode") == "any", "parts": parts}
