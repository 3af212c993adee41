"""The rules of a segment: a tree of all/any over general conditions, that of being in another segment included.

    {"mode": "all" | "any", "rules": [{"kind", "schema", "config", "negated"} | a tree with "negated"…]}

{"segment": uid, "negated"} may stand for the condition "in segment". An empty tree holds for everybody.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from crm import clock
from crm.conditions.base import ProfileCondition
from crm.conditions.moment import Moment
from crm.conditions.walk import MOST_CONDITIONS, MOST_DEPTH, Find, Rules, Walk, condition_of, is_condition, is_known
from crm.errors import Invalid
from crm.models import Segment, Site


def rules_of(uid: str) -> Rules:
    """Return the rules of a segment."""
    try:
        rules = Segment.objects.filter(uid=UUID(uid)).values_list("rules", flat=True).first()
    except ValueError:
        rules = None
    if rules is None:
        raise Invalid(_("A segment that this one contains does not exist."))
    return dict(rules)


def segment_q(
    rules: Rules, *, uid: str = "", instant: datetime | None = None, is_live: bool = True, find: Find = rules_of
) -> Q:
    """Return the profiles of a segment as a condition on a Profile queryset.

    `uid` is the segment's own. Raises Invalid for a segment that contains itself, by whatever way, and for a kind that
    is unknown or asks of an event.
    """
    return q_of(rules, Moment(instant or clock.now(), "", is_live), uid=uid, find=find)


def segment_holds(
    rules: Rules, facts: Mapping[str, Any], *, instant: datetime, uid: str = "", find: Find = rules_of
) -> bool:
    """Decide the same from plain facts."""
    return rules_hold(rules, facts, Moment(instant, facts["site"]["time_zone"]), uid=uid, find=find)


def q_of(rules: Rules, moment: Moment, *, uid: str = "", find: Find = rules_of) -> Q:
    """Return the profiles for whom rules hold at a moment; what day it is, is asked where a condition needs it."""

    @cache
    def in_zone() -> Moment:
        zone = moment.zone or Site.objects.filter(pk=1).values_list("time_zone", flat=True).first() or ""
        return replace(moment, zone=zone)

    def leaf(condition: ProfileCondition) -> Q:
        return condition.q(in_zone() if condition.needs_zone else moment)

    def join(parts: list[Q], is_any: bool) -> Q:
        # an empty Q stays empty when it is negated
        return Q(pk__isnull=False) if not parts else Q(*parts, _connector=Q.OR if is_any else Q.AND)

    return Walk(leaf, join, lambda part: ~part, find).decide(rules, (uid,))


def rules_hold(rules: Rules, facts: Mapping[str, Any], moment: Moment, *, uid: str = "", find: Find = rules_of) -> bool:
    """Decide rules from plain facts."""

    def leaf(condition: ProfileCondition) -> bool:
        return condition.holds(condition.read(facts, moment), moment)

    def join(parts: list[bool], is_any: bool) -> bool:
        return any(parts) if is_any else all(parts)

    return Walk(leaf, join, lambda part: not part, find).decide(rules, (uid,))


def frozen_rules(rules: Rules, *, uid: str = "", find: Find = rules_of) -> dict[str, Any]:
    """Return rules that look nothing up later: each segment inside is replaced by its own rules."""

    def leaf(condition: ProfileCondition) -> dict[str, Any]:
        return {"kind": condition.kind, "schema": condition.schema, "config": condition.freeze()}

    def join(parts: list[dict[str, Any]], is_any: bool) -> dict[str, Any]:
        return {"mode": "any" if is_any else "all", "rules": parts}

    def negate(part: dict[str, Any]) -> dict[str, Any]:
        return {**part, "negated": True}

    return Walk(leaf, join, negate, find).decide(rules, (uid,))


def clean_rules(rules: Any, *, depth: int = 0) -> dict[str, Any]:
    """Return rules as written, cleaned by the forms of their conditions; raises Invalid."""
    if not isinstance(rules, Mapping) or not isinstance(rules.get("rules", []), list) or depth > MOST_DEPTH:
        raise Invalid(_("These are no rules of a segment."))
    made: list[dict[str, Any]] = []
    for rule in rules.get("rules", []):
        if not isinstance(rule, Mapping):
            raise Invalid(_("These are no rules of a segment."))
        negated = {"negated": bool(rule.get("negated"))}
        if not is_condition(rule):
            made.append({**clean_rules(rule, depth=depth + 1), **negated})
            continue
        if not isinstance(rule.get("config", {}), Mapping) or type(rule.get("schema", 1)) is not int:
            raise Invalid(_("These are no rules of a segment."))
        condition = condition_of(rule)
        form = condition.form_class.check_config(condition.config)
        if not form.is_valid():
            raise Invalid(f"{condition.label}: {next(iter(form.errors.values()))[0]}")
        made.append({"kind": condition.kind, "schema": condition.schema, "config": form.config(), **negated})
    if len(made) > MOST_CONDITIONS:
        raise Invalid(_("These rules ask too much: split them."))
    return {"mode": "any" if rules.get("mode") == "any" else "all", "rules": made}


def conditions_in(rules: Rules) -> Iterator[ProfileCondition]:
    """Iterate over the conditions of a tree, those of unknown kinds left out; a segment inside is one of them."""
    for rule in rules.get("rules", []):
        if not is_condition(rule):
            yield from conditions_in(rule)
        elif is_known(rule):
            yield condition_of(rule)


def unknown_in(rules: Rules) -> list[str]:
    """Name the kinds of a tree that nobody knows any more."""
    found: dict[str, None] = {}
    for rule in rules.get("rules", []):
        if not is_condition(rule):
            found |= dict.fromkeys(unknown_in(rule))
        elif not is_known(rule):
            found[str(rule["kind"])] = None
    return list(found)


def rules_in_words(rules: Rules) -> dict[str, Any]:
    """Return rules as sentences, nested as they are."""
    parts: list[dict[str, Any]] = []
    for rule in rules.get("rules", []):
        part: dict[str, Any] = {"negated": bool(rule.get("negated"))}
        if not is_condition(rule):
            part["tree"] = rules_in_words(rule)
        else:
            part["text"] = condition_of(rule).describe() if is_known(rule) else str(rule["kind"])
        parts.append(part)
    return {"is_any": rules.get("mode") == "any", "parts": parts}


def archived_in(rules: Rules) -> list[str]:
    """Name what the conditions of a tree ask about that is archived."""
    return list(dict.fromkeys(name for condition in conditions_in(rules) for name in condition.archived()))
