"""What points, tags and fields do to a profile."""

from typing import Any

import pytest

from actions.base import Done, Failed, Outcome, Skipped, action_types
from crm.models import CustomField, CustomValue, Movement, Order, PointsProgramme, Pot, Profile, ProfileTag
from crm.services.custom_fields import set_value
from crm.services.orders import upsert_order
from tests.factories.deliveries import BY_HAND, a_profile
from tests.factories.steps import a_step

pytestmark = pytest.mark.django_db
RATIO = {"points": 1, "per": 100, "statuses": ["paid", "shipped", "delivered"]}


def do(kind: str, config: dict[str, Any], *profiles: Profile, order: Order | None = None) -> list[Outcome]:
    snapshot = {"order": {"reference": order.reference}} if order else {}
    effects = [next(action_types[kind](config).plan(a_step(profile, snapshot=snapshot))) for profile in profiles]
    return type(effects[0]).apply_many(effects)


def an_order(profile: Profile, **values: Any) -> Order:
    return upsert_order(profile, cause=BY_HAND, reference="A1", **{"status": "paid", "amount": 1567, **values})[0]


def test_points_are_given_and_taken_with_their_reason_and_cause() -> None:
    profile = a_profile()
    [given] = do("give_points", {"points": 50, "reason": "Welcome"}, profile)
    [taken] = do("take_points", {"points": 20, "reason": ""}, profile)
    assert given == Done({"points": 50, "balance": 50})
    assert taken == Done({"points": -20, "balance": 30})
    movement = Movement.objects.get(points=50)
    assert (movement.source, movement.reason, movement.workflow_id, movement.depth) == ("workflow", "Welcome", 7, 2)
    assert Pot.objects.get(profile=profile).balance == 30


def test_taking_more_than_there_is_fails_and_spares_the_others() -> None:
    poor, rich = a_profile(), a_profile()
    do("give_points", {"points": 50}, rich)
    outcomes = do("take_points", {"points": 20}, poor, rich)
    assert isinstance(outcomes[0], Failed)
    assert outcomes[1] == Done({"points": -20, "balance": 30})
    assert not Movement.objects.filter(profile=poor).exists()


def test_giving_points_is_not_offered_with_a_pot_trigger() -> None:
    assert action_types["give_points"].not_with == action_types["take_points"].not_with == {"pot"}


def test_an_order_gives_its_amount_rounded_down() -> None:
    profile = a_profile()
    assert do("points_on_order", RATIO, profile, order=an_order(profile)) == [
        Done({"points": 15, "balance": 15, "target": 15})
    ]


@pytest.mark.parametrize(
    ("points", "per", "amount", "expected"),
    [(1, 1000, 1567, 1), (3, 100, 1567, 47), (1, 100, 99, 0), (10, 1, 5, 50), (2, 300, 1000, 6)],
)
def test_a_ratio_multiplies_before_it_rounds(points: int, per: int, amount: int, expected: int) -> None:
    profile = a_profile()
    order = an_order(profile, amount=amount)
    do("points_on_order", {**RATIO, "points": points, "per": per}, profile, order=order)
    assert sum(Movement.objects.values_list("points", flat=True)) == expected


def test_later_runs_post_the_difference_and_take_all_back_in_the_end() -> None:
    profile = a_profile()
    order = an_order(profile)
    for values, points in [
        ({"amount": 2000}, 5),
        ({"amount": 2000}, 0),
        ({"amount": 1000}, -10),
        ({"status": "shipped"}, 0),
        ({"status": "cancelled"}, -10),
        ({"status": "paid"}, 10),
    ]:
        if points == 5:
            do("points_on_order", RATIO, profile, order=order)
        order = upsert_order(profile, cause=BY_HAND, reference="A1", **values)[0]
        [outcome] = do("points_on_order", RATIO, profile, order=order)
        assert isinstance(outcome, Done)
        assert outcome.value["points"] == points
    assert Pot.objects.get(profile=profile).balance == 10


