"""The ledger in the back-office: events in words, each on a page with what was seen."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from tests.crm.admin.rows import make_rows
from tests.factories.people import ProfileFactory
from tests.factories.points import give_points
from tests.factories.sales import OrderFactory
from triggers.admin.words import _DETAILS, ICONS, detail_of
from triggers.models import Event, Kind

pytestmark = pytest.mark.django_db


def test_every_kind_has_its_words_and_its_picture() -> None:
    assert set(ICONS) == set(Kind) == set(_DETAILS)


def test_every_event_has_a_line_and_a_page(admin: Client) -> None:
    make_rows(1)
    for event in Event.objects.all():
        assert isinstance(detail_of(event), str)
        page = admin.get(reverse("admin:triggers_event_change", args=[event.pk]))
        assert page.status_code == 200
        assert str(event.get_kind_display()) in page.content.decode()


def test_an_event_with_an_empty_snapshot_has_a_line(admin: Client) -> None:
    profile = ProfileFactory()
    event = Event.objects.filter(profile=profile).latest("id")
    for kind in Kind:
        event.kind, event.snapshot = kind, {}
        assert isinstance(detail_of(event), str)


def test_a_line_says_what_changed_in_the_readers_language() -> None:
    profile = ProfileFactory(city="Lyon")
    profile.city = "Paris"
    profile.save()
    order = OrderFactory(profile=profile, status="new", amount=5400, currency="EUR")
    order.status = "paid"
    order.save()
    give_points(profile, 50)
    with translation.override("en"):
        assert detail_of(Event.objects.get(kind="field_changed")) == "City: Lyon → Paris"
        assert detail_of(Event.objects.get(kind="order_status_changed")) == f"{order.reference} · New → Paid · €54.00"
        assert detail_of(Event.objects.get(kind="movement_made")).startswith("+50 · Back-office")
    with translation.override("fr"):
        assert detail_of(Event.objects.get(kind="order_paid")).endswith("54,00\u00a0€")


def test_events_are_filtered_by_state_and_kind(admin: Client) -> None:
    give_points(ProfileFactory(), 5)
    moved = Event.objects.get(kind="movement_made")
    asked = {"state": "waiting", "kind__exact": "movement_made"}
    listed = admin.get(reverse("admin:triggers_event_changelist"), asked)
    assert [row.pk for row in listed.context["cl"].result_list] == [moved.pk]
    assert not admin.get(reverse("admin:triggers_event_changelist"), {"state": "wrong"}).context["cl"].result_list
