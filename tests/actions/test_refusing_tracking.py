"""Who does not want to be followed says so on the page of consents; then nothing is written into mails or noted."""

import pytest
from django.test import Client

from actions.links import PREFERENCES
from actions.models import DeliveryReport, MailboxMessage, Track
from actions.reports import Report, deliveries_named, note_reports
from actions.sending import deliver
from actions.tracking.recording import record_click, record_open
from crm.models import Profile, Site
from tests.actions.tracking.reading import PARTS, PERSON, SHOP, a_sent_one
from tests.factories.deliveries import a_delivery, a_profile
from triggers.models import Event

pytestmark = pytest.mark.django_db

SHOWN = {"asks-tracking": "1"}


def post(profile: Profile, **posted: str) -> str:
    answer = Client(enforce_csrf_checks=True).post(PREFERENCES.path(profile.uid), {**SHOWN, **posted})
    profile.refresh_from_db()
    return answer.content.decode()


def switch_off() -> None:
    site = Site.current()
    site.tracks_messages = False
    site.save()


def test_a_person_refuses_and_takes_it_back() -> None:
    profile = a_profile()
    events = Event.objects.count()
    page = post(profile, **{"refuses-tracking": "1"})
    assert 'name="refuses-tracking" value="1" checked' in page
    assert profile.refuses_tracking
    post(profile)
    assert not profile.refuses_tracking
    assert Event.objects.count() == events


def test_refusing_everything_refuses_to_be_followed_too() -> None:
    profile = a_profile()
    post(profile, refuse_all="1")
    assert profile.refuses_tracking


def test_a_form_that_did_not_show_the_box_changes_nothing() -> None:
    profile = a_profile()
    profile.refuses_tracking = True
    profile.save()
    Client().post(PREFERENCES.path(profile.uid), {})
    profile.refresh_from_db()
    assert profile.refuses_tracking


def test_the_box_is_offered_where_the_shop_follows_anybody() -> None:
    profile = a_profile()
    path = PREFERENCES.path(profile.uid)
    assert "refuses-tracking" in Client().get(path).content.decode()
    switch_off()
    assert "refuses-tracking" not in Client().get(path).content.decode()


def test_their_next_mail_carries_neither_links_nor_a_picture() -> None:
    profile = a_profile()
    post(profile, **{"refuses-tracking": "1"})
    a_delivery(profile, parts=PARTS)
    deliver("mail", 10)
    html = MailboxMessage.objects.get().html
    assert SHOP in html
    assert "/c/" not in html
    assert "/o/" not in html


@pytest.mark.parametrize("who", ["person", "shop"])
def test_nothing_is_noted_of_mails_that_left_before(who: str) -> None:
    delivery = a_sent_one(a_profile())
    if who == "person":
        post(delivery.profile, **{"refuses-tracking": "1"})
    else:
        switch_off()
    assert not record_open(delivery.pk, agent=PERSON)
    assert not record_click(delivery.pk, SHOP, agent=PERSON)
    assert not Track.objects.exists()


@pytest.mark.parametrize("who", ["person", "shop"])
def test_what_providers_tell_of_reading_is_not_noted_and_the_rest_is(who: str) -> None:
    delivery = a_sent_one(a_profile(), channel="whatsapp")
    if who == "person":
        post(delivery.profile, **{"refuses-tracking": "1"})
    else:
        switch_off()
    delivery.refresh_from_db()
    note_reports([Report(delivery, state) for state in ("delivered", "read", "clicked", "failed")])
    assert set(DeliveryReport.objects.values_list("state", flat=True)) == {"delivered", "failed"}


def test_who_refuses_after_a_report_was_read_and_before_it_is_kept_is_not_followed() -> None:
    delivery = a_sent_one(a_profile(), channel="whatsapp")
    report = Report(deliveries_named([str(delivery.uid)], channel="whatsapp")[str(delivery.uid)], "read")
    post(delivery.profile, **{"refuses-tracking": "1"})
    assert note_reports([report]) == []
    assert not DeliveryReport.objects.exists()
