"""Rows made past a model's `__init__`, which costs more than the rest of a hot path together."""

from collections.abc import Callable
from functools import cache
from typing import Any, TypeVar

from django.db.models import NOT_PROVIDED, Model
from django.db.models.base import ModelState

M = TypeVar("M", bound=Model)


def bare_row(model: type[M], /, **values: Any) -> M:
    """Return an unsaved row with these columns (attnames: `profile_id`, never `profile`) and the model's defaults.

    Nothing is checked and no signal is sent: for code that writes thousands of rows of its own making.
    """
    constants, made = _defaults(model)
    row = model.__new__(model)
    columns = row.__dict__
    columns.update(constants)
    for name, make in made:
        if name not in values:
            columns[name] = make()
    columns.update(values)
    row._state = ModelState()
    return row


@cache
def _defaults(model: type[Model]) -> tuple[dict[str, Any], list[tuple[str, Callable[[], Any]]]]:
    """Return the defaults that are the same for every row, and how the others are made."""
    constants: dict[str, Any] = {}
    made: list[tuple[str, Callable[[], Any]]] = []
    for field in model._meta.concrete_fields:
        default = getattr(field, "default", NOT_PROVIDED)
        if callable(default) and default is not NOT_PROVIDED:
            made.append((field.attname, default))
        else:
            constants[field.attname] = field.get_default()
    return constants, made
