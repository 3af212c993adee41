"""Watching a newsletter on its page, in the list and on the first page."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from actions.mailings.releasing import release
from actions.models import SpamAlarm
from crm import clock
from tests.actions.mailings.test_progress import under_way
from tests.factories.mailings import a_newsletter
from tests.factories.messages import TemplateFactory

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
