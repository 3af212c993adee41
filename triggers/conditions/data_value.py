"""C34: a value somewhere in the data that a call or a cart brought."""

import re
from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from crm.conditions.base import EventCondition, EventView, condition_types
from crm.conditions.forms import CompareForm
from crm.conditions.values import TYPES, ValueType, chosen_type
from crm.conditions.written import read_value
from crm.forms import TextField
from triggers.models import Kind

KINDS = [("text", _("text")), ("number", _("number")), ("date", _("date")), ("boolean", _("yes or no"))]
_PART = r"[^\s.\[\]{}|]+"
_PATH = re.compile(rf"\A{_PART}(\[\d{{1,6}}\])*(\.{_PART}(\[\d{{1,6}}\])*){{0,19}}\Z")


class DataValueForm(CompareForm):
    """Ask for the path, what kind of value stands there, and what to compare it with."""

    adapts_on: ClassVar[tuple[str, ...]] = ("type", "operator")

    path = TextField(
        label=_("Path"),
        max_length=200,
        validators=[RegexValidator(_PATH, _("Write names with dots between them: cart.total, items[0].name."))],
        help_text=_("Where the value stands in what was posted: cart.total, items[0].name."),
    )
    type = forms.ChoiceField(label=_("Kind of value"), choices=KINDS, initial="text")
    field_order = ("path", "type", "operator", "value")

    def type_of_fact(self) -> ValueType:
        """Return the kind chosen."""
        chosen = self.chosen("type")
        return TYPES[chosen if chosen in dict(KINDS) else "text"]


@condition_types.register
class DataValue(EventCondition):
    """Reads plain lists and mappings only; what is not there, or is of another kind, is empty."""

    kind = "data_value"
    label = _("Value in the data")
    form_class = DataValueForm
    topics = frozenset({"api", "cart"})
    reads = frozenset({Kind.API_CALLED, Kind.CART_PUSHED, Kind.CART_IDLE})

    @property
    def type(self) -> ValueType:
        """The kind chosen."""
        return chosen_type(self.config.get("type"))

    def read(self, event: EventView) -> Any:
        """Follow the path; a leading `data.` is what merge tags write."""
        path = str(self.config["path"])
        found = follow(event.snapshot, path)
        if found is None and path.startswith("data."):
            found = follow(event.snapshot, path.removeprefix("data."))
        return read_value(self.config["type"], found)

    def describe(self) -> str:
        """Say it."""
        return _("in the data, %(path)s %(comparison)s") % {
            "path": self.config["path"],
            "comparison": self.comparison(),
        }


def follow(data: Any, path: str) -> Any:
    """Return what stands at a path (`items[0].name`, `items.0.name`) of plain data, None where nothing does."""
    for part in path.replace("[", ".").replace("]", "").split("."):
        if isinstance(data, Mapping):
            data = data.get(part)
        elif isinstance(data, list) and part.isdecimal() and part.isascii() and int(part) < len(data):
            data = data[int(part)]
        else:
            return None
    return data
