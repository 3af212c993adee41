"""The panel of what people did with a mailing."""

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from actions.tracking.links import pixel_url
from tests.actions.tracking.reading import a_sent_one, fetch
from tests.factories.messages import NewsletterFactory, ScenarioFactory, TemplateTextFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("kind", ["newsletter", "scenario"])
def test_the_page_of_a_mailing_tells_what_people_did_with_it(admin: Client, kind: str) -> None:
    make = {"newsletter": NewsletterFactory, "scenario": ScenarioFactory}[kind]
    mailing = make(template=TemplateTextFactory().template)
    page = reverse(f"admin:crm_{kind}_page", args=[mailing.pk])
    assert "What people did with it" not in admin.get(page).content.decode()

    delivery = a_sent_one(**{f"{kind}_id": mailing.pk})
    fetch(pixel_url(delivery.pk).removeprefix(settings.SITE_URL))

    seen = admin.get(page).content.decode()
    assert "What people did with it" in seen
    assert "100" in seen
