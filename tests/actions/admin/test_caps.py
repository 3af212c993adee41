"""The page of frequency caps."""

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse

from actions.models import FrequencyCap
from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db
VALUES = {
    "channel": "email",
    "is_active": "on",
    "most": 3,
    "every": 7,
    "unit": "days",
    "over": "wait",
    "wait_hours": 12,
}
ADD = "admin:actions_frequencycap_add"


def test_a_cap_is_set_once_for_a_channel(admin: Client) -> None:
    assert "No frequency cap" in admin.get(reverse("admin:actions_frequencycap_changelist")).content.decode()
    assert admin.post(reverse(ADD), VALUES).status_code == 302
    assert FrequencyCap.objects.get().describe() == "at most 3 messages within 7 days"
    assert admin.post(reverse(ADD), VALUES).status_code == 200
    assert FrequencyCap.objects.count() == 1
    page = admin.get(reverse("admin:actions_frequencycap_changelist")).content.decode()
    assert "at most 3 messages within 7 days" in page


@pytest.mark.parametrize(
    "wrong", [{"most": 0}, {"most": "x"}, {"every": 0}, {"every": 10**9}, {"channel": "webhook"}, {"wait_hours": 0}]
)
def test_what_makes_no_sense_is_refused(admin: Client, wrong: dict[str, object]) -> None:
    response = admin.post(reverse(ADD), {**VALUES, **wrong})
    assert response.status_code == 200
    assert response.context["adminform"].form.errors
    assert not FrequencyCap.objects.exists()


def test_marketers_may_look_and_not_touch(client: Client) -> None:
    user = UserFactory(is_superuser=False)
    user.groups.add(Group.objects.get(name="Marketer"))
    client.force_login(user)
    assert client.get(reverse("admin:actions_frequencycap_changelist")).status_code == 200
    assert client.get(reverse(ADD)).status_code == 403
