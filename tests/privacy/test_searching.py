"""An erasure, searched for in the database and in Redis."""

import pytest
from django.core.management import call_command
from django.test import Client

from crm.models import Erasure, Order, Profile
from crm.services.erasure import erase_profile
from tests.actions.http_sink import HttpSink
from tests.conftest import ValkeyServer
from tests.factories.causes import BY_HAND
from tests.privacy.planting import WORDS, fail_a_job, plant
from tests.privacy.searching import found_in_database, found_in_redis
from tests.workflows.engine.driving import work

pytestmark = pytest.mark.django_db


def test_no_word_of_an_erased_person_is_left_anywhere(admin: Client, http_sink: HttpSink, valkey: ValkeyServer) -> None:
    profile, _sponsor = plant(admin, http_sink)
    fail_a_job(valkey.client)
    before = found_in_database(WORDS.values())
    assert {word for word in WORDS.values() if not any(one.endswith(word) for one in before)} == set()
    assert found_in_redis(valkey.client, WORDS.values())

    erasure = erase_profile(profile, cause=BY_HAND)

    assert erasure.done_at is not None
    assert found_in_database(WORDS.values()) == []
    assert found_in_redis(valkey.client, WORDS.values()) == []


def test_what_comes_afterwards_brings_nothing_back_and_all_promises_hold(admin: Client, http_sink: HttpSink) -> None:
    profile, sponsor = plant(admin, http_sink)
    erase_profile(profile, cause=BY_HAND)
    work()
    sponsor.refresh_from_db()
    assert found_in_database(WORDS.values()) == []
    assert (sponsor.first_name, sponsor.erased_at) == ("Sponsor", None)
    assert Order.objects.get().reference == "order-1"
    call_command("reconcile")


def test_every_page_that_shows_what_is_left_still_opens(admin: Client, http_sink: HttpSink) -> None:
    profile, sponsor = plant(admin, http_sink)
    erase_profile(profile, cause=BY_HAND)
    pages = [f"/admin/crm/profile/{one.pk}/page/" for one in (profile, sponsor)]
    for list_of in ("triggers/event", "workflows/run", "workflows/entry", "actions/delivery", "crm/cart", "crm/order"):
        pages.append(f"/admin/{list_of}/")
    pages += [f"/admin/triggers/event/{event.pk}/change/" for event in profile.events.all()]
    pages += [f"/admin/workflows/run/{run.pk}/change/" for run in profile.runs.all()]
    pages += [f"/admin/actions/delivery/{row.pk}/change/" for row in profile.deliveries.all()]
    for page in pages:
        assert admin.get(page).status_code == 200, page


def test_a_person_who_comes_back_is_somebody_new(admin: Client, http_sink: HttpSink) -> None:
    profile, _sponsor = plant(admin, http_sink)
    erase_profile(profile, cause=BY_HAND)
    again = Profile.objects.create(email=WORDS["email"], external_id=WORDS["external"])
    assert again.pk != profile.pk
    assert Erasure.objects.get().identifiers == []
