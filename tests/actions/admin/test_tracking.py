"""The pages that show what became of messages, and the alarm."""

import pytest
from django.contrib.admin.models import LogEntry
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from actions.models import SpamAlarm
from actions.tracking.recording import record_click, record_open
from crm import clock
from tests.actions.tracking.reading import PERSON, ROBOT, SHOP, a_sent_one
from tests.factories.people import UserFactory
from tests.factories.workflows import action, live
from tests.workflows.admin.pages import at

pytestmark = pytest.mark.django_db


def an_alarm() -> SpamAlarm:
    return SpamAlarm.objects.create(raised_at=clock.now(), complaints=3, sent=900)


def page_of(alarm: SpamAlarm) -> str:
    return reverse("admin:actions_spamalarm_change", args=[alarm.pk])


def test_the_page_of_a_delivery_tells_people_from_machines(admin: Client) -> None:
    delivery = a_sent_one()
    address = reverse("admin:actions_delivery_change", args=[delivery.pk])
    assert "Nothing was heard of it yet." in admin.get(address).content.decode()
    record_open(delivery.pk, agent=ROBOT)
    record_click(delivery.pk, SHOP, agent=PERSON)
    page = admin.get(address).content.decode()
    assert "A known scanner or robot." in page
    assert "by a machine" in page
    assert SHOP in page


def test_who_refuses_tracking_is_said_to(admin: Client) -> None:
    delivery = a_sent_one()
    delivery.profile.refuses_tracking = True
    delivery.profile.save()
    page = admin.get(reverse("admin:actions_delivery_change", args=[delivery.pk])).content.decode()
    assert "This person refuses tracking" in page


def test_the_first_page_tells_of_an_alarm_and_leads_to_it(admin: Client) -> None:
    an_alarm()
    cache.clear()
    page = admin.get(reverse("admin:index")).content.decode()
    assert "too many people complained" in page
    assert reverse("admin:actions_spamalarm_changelist") in page


def test_an_alarm_is_lifted_with_a_reason_that_is_kept(admin: Client) -> None:
    alarm = an_alarm()
    assert "Lift the alarm" in admin.get(page_of(alarm)).content.decode()
    refused = admin.post(page_of(alarm), {"reason": " "})
    assert refused.status_code == 400
    assert "Say why" in refused.content.decode()
    admin.post(page_of(alarm), {"reason": "an old list"})
    alarm.refresh_from_db()
    assert (alarm.is_open, alarm.reason) == (False, "an old list")
    assert alarm.lifted_by is not None
    assert LogEntry.objects.get().change_message.endswith("an old list")
    assert "an old list" in admin.get(page_of(alarm)).content.decode()
    assert admin.post(page_of(alarm), {"reason": "again"}).status_code == 400


def test_who_may_only_look_cannot_lift_it() -> None:
    from django.contrib.auth.models import Permission

    user = UserFactory(is_superuser=False)
    user.user_permissions.add(Permission.objects.get(codename="view_spamalarm"))
    client = Client()
    client.force_login(user)
    alarm = an_alarm()
    assert "Lift the alarm" not in client.get(page_of(alarm)).content.decode()
    assert client.post(page_of(alarm), {"reason": "please"}).status_code == 403
    assert client.get(reverse("admin:actions_spamalarm_change", args=[10**6])).status_code == 404


def test_the_builder_shows_the_figures_of_each_sending_step(admin: Client) -> None:
    from tests.actions.types.examples import send_email

    workflow = live(action("send_email", **send_email()))
    step = workflow.draft["steps"][0]["id"]
    delivery = a_sent_one(workflow_id=workflow.pk, step_id=step)
    record_open(delivery.pk, agent=PERSON)
    page = admin.get(at("change", workflow.pk)).content.decode()
    assert "Sent 1" in page
    assert "Opened 1 (100.0 %)" in page
