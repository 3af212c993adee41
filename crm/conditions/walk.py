"""A way through the rules of a segment, and of the segments inside it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from crm.conditions.base import ProfileCondition, condition_types
from crm.errors import Invalid
from crm.models import Segment
from crm.registry import upgraded

T = TypeVar("T")
Rules = Mapping[str, Any]
#: finds the rules of another segment by its uid; raises Invalid where there is none
Find = Callable[[str], Rules]
#: deeper trees are a mistake, or an attack
MOST_DEPTH = 20
#: so many conditions may be asked, those of segments inside included
MOST_CONDITIONS = 200


@dataclass
class Walk(Generic[T]):
    """A way through a tree and the segments inside: what becomes of a condition, of several together, of a contrary."""

    leaf: Callable[[ProfileCondition], T]
    join: Callable[[list[T], bool], T]
    negate: Callable[[T], T]
    find: Find
    asked: int = 0

    def decide(self, rules: Rules, inside: tuple[str, ...], depth: int = 0) -> T:
        """Decide a tree; `inside` names the segments around it, from the outside in."""
        if depth > MOST_DEPTH:
            raise Invalid(_("These rules are nested too deeply."))
        parts = []
        for rule in rules.get("rules", []):
            part = self._part(rule, inside, depth + 1)
            parts.append(self.negate(part) if rule.get("negated") else part)
        return self.join(parts, bool(parts) and rules.get("mode") == "any")

    def _part(self, rule: Rules, inside: tuple[str, ...], depth: int) -> T:
        if not is_condition(rule):
            return self.decide(rule, inside, depth)
        condition = condition_of(rule)
        if uid := condition.segment:
            if uid in inside:
                raise Invalid(_itself((*inside[inside.index(uid) :], uid)))
            return self.decide(self.find(uid), (*inside, uid), depth)
        self.asked += 1
        if self.asked > MOST_CONDITIONS:
            raise Invalid(_("These rules ask too much: split them."))
        return _leaf(condition, self.leaf)


def is_condition(rule: Rules) -> bool:
    """Tell a condition from a tree."""
    return "kind" in rule or "segment" in rule


def is_known(rule: Rules) -> bool:
    """Tell whether a condition can be asked of a profile."""
    return "kind" not in rule or issubclass(condition_types.get(str(rule["kind"])) or object, ProfileCondition)


def condition_of(rule: Rules) -> ProfileCondition:
    """Return the condition of a rule; raises Invalid for a kind that is unknown or asks of an event."""
    if "kind" not in rule:
        rule = {"kind": "in_segment", "config": {"segment": str(rule["segment"])}}
    cls = condition_types.get(str(rule["kind"]))
    if cls is None or not issubclass(cls, ProfileCondition):
        raise Invalid(_("A segment cannot ask this: %(kind)s.") % {"kind": str(rule["kind"])[:60]})
    return cls(upgraded(cls, rule, "config"))


def _leaf(condition: ProfileCondition, decide: Callable[[ProfileCondition], T]) -> T:
    """Decide one condition; what is stored of it and cannot be asked is said."""
    try:
        condition.check()
        return decide(condition)
    except Invalid as error:
        raise Invalid(f"{condition.label}: {error.message}", field=error.field) from error
    except ValidationError as error:
        raise Invalid(f"{condition.label}: {error.messages[0]}") from error


def _itself(way: tuple[str, ...]) -> str:
    names = {str(uid): name for uid, name in Segment.objects.filter(uid__in=way).values_list("uid", "name")}
    said = " → ".join(names.get(uid, "?") for uid in way)
    return _("A segment cannot contain itself: %(way)s.") % {"way": said}
