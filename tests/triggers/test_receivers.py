"""Facts become events: what is seen, how many, and with how many statements."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from crm import clock
from crm.cause import caused_by
from crm.models import Consent
from crm.services.pots import Move, move_points_many
from crm.services.profiles import upsert_profile
from crm.services.tags import TagChange, change_tags_many
from tests.factories.causes import BY_API, BY_HAND, BY_IMPORT, by_run
from tests.factories.consents import ConsentDefinitionFactory, ConsentFactory
from tests.factories.modules import ParticipationFactory
from tests.factories.people import CustomFieldFactory, CustomValueFactory, ProfileFactory
from tests.factories.sales import CartFactory, OrderFactory
from triggers.models import Event, Kind
from triggers.services import build, record_call, record_once
from triggers.signals import events_recorded
from triggers.types.order_updated import OrderUpdated
from workflows.engine.views import event_view

pytestmark = pytest.mark.django_db


@contextmanager
def listening() -> Iterator[list[list[Event]]]:
    """Collect what `events_recorded` states."""
    heard: list[list[Event]] = []

    def listen(events: list[Event], **_kwargs: Any) -> None:
        heard.append(events)

    events_recorded.connect(listen, weak=False, dispatch_uid="tests.listen")
    try:
        yield heard
    finally:
        events_recorded.disconnect(dispatch_uid="tests.listen")


def inserts_of_events(queries: CaptureQueriesContext) -> int:
    return sum('INSERT INTO "triggers_event"' in query["sql"] for query in queries.captured_queries)


def test_each_changed_field_is_an_event_of_its_own() -> None:
    profile = ProfileFactory(city="Lyon", first_name="Zoé", birthday=None)
    Event.objects.all().delete()

    profile.city, profile.first_name, profile.birthday = "Paris", "Zoe", "1985-01-31"
    with listening() as heard, CaptureQueriesContext(connection) as queries:
        profile.save()

    seen = {event.name: event.snapshot["field"] for event in Event.objects.all()}
    assert seen.keys() == {"city", "first_name", "birthday"}
    assert seen["birthday"] == {"name": "birthday", "label": "birthday", "old": None, "new": "1985-01-31"}
    assert inserts_of_events(queries) == 1
    assert [len(events) for events in heard] == [3]


def test_a_save_that_changes_nothing_states_nothing() -> None:
    profile = ProfileFactory(mobile="06 12 34 56 78")
    Event.objects.all().delete()
    updated = profile.updated_at

    profile.mobile = "+33 6 12 34 56 78"
    profile.save()

    profile.refresh_from_db()
    assert profile.updated_at == updated
    assert not Event.objects.exists()


def test_a_copy_that_is_stale_changes_only_what_it_touched() -> None:
    profile = ProfileFactory(city="Lyon", first_name="Zoé")
    stale = type(profile).objects.get(pk=profile.pk)
    profile.city = "Paris"
    profile.save()
    Event.objects.all().delete()

    stale.first_name = "Zoe"
    stale.save()

    stale.refresh_from_db()
    assert (stale.city, stale.first_name) == ("Paris", "Zoe")
    assert [event.name for event in Event.objects.all()] == ["first_name"]


def test_a_cleared_custom_value_is_a_change_to_nothing() -> None:
    value = CustomValueFactory(field=CustomFieldFactory(name="colour", label="Colour"), text="blue")

    value.text = "red"
    value.save()
    value.delete()

    seen = [event.snapshot["field"] for event in Event.objects.filter(kind=Kind.FIELD_CHANGED).order_by("id")]
    assert [(field["old"], field["new"]) for field in seen] == [(None, "blue"), ("blue", "red"), ("red", None)]


def test_what_comes_with_a_new_profile_is_no_update_but_its_consents_count() -> None:
    CustomFieldFactory(name="colour")
    ConsentDefinitionFactory(name="NewsEmail")

    upsert_profile(
        cause=BY_API,
        email="zoe@example.com",
        tags_add=["VIP"],
        custom={"colour": "blue"},
        consents={"NewsEmail": "refused"},
    )

    kinds = list(Event.objects.order_by("id").values_list("kind", flat=True))
    assert kinds == [Kind.PROFILE_CREATED, Kind.CONSENT_CHANGED]


def test_a_consent_noted_as_unknown_is_no_change() -> None:
    ConsentFactory(status="unknown")

    assert Consent.objects.exists()
    assert not Event.objects.filter(kind=Kind.CONSENT_CHANGED).exists()


def test_three_consents_are_three_events() -> None:
    profile = ProfileFactory()
    for _time in range(3):
        ConsentFactory(profile=profile)

    assert Event.objects.filter(kind=Kind.CONSENT_CHANGED, profile=profile).count() == 3


def test_many_tags_are_one_insert_and_one_signal() -> None:
    people = [ProfileFactory() for _index in range(20)]
    Event.objects.all().delete()

    def change(run: int, who: list[Any]) -> CaptureQueriesContext:
        with CaptureQueriesContext(connection) as queries:
            change_tags_many([TagChange(person.pk, (f"T{run}", "all"), (), by_run(run)) for person in who])
        return queries

    few = change(1, people[:2])
    with listening() as heard:
        many = change(2, people[2:])

    assert len(few) == len(many)
    assert inserts_of_events(many) <= 1  # COPY on PostgreSQL
    assert [len(events) for events in heard] == [36]
    assert set(Event.objects.values_list("depth", flat=True)) == {1}


def test_many_movements_are_one_insert_and_one_signal() -> None:
    people = [ProfileFactory() for _index in range(20)]

    with listening() as heard, CaptureQueriesContext(connection) as queries:
        move_points_many([Move(person.pk, 5, by_run(index), "workflow") for index, person in enumerate(people)])

    assert [len(events) for events in heard] == [20]
    assert inserts_of_events(queries) <= 1  # COPY on PostgreSQL
    stored = dict(Event.objects.filter(kind=Kind.MOVEMENT_MADE).values_list("pk", "run_id"))
    assert stored == {event.pk: event.run_id for event in heard[0]}


def test_an_import_is_recorded_as_one() -> None:
    with caused_by(BY_IMPORT):
        ProfileFactory()

    assert Event.objects.get().origin == "import"


def test_a_participation_is_completed_once() -> None:
    participation = ParticipationFactory()

    for _time in range(2):
        participation.is_complete = True
        participation.save()

    events = Event.objects.filter(name=str(participation.module.uid)).order_by("id")
    assert [event.kind for event in events] == [Kind.PARTICIPATION_STARTED, Kind.PARTICIPATION_COMPLETED]


def test_a_change_of_the_shops_own_status_is_a_change_of_status() -> None:
    order = OrderFactory(status="processing", shop_status="Packing")

    order.shop_status = "Packed"
    order.save()

    seen = Event.objects.get(kind=Kind.ORDER_STATUS_CHANGED).snapshot["order"]
    assert (seen["status"], seen["old_status"]) == ("processing", "processing")
    assert (seen["shop_status"], seen["old_shop_status"]) == ("Packed", "Packing")


def test_consequences_come_after_their_cause_in_the_ledger() -> None:
    cart = CartFactory()

    OrderFactory(profile=cart.profile)

    kinds = list(Event.objects.order_by("id").values_list("kind", flat=True))
    assert kinds[-2:] == [Kind.ORDER_CREATED, Kind.CART_ENDED]


def test_a_call_keeps_what_was_posted_at_top_level() -> None:
    profile = ProfileFactory()

    event = record_call(
        profile.email, identifier="quote", key_name="quoteId", key_value="77", data={"colour": "blue"}, cause=BY_API
    )

    assert event is not None
    assert (event.profile_id, event.name, event.key, event.origin) == (profile.pk, "quote", "77", "api")
    assert Event.objects.get(pk=event.pk).snapshot == {"colour": "blue", "key": {"quoteId": "77"}}


def test_what_may_happen_once_is_recorded_once() -> None:
    profile = ProfileFactory()
    now = datetime(2026, 3, 1, tzinfo=UTC)

    def idle(once: str) -> Event:
        return build(Kind.CART_IDLE, profile.pk, BY_HAND, now, clock.now(), key="c1", snapshot={}, once=once)

    first = record_once([idle("a"), idle("b"), idle("a")])
    second = record_once([idle("b"), idle("c")])

    assert [event.once for event in first] == ["a", "b"]
    assert [event.once for event in second] == ["c"]


def test_a_trigger_on_a_status_does_not_fire_again_when_only_the_shops_name_for_it_changes() -> None:
    order = OrderFactory(status="processing", shop_status="Packing")
    order.shop_status = "Packed"
    order.save()
    event = event_view(Event.objects.get(kind=Kind.ORDER_STATUS_CHANGED))

    def fires(status: str) -> bool:
        options = {"on_status": True, "status_from": [], "status_to": [status]}
        return OrderUpdated(options).matches(event, workflow_id=1)

    assert not fires("processing")
    assert fires("shop:packed")
