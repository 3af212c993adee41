"""The pages of mailings tell what people did with the messages."""

from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from actions.tracking.links import pixel_url
from crm import clock
from tests.actions.tracking.reading import a_sent_one, fetch
from tests.factories.messages import NewsletterFactory, ScenarioFactory, TemplateTextFactory

pytestmark = pytest.mark.django_db
BEGUN = {"status": "sent", "began_at": clock.now() - timedelta(hours=1), "prepared_at": clock.now()}


@pytest.mark.parametrize(("kind", "columns"), [("newsletter", BEGUN), ("scenario", {})])
def test_the_page_of_a_mailing_tells_what_people_did_with_it(admin: Client, kind: str, columns: dict[str, Any]) -> None:
    make = {"newsletter": NewsletterFactory, "scenario": ScenarioFactory}[kind]
    mailing = make(template=TemplateTextFactory().template, **columns)
    page = reverse(f"admin:crm_{kind}_page", args=[mailing.pk])
    assert "Opened" not in admin.get(page).content.decode()

    delivery = a_sent_one(**{f"{kind}_id": mailing.pk})
    fetch(pixel_url(delivery.pk).removeprefix(settings.SITE_URL))

    assert "1 (100.0 %)" in admin.get(page).content.decode()
