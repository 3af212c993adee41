"""Indexes cost on every write: none stands beside another that does its work."""

from django.apps import apps
from django.db import models


def begins(model: type[models.Model]) -> set[str]:
    """Return the fields that an index or a unique constraint over all rows begins with."""
    whole = [index.fields for index in model._meta.indexes if index.condition is None and index.fields]
    unique = [
        list(each.fields)
        for each in model._meta.constraints
        if isinstance(each, models.UniqueConstraint) and each.fields and each.condition is None
    ]
    return {fields[0].lstrip("-") for fields in [*whole, *unique]}


def test_no_field_has_an_index_of_its_own_beside_one_that_begins_with_it() -> None:
    ours = [
        model
        for model in apps.get_models()
        if model.__module__.split(".")[0] in {"crm", "triggers", "actions", "workflows"}
    ]
    assert len(ours) > 30
    doubled = [
        f"{model.__name__}.{field.name}"
        for model in ours
        for field in model._meta.local_fields
        if field.db_index and not field.unique and field.name in begins(model)
    ]
    assert doubled == []
