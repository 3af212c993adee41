"""Watching a newsletter on its page, in the list and on the first page."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from actions.mailings.releasing import release
from tests.actions.mailings.test_progress import under_way

pytestmark = pytest.mark.django_db


def test_the_page_and_the_list_show_it(admin: Client, django_assert_max_num_queries: Any) -> None:
    newsletter = under_way(sent=3, skipped=2)
    release(newsletter)
    at = reverse("admin:crm_newsletter_progress", args=[newsletter.pk])
    with django_assert_max_num_queries(13):
        seen = admin.get(at, {"status": "sending"}).content.decode()
    for words in ("5 / 10", "None of the chosen consents is accepted.", "5 messages in the last minute", "<svg"):
        assert words in seen, words
    assert "5 / 10" in admin.get(reverse("admin:crm_newsletter_changelist")).content.decode()
    assert newsletter.name in admin.get(reverse("admin:index")).content.decode()
