"""The operators of conditions, by type of value: each decides in Python and in SQL alike, NULL included.

In SQL every decision is two-valued (never NULL), so that a negated one is the exact contrary. A missing text is an
empty text; a missing number, day or yes/no is neither more nor less than anything, and is not equal to anything.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import BooleanField, Expression, Func, Q, TextField, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, Replace
from django.db.models.lookups import (
    Contains,
    EndsWith,
    Exact,
    GreaterThan,
    GreaterThanOrEqual,
    In,
    IsNull,
    LessThan,
    LessThanOrEqual,
    Range,
    StartsWith,
)
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from crm.folding import BY, PAIRS, REPLACED, fold

Fact = Combinable
#: what an operator asks for beside itself
ONE, MANY, DAYS, NOTHING = "one", "many", "days", "nothing"


def _as_is(operand: Any, today: date) -> Any:
    return operand


@dataclass(frozen=True, slots=True)
class Operator:
    """A way to compare a fact with an operand; `label` is said between the two.

    `takes` says what the operand is: one value, many, a number of days, or nothing. `resolve` makes the operand that
    `holds` and `q` get out of the one that is stored, seen from a day.
    """

    name: str
    label: str | Promise
    holds: Callable[[Any, Any], bool]
    q: Callable[[Fact, Any], Q]
    takes: str = ONE
    resolve: Callable[[Any, date], Any] = _as_is


class Folded(Func):
    """A text as it is compared (crm.folding): by one function of ours on SQLite, by what there is on PostgreSQL."""

    function = "FOLD"
    arity = 1
    output_field = TextField()

    def as_postgresql(self, compiler: Any, connection: Any, **_context: Any) -> Any:
        """Replace single letters, then those that become two."""
        made: Expression = Func(
            self.get_source_expressions()[0],
            Value(REPLACED),
            Value(BY),
            function="TRANSLATE",
            output_field=TextField(),
        )
        for letter, pair in PAIRS:
            made = Replace(made, Value(letter), Value(pair), output_field=TextField())
        return compiler.compile(made)


def folded(fact: Fact) -> Expression:
    """Return a text in SQL as it is compared; NULL is empty."""
    return Folded(Coalesce(fact, Value(""), output_field=TextField()))


def _text(fact: Fact) -> Expression:
    return Coalesce(fact, Value(""), output_field=TextField())


def _sure(lookup: Any) -> Q:
    """Return a decision that is false where it would be NULL, with the fact computed once."""
    return Q(Coalesce(lookup, Value(False), output_field=BooleanField()))


def _known(decide: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    return lambda fact, operand: fact is not None and decide(fact, operand)


def _folds(decide: Callable[[str, str], bool]) -> Callable[[Any, Any], bool]:
    return lambda fact, operand: decide(fold(fact or ""), fold(operand))


def _among(fact: Any, operand: Any) -> bool:
    return fold(fact or "") in {fold(word) for word in operand}


def _in_folded(fact: Fact, operand: Any) -> Q:
    return Q(In(folded(fact), [fold(word) for word in operand]))


def _between(fact: date, operand: tuple[date, date]) -> bool:
    return operand[0] <= fact <= operand[1]


def _table(*operators: Operator) -> Mapping[str, Operator]:
    return {operator.name: operator for operator in operators}


def back(today: date, days: int) -> date:
    """Return the day so many days before, or the first there is."""
    return today - timedelta(days=min(days, today.toordinal() - 1))


_EMPTY_TEXT = (
    Operator("is_empty", _("is empty"), lambda f, _v: not f, lambda e, _v: Q(Exact(_text(e), "")), NOTHING),
    Operator("is_filled", _("is filled in"), lambda f, _v: bool(f), lambda e, _v: ~Q(Exact(_text(e), "")), NOTHING),
)
_EMPTY = (
    Operator("is_empty", _("is empty"), lambda f, _v: f is None, lambda e, _v: Q(IsNull(e, True)), NOTHING),
    Operator("is_filled", _("is filled in"), lambda f, _v: f is not None, lambda e, _v: Q(IsNull(e, False)), NOTHING),
)

TEXT = _table(
    Operator("is", _("is"), _folds(lambda f, v: f == v), lambda e, v: Q(Exact(folded(e), fold(v)))),
    Operator("is_not", _("is not"), _folds(lambda f, v: f != v), lambda e, v: ~Q(Exact(folded(e), fold(v)))),
    Operator("contains", _("contains"), _folds(lambda f, v: v in f), lambda e, v: Q(Contains(folded(e), fold(v)))),
    Operator(
        "not_contains",
        _("does not contain"),
        _folds(lambda f, v: v not in f),
        lambda e, v: ~Q(Contains(folded(e), fold(v))),
    ),
    Operator("starts_with", _("begins with"), _folds(str.startswith), lambda e, v: Q(StartsWith(folded(e), fold(v)))),
    Operator("ends_with", _("ends with"), _folds(str.endswith), lambda e, v: Q(EndsWith(folded(e), fold(v)))),
    Operator("any_of", _("is one of"), _among, _in_folded, MANY),
    Operator("none_of", _("is none of"), lambda f, v: not _among(f, v), lambda e, v: ~_in_folded(e, v), MANY),
    *_EMPTY_TEXT,
)

CHOICE = _table(
    Operator("is", _("is"), lambda f, v: (f or "") == v, lambda e, v: Q(Exact(_text(e), v))),
    Operator("is_not", _("is not"), lambda f, v: (f or "") != v, lambda e, v: ~Q(Exact(_text(e), v))),
    Operator("any_of", _("is one of"), lambda f, v: (f or "") in v, lambda e, v: Q(In(_text(e), list(v))), MANY),
    Operator("none_of", _("is none of"), lambda f, v: (f or "") not in v, lambda e, v: ~Q(In(_text(e), list(v))), MANY),
    *_EMPTY_TEXT,
)

NUMBER = _table(
    Operator("gte", _("is at least"), _known(lambda f, v: f >= v), lambda e, v: _sure(GreaterThanOrEqual(e, v))),
    Operator("gt", _("is more than"), _known(lambda f, v: f > v), lambda e, v: _sure(GreaterThan(e, v))),
    Operator("lte", _("is at most"), _known(lambda f, v: f <= v), lambda e, v: _sure(LessThanOrEqual(e, v))),
    Operator("lt", _("is less than"), _known(lambda f, v: f < v), lambda e, v: _sure(LessThan(e, v))),
    Operator("eq", _("is exactly"), _known(lambda f, v: f == v), lambda e, v: _sure(Exact(e, v))),
    Operator("ne", _("is not exactly"), lambda f, v: f is None or f != v, lambda e, v: ~_sure(Exact(e, v))),
)

DATE = _table(
    Operator("on", _("is on"), _known(lambda f, v: f == v), lambda e, v: _sure(Exact(e, v))),
    Operator("before", _("is before"), _known(lambda f, v: f < v), lambda e, v: _sure(LessThan(e, v))),
    Operator("after", _("is after"), _known(lambda f, v: f > v), lambda e, v: _sure(GreaterThan(e, v))),
    Operator(
        "last_days",
        _("is within the last (days)"),
        _known(_between),
        lambda e, v: _sure(Range(e, v)),
        DAYS,
        lambda days, today: (back(today, days), today),
    ),
    Operator(
        "next_days",
        _("is within the next (days)"),
        _known(_between),
        lambda e, v: _sure(Range(e, v)),
        DAYS,
        lambda days, today: (today, today + timedelta(days=days)),
    ),
    Operator(
        "older_days",
        _("is longer ago than (days)"),
        _known(lambda f, v: f < v),
        lambda e, v: _sure(LessThan(e, v)),
        DAYS,
        lambda days, today: back(today, days),
    ),
    *_EMPTY,
)

BOOLEAN = _table(
    Operator("is_yes", _("is yes"), lambda f, _v: f is True, lambda e, _v: _sure(Exact(e, True)), NOTHING),
    Operator("is_no", _("is no"), lambda f, _v: f is False, lambda e, _v: _sure(Exact(e, False)), NOTHING),
    *_EMPTY,
)

#: the fact of a set is how many of the wanted things are there
SET = _table(
    Operator("any_of", _("any of"), lambda f, v: (f or 0) > 0, lambda e, _v: Q(GreaterThan(e, 0)), MANY),
    Operator(
        "all_of", _("all of"), lambda f, v: (f or 0) >= len(v), lambda e, v: Q(GreaterThanOrEqual(e, len(v))), MANY
    ),
    Operator("none_of", _("none of"), lambda f, v: not f, lambda e, _v: Q(Exact(e, 0)), MANY),
)
