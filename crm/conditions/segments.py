"""The rules of a segment: a tree of all/any over general conditions and other segments.

    {"mode": "all" | "any", "rules": [{"kind", "config", "negated"} | {"segment": uid, "negated"} | a tree…]}

An empty tree holds for everybody.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from crm import clock
from crm.conditions.base import ProfileCondition, condition_types
from crm.conditions.facts import Facts
from crm.conditions.moment import Moment
from crm.errors import Invalid
from crm.models import Segment, Site

Rules = Mapping[str, Any]
#: finds the rules of another segment by its uid; raises Invalid where there is none
Find = Callable[[str], Rules]
#: deeper trees are a mistake, or an attack
MOST_DEPTH = 20


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
    zone = Site.objects.filter(pk=1).values_list("time_zone", flat=True).first() or ""
    moment = Moment(instant or clock.now(), zone, is_live)

    def leaf(condition: ProfileCondition) -> Q:
        return condition.q(moment)

    def join(parts: list[Q], is_any: bool) -> Q:
        # an empty Q stays empty when it is negated
        return Q(pk__isnull=False) if not parts else Q(*parts, _connector=Q.OR if is_any else Q.AND)

    decided: Q = _walk(rules, leaf, join, lambda part: ~part, find, (uid,))
    return decided


def segment_holds(rules: Rules, facts: Facts, *, instant: datetime, uid: str = "", find: Find = rules_of) -> bool:
    """Decide the same from plain facts."""
    moment = Moment(instant, facts["site"]["time_zone"])

    def leaf(condition: ProfileCondition) -> bool:
        return condition.holds(condition.read(facts, moment), moment)

    def join(parts: list[bool], is_any: bool) -> bool:
        return any(parts) if is_any else all(parts)

    return bool(_walk(rules, leaf, join, lambda part: not part, find, (uid,)))


def clean_rules(rules: Any, *, depth: int = 0) -> dict[str, Any]:
    """Return rules as written, cleaned by the forms of their conditions; raises Invalid."""
    if not isinstance(rules, Mapping) or not isinstance(rules.get("rules", []), list) or depth > MOST_DEPTH:
        raise Invalid(_("These are no rules of a segment."))
    made: list[dict[str, Any]] = []
    for rule in rules.get("rules", []):
        if not isinstance(rule, Mapping):
            raise Invalid(_("These are no rules of a segment."))
        negated = {"negated": bool(rule.get("negated"))}
        if "segment" in rule:
            rules_of(str(rule["segment"]))
            made.append({"segment": str(rule["segment"]), **negated})
        elif "kind" in rule:
            cls = type(_condition({"kind": rule["kind"]}))
            form = cls.form_class.check_config(rule.get("config", {}))
            if not form.is_valid():
                raise Invalid(f"{cls.label}: {next(iter(form.errors.values()))[0]}")
            made.append({"kind": cls.kind, "schema": cls.schema, "config": form.config(), **negated})
        else:
            made.append({**clean_rules(rule, depth=depth + 1), **negated})
    return {"mode": "any" if rules.get("mode") == "any" else "all", "rules": made}


def _walk(rules: Rules, leaf: Any, join: Any, negate: Any, find: Find, inside: tuple[str, ...], depth: int = 0) -> Any:
    """Decide a tree; `inside` names the segments around it."""
    if depth > MOST_DEPTH:
        raise Invalid(_("These rules are nested too deeply."))
    go = partial(_walk, leaf=leaf, join=join, negate=negate, find=find, depth=depth + 1)
    parts = []
    for rule in rules.get("rules", []):
        if "segment" in rule:
            uid = str(rule["segment"])
            if uid in inside:
                raise Invalid(_("A segment cannot contain itself."))
            part = go(find(uid), inside=(*inside, uid))
        elif "kind" in rule:
            part = leaf(_condition(rule))
        else:
            part = go(rule, inside=inside)
        parts.append(negate(part) if rule.get("negated") else part)
    return join(parts, bool(parts) and rules.get("mode") == "any")


def _condition(rule: Rules) -> ProfileCondition:
    cls = condition_types.get(str(rule["kind"]))
    if cls is None or not issubclass(cls, ProfileCondition):
        raise Invalid(_("A segment cannot ask this: %(kind)s.") % {"kind": str(rule["kind"])[:60]})
    return cls(rule.get("config", {}))