def test_taking_back_may_make_a_balance_negative() -> None:
    profile = a_profile()
    order = an_order(profile)
    do("points_on_order", RATIO, profile, order=order)
    do("take_points", {"points": 10}, profile)
    upsert_order(profile, cause=BY_HAND, reference="A1", status="refunded")
    do("points_on_order", RATIO, profile, order=order)
    assert Pot.objects.get(profile=profile).balance == -10


def test_the_order_counts_as_it_stands_not_as_the_event_saw_it() -> None:
    profile = a_profile()
    order = an_order(profile)
    upsert_order(profile, cause=BY_HAND, reference="A1", amount=3000)
    [outcome] = do("points_on_order", RATIO, profile, order=order)
    assert isinstance(outcome, Done)
    assert outcome.value["points"] == 30


def test_a_run_without_an_order_or_with_anothers_is_skipped() -> None:
    profile = a_profile()
    order = an_order(a_profile())
    assert do("points_on_order", RATIO, profile) == [Skipped("no_order")]
    assert do("points_on_order", RATIO, profile, order=order) == [Skipped("no_order")]


def test_two_programmes_for_an_order_are_warned_of() -> None:
    PointsProgramme.objects.create(pk=1, is_active=True)
    [problem] = action_types["points_on_order"](RATIO).problems()
    assert not problem.blocks


def test_tags_are_added_and_removed() -> None:
    profile = a_profile()
    assert do("add_tag", {"tag": "VIP"}, profile) == [Done({"added": ["VIP"], "removed": []})]
    assert do("add_tag", {"tag": "vip"}, profile) == [Done({"added": [], "removed": []})]
    assert do("remove_tag", {"tag": "Vip"}, profile) == [Done({"added": [], "removed": ["VIP"]})]
    assert not ProfileTag.objects.exists()


def test_a_field_is_set_copied_and_emptied() -> None:
    profile = a_profile(city="Lyon")
    do("set_field", {"field": "company", "mode": "copy", "source": "city"}, profile)
    do("set_field", {"field": "city", "mode": "value", "value": "Paris"}, profile)
    profile.refresh_from_db()
    assert (profile.company, profile.city) == ("Lyon", "Paris")
    do("set_field", {"field": "city", "mode": "clear"}, profile)
    profile.refresh_from_db()
    assert profile.city == ""


def test_custom_fields_are_set_from_native_ones_and_back() -> None:
    CustomField.objects.create(label="Nick", name="nick", type="text")
    since = CustomField.objects.create(label="Since", name="since", type="date")
    profile = a_profile(city="Lyon")
    set_value(profile, field=since, value="2026-01-31", cause=BY_HAND)
    do("set_field", {"field": "custom.nick", "mode": "copy", "source": "city"}, profile)
    do("set_field", {"field": "company", "mode": "copy", "source": "custom.since"}, profile)
    profile.refresh_from_db()
    assert CustomValue.objects.get(field__name="nick").text == "Lyon"
    assert profile.company == "2026-01-31"


def test_a_value_that_the_field_cannot_hold_fails_and_spares_the_others() -> None:
    CustomField.objects.create(label="Size", name="size", type="number")
    wrong, right = a_profile(city="Lyon"), a_profile(city="42")
    outcomes = do("set_field", {"field": "custom.size", "mode": "copy", "source": "city"}, wrong, right)
    assert isinstance(outcomes[0], Failed)
    assert isinstance(outcomes[1], Done)
    assert CustomValue.objects.get().profile == right


@pytest.mark.parametrize(
    ("field", "value"),
    [("country", "Nowhere"), ("phone", "abc"), ("birthday", "yesterday"), ("email", "x@example.com"), ("nothing", "x")],
)
def test_a_form_refuses_what_a_field_cannot_hold(field: str, value: str) -> None:
    form = action_types["set_field"].form_class.check_config({"field": field, "mode": "value", "value": value})
    assert not form.is_valid()
