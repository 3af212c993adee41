"""The list of personal tables is complete, and blanks what it says."""

import pytest
from django.apps import apps
from django.db import models

from crm.models import Profile
from crm.personal import PersonalTable, Subject, only, tables
from crm.personal.subject import identifiers

OURS = {"crm", "triggers", "actions", "workflows"}


def linked() -> list[tuple[type[models.Model], str]]:
    """Return every model of ours that points at a profile, and by which column."""
    return [
        (model, field.name)
        for model in apps.get_models()
        if model._meta.app_label in OURS
        for field in model._meta.local_fields
        if isinstance(field, models.ForeignKey) and field.related_model is Profile
    ]


def test_every_model_linked_to_a_profile_is_on_the_list() -> None:
    listed = {(table.model, table.path) for table in tables()}
    missing = [f"{model.__name__}.{path}" for model, path in linked() if (model, path) not in listed]
    assert missing == [], "declare them in the `personal` module of their app (crm/personal/base.py)"


#: texts and JSON that say nothing of a person: ids, codes, choices, and who of the house did it
STAY = {
    *(
        "uid",
        "origin",
        "actor",
        "step_id",
        "status",
        "old_status",
        "kind",
        "key",
        "reference",
        "currency",
        "shop_status",
    ),
    *("coupon", "cart_key", "failure_code", "stage", "source", "channel", "rules", "provider_id", "once", "name"),
    *("live_key", "position", "phase", "reason", "outcome", "code", "objectives", "format", "made_by", "requested_by"),
    *("identifiers", "progress", "occasion", "message", "stopped_by"),
}


@pytest.mark.parametrize("table", tables(), ids=lambda table: table.kind)
def test_every_text_of_a_linked_table_is_blanked_or_known_to_say_nothing(table: PersonalTable) -> None:
    if table.is_removed or table.owner or (table.model, table.path) not in linked():
        return
    kinds = (models.CharField, models.TextField, models.JSONField, models.DateField)
    columns = [
        field.name
        for field in table.model._meta.local_fields
        if isinstance(field, kinds) and not isinstance(field, models.DateTimeField)
    ]
    assert [name for name in columns if name not in table.blanks and name not in STAY] == []


@pytest.mark.parametrize("table", tables(), ids=lambda table: table.kind)
def test_a_table_names_columns_that_exist_and_says_what_it_is(table: PersonalTable) -> None:
    names = {field.attname for field in table.model._meta.concrete_fields}
    assert set(table.blanks) <= names
    assert (table.hidden or set()) <= names
    assert table.label
    if not table.is_removed and table.hidden is not None:
        assert table.keeps, "say what stays, and why"


def test_only_what_is_named_stays() -> None:
    keep = only("order.status", "order.lines.*.quantity", "name")
    value = {
        "order": {"status": "paid", "note": "Zoé", "lines": [{"quantity": 2, "name": "Ring for Zoé"}]},
        "name": {"first": "Zoé"},
        "lines": ["Zoé"],
    }
    assert keep(value, None) == {"order": {"status": "paid", "lines": [{"quantity": 2}]}}
    assert keep(keep(value, None), None) == keep(value, None)


def test_a_person_is_found_in_a_text_by_address_and_in_an_answer_by_number() -> None:
    subject = Subject(7, identifiers(["Zoe@Example.com", "", None, "abc"]))
    assert subject.is_in({"to": ["zoe@example.com"]})
    assert subject.is_in({"participation": {"customerId": "7"}})
    assert subject.is_in({"customer": {"id": "7", "cagnotteAmount": "1"}})
    assert not subject.is_in({"order": {"id": "7"}, "text": "abc"})
