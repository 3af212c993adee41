"""Watching a newsletter on its page, in the list and on the first page."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from actions.mailings.releasing import release
from actions.models import Delivery, SpamAlarm, Track
from crm import clock
from tests.actions.mailings.test_progress import under_way
from tests.factories.deliveries import a_profile
from tests.factories.mailings import a_newsletter
from tests.factories.messages import TemplateFactory
from triggers.messages import newsletter_key

pytestmark = pytest.mark.django_db


def test_the_page_and_the_list_show_it(admin: Client, django_assert_max_num_queries: Any) -> None:
    newsletter = under_way(sent=3, skipped=2)
    release(newsletter)
    at = reverse("admin:crm_newsletter_progress", args=[newsletter.pk])
    with django_assert_max_num_queries(14):
        seen = admin.get(at, {"status": "sending"}).content.decode()
    for words in ("5 / 10", "None of the chosen consents is accepted.", "5 messages in the last minute", "<svg"):
        assert words in seen, words
    assert "5 / 10" in admin.get(reverse("admin:crm_newsletter_changelist")).content.decode()
    assert newsletter.name in admin.get(reverse("admin:index")).content.decode()


def test_the_page_says_that_an_alarm_stops_it(admin: Client) -> None:
    newsletter = under_way(sent=1)
    at = reverse("admin:crm_newsletter_page", args=[newsletter.pk])
    assert "too many people complained" not in admin.get(at).content.decode()
    SpamAlarm.objects.create(raised_at=clock.now(), complaints=3, sent=100)
    seen = admin.get(at).content.decode()
    assert "too many people complained" in seen
    assert reverse("admin:actions_spamalarm_changelist") in seen


def test_what_cannot_be_rendered_shows_its_error_and_no_empty_frame(admin: Client) -> None:
    newsletter = a_newsletter(template=TemplateFactory())
    seen = admin.get(reverse("admin:crm_newsletter_page", args=[newsletter.pk])).content.decode()
    assert "The template has no text in any language." in seen
    assert "<iframe" not in seen


def test_a_newsletter_without_a_segment_is_for_everybody(admin: Client) -> None:
    a_newsletter()
    assert "Everybody" in admin.get(reverse("admin:crm_newsletter_changelist")).content.decode()


def test_one_that_is_sent_now_says_that_it_begins(admin: Client) -> None:
    a_profile()
    newsletter = a_newsletter()
    admin.post(reverse("admin:crm_newsletter_send", args=[newsletter.pk]), {"when": "now"})
    seen = admin.get(reverse("admin:crm_newsletter_page", args=[newsletter.pk])).content.decode()
    assert "It begins now: the recipients are being gathered." in seen
    assert "gathered when it begins" in seen
    assert "It begins by itself at its time." not in seen


def test_the_page_shows_opens_and_clicks_also_while_there_are_none(admin: Client) -> None:
    newsletter = under_way(sent=3)
    seen = admin.get(reverse("admin:crm_newsletter_page", args=[newsletter.pk])).content.decode()
    assert "<dt>Opened</dt>" in seen
    assert "<dt>Clicked</dt>" in seen


def test_the_list_shows_opens_and_clicks_by_one_query(admin: Client) -> None:
    newsletter, address = under_way(sent=2), reverse("admin:crm_newsletter_changelist")
    for delivery in Delivery.objects.filter(newsletter_id=newsletter.pk)[:2]:
        Track.objects.create(
            delivery=delivery,
            profile=delivery.profile,
            message=newsletter_key(newsletter.uid),
            kind=Track.Kind.OPEN,
            is_first=True,
            occurred_at=clock.now(),
            recorded_at=clock.now(),
        )
    with CaptureQueriesContext(connection) as one:
        assert "2 · 0" in admin.get(address).content.decode()
    for _each in range(3):
        under_way(sent=1)
    with CaptureQueriesContext(connection) as many:
        admin.get(address)
    assert len(many) <= len(one)
