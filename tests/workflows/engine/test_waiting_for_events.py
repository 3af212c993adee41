"""K3 in a run: what ends the wait, and what does not."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from crm import clock
from crm.services.orders import upsert_order
from tests.factories.causes import BY_API, BY_IMPORT
from tests.factories.people import ProfileFactory
from tests.factories.workflows import action, live, trigger, wait, wait_for
from tests.workflows.engine.driving import call, runs, states, work, work_in
from triggers.models import Kind
from workflows.engine.advance import advance
from workflows.engine.dispatch import dispatch
from workflows.engine.listening import awaited_kinds
from workflows.models import Journal

pytestmark = pytest.mark.django_db
YES, NO = [action("add_tag", tag="yes")], [action("add_tag", tag="no")]


def order(profile, reference="O1", status="new"):
    return upsert_order(profile, cause=BY_API, reference=reference, status=status, amount=1000)


def exits() -> list[str]:
    return list(Journal.objects.filter(outcome__in=["yes", "no"]).order_by("id").values_list("outcome", flat=True))


def tags(profile) -> list[str]:
    return sorted(str(row.tag) for row in profile.tags.all())


def test_the_event_ends_the_wait_at_once() -> None:
    live(wait_for("ordered", yes=YES, no=NO))
    profile = ProfileFactory()
    call(profile)
    work()
    assert runs()[0].phase == "listening"
    with clock.at(clock.now() + timedelta(hours=2)):
        order(profile)
        work()
    assert (exits(), tags(profile), states()) == (["yes"], ["yes"], [("done", "")])
    assert Journal.objects.get(outcome="yes").saw["event"]["kind"] == Kind.ORDER_CREATED


def test_without_the_event_it_is_no_when_the_time_is_over() -> None:
    live(wait_for("ordered", yes=YES, no=NO))
    profile = ProfileFactory()
    call(profile)
    work()
    work_in(hours=23)
    assert exits() == []
    work_in(hours=25)
    assert (exits(), tags(profile)) == (["no"], ["no"])


def test_what_happened_before_the_run_came_does_not_count() -> None:
    live(wait(1), wait_for("ordered", yes=YES, no=NO))
    profile = ProfileFactory()
    call(profile)
    work()
    order(profile)
    work_in(hours=2)
    work_in(hours=30)
    assert exits() == ["no"]


def test_an_event_in_the_same_batch_as_the_start_does_not_count() -> None:
    live(wait_for("ordered", yes=YES, no=NO))
    profile = ProfileFactory()
    call(profile)
    order(profile)
    work()
    assert (exits(), runs()[0].phase) == ([], "listening")


def test_an_event_after_the_run_came_counts_though_dispatch_is_late() -> None:
    live(wait_for("ordered", yes=YES, no=NO))
    profile = ProfileFactory()
    call(profile)
    dispatch()
    advance()
    with clock.at(clock.now() + timedelta(hours=1)):
        order(profile)
    with clock.at(clock.now() + timedelta(days=3)):  # nothing worked for three days: the time is over as well
        advance()
        work()
    assert exits() == ["yes"]


def test_an_event_after_the_time_was_over_is_too_late_though_nobody_worked() -> None:
    live(wait_for("ordered", yes=YES, no=NO))
    profile = ProfileFactory()
    call(profile)
    work()
    with clock.at(clock.now() + timedelta(hours=25)):
        order(profile)
        work()
    assert exits() == ["no"]


def test_an_event_of_somebody_else_ends_nothing() -> None:
    live(wait_for("ordered", yes=YES, no=NO))
    call(ProfileFactory())
    work()
    order(ProfileFactory())
    work()
    assert exits() == []


def test_an_imported_order_ends_nothing() -> None:
    live(wait_for("ordered", yes=YES, no=NO))
    profile = ProfileFactory()
    call(profile)
    work()
    upsert_order(profile, cause=BY_IMPORT, reference="old", status="paid", amount=1000)
    work()
    work_in(hours=25)
    assert exits() == ["no"]


def test_what_an_earlier_order_becomes_is_heard() -> None:
    live(wait_for("paid", same_key=True, yes=YES, no=NO), triggers=[trigger("order_updated", on_creation=True)])
    profile = ProfileFactory()
    order(profile)
    work()
    order(profile, "O2", "paid")
    work()
    assert exits() == []
    order(profile, "O1", "paid")
    work()
    assert exits() == ["yes"]


def test_a_call_of_another_workflows_identifier_is_heard_where_nobody_else_listens_to_it() -> None:
    live(wait_for("called", identifier="signed", same_key=True, yes=YES, no=NO))
    profile = ProfileFactory()
    call(profile, key="q1")
    call(profile, key="q2")
    work()
    call(profile, "signed", key="q2")
    work()
    assert [(run.key, run.status) for run in runs()] == [("q1", "waiting"), ("q2", "done")]


def test_only_the_kinds_that_runs_wait_for_are_heard() -> None:
    live(wait_for("ordered", yes=YES, no=NO))
    assert awaited_kinds() == frozenset()
    call(ProfileFactory())
    work()
    assert awaited_kinds() == {Kind.ORDER_CREATED}
    work_in(hours=25)
    assert awaited_kinds() == frozenset()


def test_two_waits_in_a_row_need_two_events() -> None:
    live(wait_for("ordered", yes=[wait_for("ordered", yes=YES)], no=NO))
    profile = ProfileFactory()
    call(profile)
    work()
    order(profile)
    work()
    assert (exits(), runs()[0].phase) == (["yes"], "listening")
    order(profile, "O2")
    work()
    assert exits() == ["yes", "yes"]


def test_dispatch_and_advance_ask_no_more_for_many_waiting_runs_than_for_few() -> None:
    live(wait_for("ordered", yes=YES, no=NO))
    call(first := ProfileFactory())
    work()
    order(first, "O-first")
    work()
    counts = []
    for number in (2, 40):
        profiles = ProfileFactory.create_batch(number)
        for profile in profiles:
            call(profile)
        work()
        for profile in profiles:
            order(profile, f"O{profile.pk}")
        with CaptureQueriesContext(connection) as queries:
            dispatch()
            advance()
        counts.append(len(queries))
    assert counts[1] <= counts[0]
    assert len(exits()) == 43


def test_where_nobody_waits_for_events_one_indexed_query_is_all() -> None:
    with CaptureQueriesContext(connection) as queries:
        assert awaited_kinds() == frozenset()
    assert len(queries) == 1
