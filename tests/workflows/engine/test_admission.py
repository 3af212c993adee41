"""Who gets in: W4, W6, W7, pauses, imports, depth, several triggers; each refusal says why."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from crm import clock
from crm.cause import Cause, Origin
from crm.models import Product
from crm.services.orders import upsert_order
from tests.factories.causes import BY_API, BY_IMPORT
from tests.factories.people import ProfileFactory
from tests.factories.workflows import action, called, live, trigger, wait
from tests.workflows.engine.driving import call, runs, states, work
from triggers.models import Event
from triggers.services import record_call
from workflows.engine.dispatch import dispatch
from workflows.engine.settings import MAX_DEPTH
from workflows.models import Entry
from workflows.services.pausing import pause

pytestmark = pytest.mark.django_db

POINTS = {"points": 1}
ORDERED = trigger("order_updated", on_creation=True)


def entries() -> list[tuple[str, str]]:
    return list(Entry.objects.order_by("id").values_list("outcome", "reason"))


def test_a_call_starts_every_workflow_with_its_identifier() -> None:
    live(action("give_points", **POINTS), name="One")
    live(action("give_points", **POINTS), name="Two")
    live(action("give_points", **POINTS), triggers=[called("other")], name="Three")
    call(ProfileFactory())
    work()
    assert sorted(run.workflow.name for run in runs()) == ["One", "Two"]


def test_an_event_before_activation_starts_nothing() -> None:
    profile = ProfileFactory()
    call(profile)
    live(action("give_points", **POINTS))
    work()
    assert (runs(), entries()) == ([], [])


def test_with_two_triggers_the_first_that_matches_starts_one_run() -> None:
    live(action("give_points", **POINTS), triggers=[called("go"), called("go")])
    call(ProfileFactory())
    work()
    assert [run.trigger for run in runs()] == [0]


def test_an_order_without_a_product_in_scope_is_refused() -> None:
    mine = Product.objects.create(reference="MINE", name="Mine")
    live(action("give_points", **POINTS), triggers=[ORDERED], scope=[str(mine.uid)])
    profile = ProfileFactory()
    lines = {name: [{"reference": name, "name": name, "quantity": 1, "unit_price": 100}] for name in ("MINE", "OTHER")}
    upsert_order(profile, cause=BY_API, reference="O1", status="new", amount=100, lines=lines["OTHER"])
    upsert_order(profile, cause=BY_API, reference="O2", status="new", amount=100, lines=lines["MINE"])
    work()
    assert entries() == [("refused", "scope"), ("started", "")]


def test_no_more_starts_than_the_limit_even_in_one_batch() -> None:
    live(action("give_points", **POINTS), limit={"mode": "total", "count": 2})
    profile, other = ProfileFactory(), ProfileFactory()
    for key in "abc":
        call(profile, key=key)
    call(other)
    work()
    assert entries() == [("started", ""), ("started", ""), ("refused", "limit"), ("started", "")]


def test_a_limit_of_a_period_is_free_again_after_it() -> None:
    live(action("give_points", **POINTS), limit={"mode": "period", "count": 1, "every": 1, "unit": "days"})
    profile = ProfileFactory()
    call(profile, key="a")
    work()
    with clock.at(clock.now() + timedelta(hours=23)):
        call(profile, key="b")
        work()
    with clock.at(clock.now() + timedelta(hours=25)):
        call(profile, key="c")
        work()
    assert [outcome for outcome, _reason in entries()] == ["started", "refused", "started"]


def test_one_at_a_time_refuses_while_a_run_is_under_way() -> None:
    live(wait(1), action("give_points", **POINTS), limit={"mode": "unlimited", "alone": True})
    profile = ProfileFactory()
    call(profile, key="a")
    call(profile, key="b")
    work()
    assert entries() == [("started", ""), ("refused", "under_way")]


def owned_by(profile, *, order: str = "EARLIER") -> Product:
    product, _made = Product.objects.get_or_create(
        reference="BOOK", defaults={"name": "Book", "ownership": Product.OwnershipKind.FOREVER}
    )
    line = {"reference": "BOOK", "name": "Book", "quantity": 1, "unit_price": 100}
    upsert_order(profile, cause=BY_API, reference=order, status="paid", amount=100, lines=[line])
    return product


def test_who_owns_the_product_is_refused_but_not_by_the_order_that_starts() -> None:
    first = ProfileFactory()
    product = owned_by(first)
    live(action("give_points", **POINTS), triggers=[ORDERED], scope=[str(product.uid)], stop_if_owned=True)
    second = ProfileFactory()
    owned_by(second, order="FIRST-OF-SECOND")
    owned_by(first, order="SECOND-OF-FIRST")
    work()
    assert entries() == [("started", ""), ("refused", "owned")]


def test_who_buys_while_waiting_is_stopped_before_the_action() -> None:
    product = Product.objects.create(reference="BOOK", name="Book", ownership=Product.OwnershipKind.FOREVER)
    live(wait(1), action("give_points", **POINTS), scope=[str(product.uid)], stop_if_owned=True)
    profile = ProfileFactory()
    call(profile)
    work()
    owned_by(profile)
    with clock.at(clock.now() + timedelta(hours=2)):
        work()
    assert states() == [("stopped", "owned")]


def test_imports_start_nothing() -> None:
    live(action("give_points", **POINTS), triggers=[ORDERED])
    upsert_order(ProfileFactory(), cause=BY_IMPORT, reference="O1", status="new", amount=100)
    work()
    assert runs() == []
    assert not Event.objects.unhandled().exists()


def test_beyond_the_depth_an_event_is_recorded_and_refused() -> None:
    live(action("give_points", **POINTS))
    cause = Cause(Origin.API, depth=MAX_DEPTH + 1)
    record_call(ProfileFactory().email, identifier="go", key_name="id", key_value="1", data={}, cause=cause)
    work()
    assert entries() == [("refused", "depth")]


def test_a_paused_workflow_refuses_and_says_so() -> None:
    workflow = live(action("give_points", **POINTS))
    pause(workflow)
    call(ProfileFactory())
    work()
    assert entries() == [("refused", "paused")]


def test_dispatch_asks_no_more_for_many_events_than_for_few() -> None:
    live(action("give_points", **POINTS), limit={"mode": "total", "count": 5, "alone": True})
    counts = []
    for number in (2, 40):
        for profile in ProfileFactory.create_batch(number):
            call(profile)
        with CaptureQueriesContext(connection) as queries:
            dispatch()
        counts.append(len(queries))
    assert counts[1] <= counts[0]
