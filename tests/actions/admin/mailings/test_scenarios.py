"""The pages of scenarios."""

from datetime import date, datetime
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from actions.admin.mailings import scenario_pages
from actions.mailings import scenarios
from actions.models import Delivery
from crm import clock
from crm.models import Scenario
from tests.actions.mailings.test_scenarios import MORNING
from tests.crm.admin.forms import errors_of, save
from tests.factories.deliveries import a_definition, a_profile
from tests.factories.mailings import a_scenario, a_template
from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db


def at(scenario: Scenario, page: str) -> str:
    return reverse(f"admin:crm_scenario_{page}", args=[scenario.pk])


def given(**changes: Any) -> dict[str, Any]:
    a_definition()
    return {
        "name": "Happy birthday",
        "template": a_template().pk,
        "rule": "birthday",
        "days": "0",
        "at_time": "10:30",
        "purpose": "marketing",
        "marketing_consents": ["NewsEmail"],
        **changes,
    }


def test_one_is_written_off_and_leads_to_its_page(admin: Client) -> None:
    response = save(admin, reverse("admin:crm_scenario_add"), **given())
    scenario = Scenario.objects.get()
    assert response.headers["Location"] == at(scenario, "page")
    assert (scenario.is_active, f"{scenario.at_time:%H:%M}") == (False, "10:30")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"rule": "after_purchase", "days": "0"}, "days"),
        ({"rule": "after_purchase", "days": "999999999999999999999"}, "days"),
        ({"rule": "other"}, "rule"),
        ({"at_time": "25:00"}, "at_time"),
        ({"marketing_consents": []}, "marketing_consents"),
    ],
)
def test_what_cannot_be_is_said_at_its_field(admin: Client, changes: dict[str, Any], field: str) -> None:
    response = save(admin, reverse("admin:crm_scenario_add"), **given(**changes))
    assert response.status_code == 200
    assert field in errors_of(response)
    assert not Scenario.objects.exists()


def test_it_is_switched_on_after_a_question_and_off_again(admin: Client) -> None:
    today = clock.now().date()
    a_profile(birthday=date(1990, today.month, min(today.day, 28)))
    scenario = a_scenario(is_on=False)
    assert admin.get(at(scenario, "switch_on")).status_code == 200
    admin.post(at(scenario, "switch_on"))
    scenario.refresh_from_db()
    assert scenario.is_active
    assert scenario.checked_until is not None
    assert admin.get(at(scenario, "switch_off")).status_code == 200
    admin.post(at(scenario, "switch_off"))
    scenario.refresh_from_db()
    assert not scenario.is_active


def test_one_that_is_on_is_not_edited_since_nobody_would_look_at_it_again(admin: Client) -> None:
    scenario = a_scenario()
    change = reverse("admin:crm_scenario_change", args=[scenario.pk])
    assert admin.get(change).status_code == 302
    admin.post(change, {"name": "Other"})
    scenario.refresh_from_db()
    assert scenario.name != "Other"
    Scenario.objects.filter(pk=scenario.pk).update(is_active=False)
    save(admin, change, name="Other")
    scenario.refresh_from_db()
    assert (scenario.name, scenario.is_active) == ("Other", False)


def test_the_page_lists_what_it_sent_with_its_figures(admin: Client) -> None:
    a_profile(first_name="Zoé", last_name="Durand", birthday=date(1990, 3, 2))
    with clock.at(MORNING):
        scenario = a_scenario()
    assert admin.get(at(scenario, "page")).status_code == 200
    with clock.at(MORNING.replace(hour=9)):
        scenarios.check_all()
    page = admin.get(at(scenario, "page")).content.decode()
    assert "Zoé Durand" in page
    assert admin.get(reverse("admin:actions_delivery_changelist"), {"scenario_id": scenario.pk}).status_code == 200
    assert admin.post(reverse("admin:crm_scenario_delete", args=[scenario.pk]), {"post": "yes"}).status_code == 403


