"""Many rows at once: what is written is what is read back, of every type and on either path."""

import uuid
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from crm import clock, db
from crm.cause import Origin
from crm.models import CustomField, CustomValue, Product, Profile, Tag
from tests.factories.people import CustomFieldFactory, ProfileFactory
from triggers.models import Event, Kind

pytestmark = pytest.mark.django_db

#: one row, few, and so many that they are copied
sizes = pytest.mark.parametrize("size", [1, 2, 40])
STRANGE = "Zoé\t\\N \\. \"quoted\" 'x'\nline two \u2028 😀"
PARIS_SUMMER = timezone(timedelta(hours=2))


def event(profile: Profile, number: int) -> Event:
    return Event(
        kind=Kind.API_CALLED,
        origin=Origin.API,
        profile=profile,
        name=STRANGE[:120],
        key=str(number),
        snapshot={"n": number, "text": STRANGE, "none": None, "list": [1.5, True]},
        occurred_at=datetime(2026, 7, 1, 12, 0, 0, number, tzinfo=PARIS_SUMMER),
        recorded_at=clock.now(),
    )


@sizes
def test_events_come_back_as_they_were_written(size: int) -> None:
    profile = ProfileFactory()
    rows = db.insert_rows([event(profile, number) for number in range(size)])

    stored = {row.pk: row for row in Event.objects.filter(kind=Kind.API_CALLED)}
    assert len(stored) == size
    for row in rows:
        found = stored[row.pk]
        assert not row._state.adding
        for column in Event._meta.concrete_fields:
            assert getattr(found, column.attname) == getattr(row, column.attname), column.attname
        assert found.occurred_at.astimezone(UTC).hour == 10


@sizes
def test_every_type_of_column_comes_back(size: int) -> None:
    numbers = [CustomFieldFactory(type="number") for _index in range(size)]
    profile = ProfileFactory()
    rows = [
        CustomValue(profile=profile, field=field, number=Decimal("38.5"), boolean=True, date=date(1985, 1, 31))
        for field in numbers
    ]
    db.insert_rows(rows)

    for row in CustomValue.objects.all():
        assert (row.number, row.boolean, row.date, row.text) == (Decimal("38.5"), True, date(1985, 1, 31), None)


@sizes
def test_uids_and_times_that_fill_themselves_are_filled(size: int) -> None:
    rows = db.insert_rows([Product(reference=f"p{index}", name="Tea") for index in range(size)])

    for row in Product.objects.all():
        assert isinstance(row.uid, uuid.UUID)
        assert row.created_at is not None
    assert {row.uid for row in rows} == set(Product.objects.values_list("uid", flat=True))


@sizes
def test_numbers_go_on_after_rows_written_one_by_one(size: int) -> None:
    first = Tag.objects.create(name="first")
    rows = db.insert_rows([Tag(name=f"t{index}", key=f"t{index}") for index in range(size)])
    last = Tag.objects.create(name="last")

    assert [first.pk, *sorted(row.pk for row in rows), last.pk] == sorted(Tag.objects.values_list("pk", flat=True))
    assert last.pk > max(row.pk for row in rows)


def test_the_id_of_a_row_written_meanwhile_is_taken() -> None:
    field = CustomField(name="late", label="Late")
    value = CustomValue(profile=ProfileFactory(), field=field, text="x")

    db.insert_rows([field])
    db.insert_rows([value])

    assert CustomValue.objects.get().field == field


@sizes
def test_a_row_that_breaks_a_promise_undoes_all(size: int) -> None:
    Tag.objects.create(name="taken")
    rows = [Tag(name=f"t{index}", key=f"t{index}") for index in range(size)]

    with pytest.raises(IntegrityError), transaction.atomic():
        db.insert_rows([*rows, Tag(name="taken", key="taken")])

    assert Tag.objects.count() == 1


@sizes
def test_updated_columns_come_back_and_others_stay(size: int) -> None:
    rows = db.insert_rows([event(ProfileFactory(), number) for number in range(size)])
    for row in rows:
        row.snapshot = {"new": STRANGE}
        row.handled_at = datetime(2026, 1, 1, tzinfo=UTC)
        row.name = "not written"

    assert db.update_rows(rows, ["snapshot", "handled_at"]) == size

    for row in Event.objects.filter(kind=Kind.API_CALLED):
        assert row.snapshot == {"new": STRANGE}
        assert row.handled_at == datetime(2026, 1, 1, tzinfo=UTC)
        assert row.name == STRANGE[:120]


def test_no_rows_are_no_statement() -> None:
    with CaptureQueriesContext(connection) as queries:
        db.insert_rows([])
        db.update_rows([], ["name"])

    assert len(queries) == 0
