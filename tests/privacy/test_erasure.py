"""Erasing a profile: what ends at once, what is completed later, and that once is once."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection

from actions.models import Delivery
from crm import clock
from crm.errors import Refused
from crm.models import Cart, Erasure, Participation, Profile, Tag
from crm.services.erasure import begin_erasure, carry_on, carry_on_erasures, erase_profile
from crm.services.profiles import change_fields, upsert_profile
from crm.services.tags import change_tags
from tests.factories.causes import BY_API, BY_HAND
from tests.factories.deliveries import a_delivery, a_profile
from tests.factories.modules import ModuleFactory
from tests.factories.people import ProfileFactory
from tests.factories.sales import CartFactory
from tests.factories.workflows import action, live, wait
from tests.workflows.engine.driving import call, states, work, work_in
from triggers.models import Event, Kind
from triggers.services import build, record
from workflows.models import Entry

pytestmark = pytest.mark.django_db


def test_runs_stop_and_what_is_planned_is_skipped() -> None:
    workflow = live(wait(1), action("give_points", points=1, reason=""))
    profile = a_profile("zoe@example.com")
    call(profile)
    work()
    delivery = a_delivery(profile)
    erase_profile(profile, cause=BY_HAND)
    delivery.refresh_from_db()
    workflow.refresh_from_db()
    assert states() == [("stopped", "erased")]
    assert (delivery.status, delivery.reason, delivery.recipient) == ("skipped", "profile_erased", f"#{profile.pk}")
    assert (workflow.under_way, workflow.stopped) == (0, 1)


def test_an_event_that_was_not_handled_yet_starts_nothing() -> None:
    live(action("give_points", points=1, reason=""))
    profile = a_profile("zoe@example.com")
    call(profile)
    erase_profile(profile, cause=BY_HAND)
    work()
    assert states() == []
    assert Entry.objects.get().reason == "erased"


def test_an_open_cart_ends_so_that_nothing_chases_it() -> None:
    cart = CartFactory(payload={"note": "x"})
    erase_profile(cart.profile, cause=BY_HAND)
    cart = Cart.objects.get()
    assert (cart.status, cart.payload, cart.total) == ("emptied", {}, 4_000)
    assert cart.lines == [{"reference": "tea", "quantity": 2, "unit_price": 2_000}]


def test_a_tag_that_nobody_else_carries_goes_and_a_shared_one_stays() -> None:
    one, other = ProfileFactory.create_batch(2)
    change_tags(one, add=["Likes Mr Smith", "VIP"], cause=BY_API)
    change_tags(other, add=["VIP"], cause=BY_API)
    erase_profile(one, cause=BY_HAND)
    assert list(Tag.objects.values_list("name", flat=True)) == ["VIP"]
    assert other.tags.count() == 1


def test_a_tag_that_somebody_gets_just_then_stays_and_stops_no_erasure() -> None:
    profile = ProfileFactory()
    change_tags(profile, add=["VIP", "Likes Mr Smith"], cause=BY_API)
    taken = Tag.objects.get(name="VIP").pk

    def refusing(execute: Any, sql: str, params: Any, *rest: Any) -> Any:
        if sql.startswith('DELETE FROM "crm_tag"') and taken in params:
            raise IntegrityError("still referenced")
        return execute(sql, params, *rest)

    with connection.execute_wrapper(refusing):
        erasure = erase_profile(profile, cause=BY_HAND)
    assert erasure.done_at is not None
    assert list(Tag.objects.values_list("name", flat=True)) == ["VIP"]


def test_a_message_in_a_workers_hands_is_waited_for_and_blanked_afterwards() -> None:
    delivery = a_delivery(a_profile("zoe@example.com"))
    Delivery.objects.update(status="sending")
    erasure = erase_profile(delivery.profile, cause=BY_HAND)
    assert erasure.done_at is None
    Delivery.objects.update(status="sent", subject="Hello Zoé")
    carry_on_erasures()
    erasure.refresh_from_db()
    delivery.refresh_from_db()
    assert erasure.done_at is not None
    assert (delivery.subject, delivery.recipient, delivery.context) == ("", f"#{delivery.profile_id}", {})


def many_events(profile: Profile, number: int) -> None:
    now = clock.now()
    seen = {"note": "secret"}
    record([build(Kind.API_CALLED, profile.pk, BY_API, now, now, name="x", snapshot=seen) for _n in range(number)])


def left() -> int:
    return Event.objects.filter(snapshot__note="secret").count()


def test_what_a_crash_left_is_completed_by_the_sweep() -> None:
    profile = a_profile("zoe@example.com")
    many_events(profile, 10)
    begin_erasure(profile, cause=BY_HAND)  # and the process dies here
    profile.refresh_from_db()
    assert (profile.email, left(), Erasure.objects.get().done_at) == ("", 10, None)
    carry_on_erasures()
    assert left() == 0
    assert Erasure.objects.get().done_at is not None


def test_a_long_history_is_gone_through_in_short_transactions() -> None:
    profile = a_profile("zoe@example.com")
    many_events(profile, 1_200)
    erasure = begin_erasure(profile, cause=BY_HAND)
    seen = set()
    while not carry_on(erasure, for_seconds=0):
        seen.add(left())
    assert {700, 200} <= {number - number % 100 for number in seen}
    assert left() == 0


def test_a_second_erasure_of_the_same_profile_is_the_first_one() -> None:
    profile = a_profile("zoe@example.com")
    first = erase_profile(profile, cause=BY_HAND)
    again = erase_profile(profile, cause=BY_API)
    assert (again.pk, again.requested_by, again.rows) == (first.pk, "jo", first.rows)


def test_what_was_found_before_the_erasure_is_not_written_after_it() -> None:
    stale = a_profile("zoe@example.com")
    erase_profile(Profile.objects.get(), cause=BY_HAND)
    stale.last_name = "Martin"
    with pytest.raises(Exception, match="erased"):
        stale.save()
    with pytest.raises(Refused, match="erased"):
        Participation(profile=stale, module=ModuleFactory()).save()
    with pytest.raises(Exception, match="erased"):
        change_fields(stale, values={"city": "Paris"}, cause=BY_API)


def test_the_address_is_free_for_a_new_profile() -> None:
    profile = a_profile("zoe@example.com")
    erase_profile(profile, cause=BY_HAND)
    again, created = upsert_profile(cause=BY_API, email="ZOE@example.com", fields={"city": "Paris"})
    assert created
    assert again.pk != profile.pk
    assert Profile.objects.get(pk=profile.pk).city == ""


def test_nothing_happens_to_anybody_else() -> None:
    other = a_profile("ann@example.com", first_name="Ann")
    call(other, note="stays")
    erase_profile(a_profile("zoe@example.com"), cause=BY_HAND)
    other.refresh_from_db()
    assert other.first_name == "Ann"
    assert Event.objects.filter(profile=other, snapshot__note="stays").exists()


@pytest.mark.django_db(transaction=True)
def test_twice_at_once_is_once() -> None:
    profile = a_profile("zoe@example.com")
    call(profile, note="secret")

    def erase(_number: int) -> int:
        try:
            return erase_profile(Profile.objects.get(pk=profile.pk), cause=BY_HAND).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(erase, range(4)))) == 1
    erasure = Erasure.objects.get()
    assert erasure.done_at is not None
    assert not Event.objects.filter(snapshot__note="secret").exists()


def test_the_command_erases_by_email_and_says_how_much() -> None:
    a_profile("zoe@example.com")
    call_command("erase_profile", email="zoe@example.com", yes=True)
    assert Erasure.objects.get().done_at is not None
    with pytest.raises(CommandError, match="no such profile"):
        call_command("erase_profile", email="zoe@example.com", yes=True)


def test_a_wait_of_an_erased_person_ends_without_its_action() -> None:
    live(wait(1), action("give_points", points=5, reason=""))
    profile = a_profile("zoe@example.com")
    call(profile)
    work()
    erase_profile(profile, cause=BY_HAND)
    work_in(hours=2)
    assert not profile.movements.exists()
