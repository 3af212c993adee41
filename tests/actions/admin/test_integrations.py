"""Integrations in the back-office: chosen by their kind, tested, secrets written and never read."""

import json

import pytest
from django.test import Client
from django.urls import reverse

from actions.integrations import secrets_of
from actions.models import DeliveryReport, Integration
from crm import clock
from tests.actions.http_sink import HttpSink
from tests.crm.admin.forms import errors_of, save
from tests.factories.integrations import a_brevo, a_twilio, an_sms
from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db
ADD = "admin:actions_integration_add"
TWILIO = {"account_sid": "AC123", "auth_token": "very-secret", "sender": "Shop", "countries": "be, FR"}


def test_adding_begins_with_the_choice_of_a_kind(admin: Client) -> None:
    row = a_brevo()
    page = admin.get(reverse(ADD)).content.decode()
    assert "?kind=twilio" in page
    assert "?kind=brevo" not in page
    assert reverse("admin:actions_integration_change", args=[row.pk]) in page
    assert admin.get(reverse(ADD) + "?kind=nonsense").status_code == 200


def test_a_provider_is_set_up_with_its_secret_encrypted_and_never_shown(admin: Client) -> None:
    response = save(admin, reverse(ADD) + "?kind=twilio", **TWILIO)
    row = Integration.objects.get()
    assert response.status_code == 302
    assert (row.kind, row.name, row.settings["countries"]) == ("twilio", "Twilio (SMS)", ["BE", "FR"])
    assert row.settings["french_hours"] is True
    assert "auth_token" not in row.settings
    assert secrets_of(row) == {"auth_token": "very-secret"}
    page = admin.get(reverse("admin:actions_integration_change", args=[row.pk])).content.decode()
    assert "very-secret" not in page
    assert "/callbacks/" in page


def test_leaving_a_secret_empty_keeps_it(admin: Client) -> None:
    row = a_twilio()
    response = save(admin, reverse("admin:actions_integration_change", args=[row.pk]), sender="Other")
    assert response.status_code == 302
    row.refresh_from_db()
    assert (row.settings["sender"], secrets_of(row)) == ("Other", {"auth_token": "twilio-token"})


@pytest.mark.parametrize(
    ("field", "value"),
    [("auth_token", ""), ("account_sid", "../x"), ("countries", "FRA"), ("url", "ftp://x"), ("sender", "")],
)
def test_what_is_wrong_is_said_and_nothing_is_written(admin: Client, field: str, value: str) -> None:
    response = save(admin, reverse(ADD) + "?kind=twilio", **{**TWILIO, field: value})
    assert list(errors_of(response)) == [field]
    assert not Integration.objects.exists()


def test_a_second_one_of_its_kind_is_refused(admin: Client) -> None:
    a_twilio()
    assert save(admin, reverse(ADD) + "?kind=twilio", **TWILIO).status_code == 200
    assert Integration.objects.count() == 1


def test_the_connection_is_tested_and_the_result_kept(admin: Client, http_sink: HttpSink) -> None:
    path = "/account"
    row = a_brevo(http_sink.url(""))
    address = reverse("admin:actions_integration_test_connection", args=[row.pk])
    http_sink.answers[path] = (200, {}, 0)
    http_sink.bodies[path] = json.dumps({"companyName": "My shop"}).encode()
    assert admin.post(address, {"_form_submitted": "True"}).headers["HX-Redirect"]
    row.refresh_from_db()
    assert row.is_fine
    assert "My shop" in row.test_said
    http_sink.answers[path] = (401, {}, 0)
    admin.post(address, {"_form_submitted": "True"})
    row.refresh_from_db()
    assert row.is_fine is False
    assert "Does not work" in admin.get(reverse("admin:actions_integration_changelist")).content.decode()


def test_who_may_not_see_integrations_sees_none(client: Client) -> None:
    row = a_brevo()
    client.force_login(UserFactory(is_superuser=False))
    for address in (reverse(ADD), reverse("admin:actions_integration_change", args=[row.pk])):
        assert client.get(address).status_code == 403
    assert client.post(reverse("admin:actions_integration_test_connection", args=[row.pk])).status_code == 403


def test_what_the_provider_told_stands_on_the_page_of_the_delivery(admin: Client) -> None:
    delivery = an_sms()
    page = reverse("admin:actions_delivery_change", args=[delivery.pk])
    assert "What the provider told" not in admin.get(page).content.decode()
    now = clock.now()
    DeliveryReport.objects.create(
        delivery=delivery, state="failed", code="30005", detail="Unknown number", occurred_at=now, recorded_at=now
    )
    shown = admin.get(page).content.decode()
    assert "Unknown number" in shown
    assert "30005" in shown
    frame = admin.get(reverse("delivery-message", args=[delivery.pk])).content.decode()
    assert "Hello Zoé\nSTOP: reply STOP" in frame