def test_switching_is_a_permission_of_its_own(client: Client) -> None:
    scenario = a_scenario(is_on=False)
    user = UserFactory(is_superuser=False)
    user.user_permissions.set(Permission.objects.filter(codename__in=["view_scenario", "change_scenario"]))
    client.force_login(user)
    assert at(scenario, "switch_on") not in client.get(at(scenario, "page")).content.decode()
    for page in ("switch_on", "switch_off"):
        assert client.get(at(scenario, page)).status_code == 403
        assert client.post(at(scenario, page)).status_code == 403
    assert not Scenario.objects.get().is_active


def asked_at(instant: datetime, admin: Client, scenario: Scenario) -> str:
    with clock.at(instant):
        return admin.get(at(scenario, "switch_on")).content.decode()


def test_before_its_hour_it_would_write_today(admin: Client) -> None:
    a_profile(birthday=date(1990, 3, 2))
    assert "Today at 09:00: 1 profile." in asked_at(MORNING, admin, a_scenario(is_on=False))


def test_after_its_hour_it_would_first_write_tomorrow(admin: Client) -> None:
    a_profile(birthday=date(1990, 3, 2))
    for _twice in range(2):
        a_profile(birthday=date(1990, 3, 3))
    scenario, evening = a_scenario(is_on=False), MORNING.replace(hour=17)
    asked = asked_at(evening, admin, scenario)
    assert "Tomorrow, 3 Mar 2026, at 09:00: 2 profiles." in asked
    assert "Today at" not in asked
    with clock.at(evening):
        said = admin.post(at(scenario, "switch_on"), follow=True).content.decode()
    assert said.count("Tomorrow, 3 Mar 2026, at 09:00: 2 profiles.") == 2, "in the message and on the page"


def test_who_lives_where_its_hour_is_still_to_come_is_written_to_today(admin: Client) -> None:
    a_profile(birthday=date(1990, 3, 2), time_zone="America/Martinique")
    asked = asked_at(MORNING.replace(hour=10), admin, a_scenario(is_on=False))
    assert "Today at 09:00: 1 profile." in asked
    assert "Tomorrow, 3 Mar 2026, at 09:00: 0 profiles." in asked


def test_who_would_be_written_to_is_counted_no_further_than_to_a_limit(
    admin: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(5):
        a_profile(birthday=date(1990, 3, 2))
    scenario = a_scenario(is_on=False)
    assert "5 profiles" in asked_at(MORNING, admin, scenario)
    monkeypatch.setattr(scenario_pages, "MOST", 3)
    assert "at least 3 profiles" in asked_at(MORNING, admin, scenario)


def test_a_test_is_sent_from_its_page(admin: Client) -> None:
    a_profile(first_name="Zoé")
    scenario = a_scenario(is_on=False)
    assert "Send a test" in admin.get(at(scenario, "page")).content.decode()
    admin.post(at(scenario, "test"), {"to": "me@shop.example"})
    delivery = Delivery.objects.get()
    assert (delivery.recipient, delivery.scenario_id) == ("me@shop.example", None)
    assert delivery.rules["purpose"] == "test"
    assert LogEntry.objects.get().get_change_message() == "A test was sent."


def test_who_may_not_change_it_sends_no_test(client: Client) -> None:
    scenario, user = a_scenario(), UserFactory(is_superuser=False)
    user.user_permissions.set(Permission.objects.filter(codename__in=["view_scenario", "activate_scenario"]))
    client.force_login(user)
    assert client.post(at(scenario, "test"), {"to": "me@shop.example"}).status_code == 403


def test_one_that_is_on_says_that_it_is_to_be_switched_off_before_it_is_edited(admin: Client) -> None:
    scenario = a_scenario()
    seen = admin.get(at(scenario, "page")).content.decode()
    assert ">Edit<" not in seen
    assert "Switch it off to edit it." in seen
