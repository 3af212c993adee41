"""Everything kept of people has an age, or a reason to have none; and the new classes keep what is still needed."""

from collections.abc import Callable
from datetime import timedelta
from itertools import count
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.db import models
from django.test import Client

from actions.models import CapUse, DeliveryReport, FrequencyCap, Track
from crm import clock
from crm.models import Cart, Import, ImportChunk, Participation, RetentionRule
from crm.personal import tables
from crm.retention import RetentionClass, classes, kept
from crm.services.retention import clear_old
from tests.factories.deliveries import a_delivery
from tests.factories.modules import ParticipationFactory
from tests.factories.people import ProfileFactory
from tests.factories.sales import CartFactory
from tests.privacy.test_the_list import linked

DOCS = Path(__file__).parents[2] / "docs" / "privacy.md"
#: cleared by way of another table
BY_WAY_OF: dict[type[models.Model], type[models.Model]] = {ImportChunk: Import}


def the(kind: str) -> RetentionClass:
    return next(one for one in classes() if one.kind == kind)


def clear_after(kind: str, **later: int) -> None:
    """Let time pass, and a class of data have its turn."""
    with clock.at(clock.now() + timedelta(**later)):
        clear_old(the(kind), for_seconds=60)


def test_every_model_that_speaks_of_people_has_an_age_or_a_reason_to_have_none() -> None:
    with_age = {one.model for one in classes()}
    speaking = {model for model, _path in linked()} | {BY_WAY_OF.get(table.model, table.model) for table in tables()}
    undecided = {model.__name__ for model in speaking - with_age - kept.keys()}
    assert undecided == set(), "add a RetentionClass, or keep(…, because=…), in the `retention` module of their app"
    assert [model.__name__ for model in with_age & kept.keys()] == []


def test_the_documents_and_the_page_name_them_all() -> None:
    words = " ".join(DOCS.read_text().split())
    assert [str(one.label) for one in classes() if f"| {one.label} |" not in words] == []
    assert [str(reason) for reason in kept.values() if str(reason) not in words] == []


@pytest.mark.django_db
def test_the_page_says_what_has_no_age_and_what_went_wrong(admin: Client) -> None:
    RetentionRule.objects.create(kind="mailbox", error="ValueError")
    page = admin.get("/admin/crm/retentionrule/").content.decode()
    assert "Points and codes are worth money" in page
    assert "Some of it could not be cleared: ValueError" in page


@pytest.mark.django_db
def test_the_content_of_a_cart_goes_when_nobody_touched_it_for_long() -> None:
    old = CartFactory(payload={"note": "x"})
    touched = CartFactory(payload={"note": "x"})
    models.QuerySet(Cart).filter(pk=touched.pk).update(last_activity_at=clock.now() + timedelta(days=300))
    clear_after("carts", days=400)
    old.refresh_from_db()
    touched.refresh_from_db()
    assert (old.payload, old.checkout_url, old.status, old.total) == ({}, "", "emptied", 4_000)
    assert touched.payload == {"note": "x"}
    clear_after("carts", days=300 + 400)
    touched.refresh_from_db()
    assert touched.payload == {}


@pytest.mark.django_db
def test_many_carts_that_are_still_used_keep_no_old_one_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crm.services.retention.MOST_LEFT", 1)
    CartFactory.create_batch(3)
    models.QuerySet(Cart).update(last_activity_at=clock.now() + timedelta(days=300))
    clear_after("carts", days=400)
    old = CartFactory(payload={"note": "x"})
    for _turn in range(2):
        clear_after("carts", days=400)
    old.refresh_from_db()
    assert old.payload == {}
    assert RetentionRule.objects.get(kind="carts").cleared == 1


@pytest.mark.django_db
def test_answers_go_and_that_one_took_part_stays() -> None:
    ParticipationFactory(answers={"colour": "blue"}, is_winner=True)
    clear_after("answers", days=3 * 365 + 1)
    took_part = Participation.objects.get()
    assert (took_part.answers, took_part.is_winner) == ({}, True)


@pytest.mark.django_db
def test_links_clicked_and_reports_of_providers_go_and_the_click_stays() -> None:
    delivery, now = a_delivery(ProfileFactory()), clock.now()
    both = {"delivery": delivery, "occurred_at": now, "recorded_at": now}
    Track.objects.create(profile=delivery.profile, kind="click", url="https://x.example/zoe", is_first=True, **both)
    DeliveryReport.objects.create(state="failed", detail="zoe@example.com", **both)
    clear_after("tracks", days=2 * 365 + 1)
    clear_after("delivery_reports", days=396)
    assert Track.objects.values_list("url", "kind").get() == ("", "click")
    assert not DeliveryReport.objects.exists()


def places(**ages: int) -> dict[str, CapUse]:
    """Let people have got a message so many days ago."""
    return {
        name: CapUse.objects.create(
            profile=ProfileFactory(), channel="email", spent=[[1, (clock.now() - timedelta(days=age)).isoformat()]]
        )
        for name, age in ages.items()
    }


@pytest.mark.django_db
def test_places_under_a_cap_go_when_no_cap_counts_them_any_more_in_whatever_order_they_were_taken() -> None:
    found = places(young=1, old=70, younger=0, older=100)
    CapUse.objects.create(profile=ProfileFactory(), channel="sms", spent=[])
    clear_after("cap_uses", days=0)
    assert set(CapUse.objects.all()) == {found["young"], found["younger"]}
    assert RetentionRule.objects.get(kind="cap_uses").cursor == 0


@pytest.mark.django_db
def test_a_place_that_a_long_cap_still_counts_stays() -> None:
    FrequencyCap.objects.create(channel="email", most=1, every=20, unit="weeks")
    found = places(counted=100, over=141)
    clear_after("cap_uses", days=0)
    assert list(CapUse.objects.all()) == [found["counted"]]


def an_old_row(kind: str) -> None:
    """Make a row of a class."""
    now, profile = clock.now(), ProfileFactory()
    both = {"occurred_at": now, "recorded_at": now}
    makers: dict[str, Callable[[], object]] = {
        "tracks": lambda: Track.objects.create(profile=profile, delivery=a_delivery(profile), kind="open", **both),
        "delivery_reports": lambda: DeliveryReport.objects.create(delivery=a_delivery(profile), state="failed", **both),
        "carts": lambda: CartFactory(profile=profile),
        "answers": lambda: ParticipationFactory(profile=profile, answers={"colour": "blue"}),
        "cap_uses": lambda: CapUse.objects.create(profile=profile, channel="email", spent=[[1, now.isoformat()]]),
    }
    makers[kind]()


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["tracks", "delivery_reports", "carts", "answers", "cap_uses"])
def test_a_turn_goes_through_a_bounded_number_of_rows(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crm.services.retention.BATCH", 2)
    ticks = count()
    monkeypatch.setattr("crm.services.retention.time", SimpleNamespace(monotonic=lambda: next(ticks)))
    for _row in range(3):
        an_old_row(kind)
    with clock.at(clock.now() + timedelta(days=5_000)):
        assert [clear_old(the(kind), for_seconds=1.5) for _turn in range(3)] == [2, 1, 0]
