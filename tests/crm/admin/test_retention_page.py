"""The page on which one chooses what is kept how long."""

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client

from crm.models import RetentionRule
from crm.retention import classes
from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db

PAGE = "/admin/crm/retentionrule/"


def values(**changes: str) -> dict[str, str]:
    days = {one.kind: "" if one.days is None else str(one.days) for one in classes() if not one.is_fixed}
    return {**days, **changes}


def test_it_shows_every_class_with_what_it_means(admin: Client) -> None:
    page = admin.get(PAGE).content.decode()
    for one in classes():
        assert str(one.label) in page


def test_days_are_chosen_and_the_log_says_who_did(admin: Client) -> None:
    answer = admin.post(PAGE, values(mailbox="10"), follow=True)
    assert "Saved" in answer.content.decode()
    rule = RetentionRule.objects.get()
    assert (rule.kind, rule.days) == ("mailbox", 10)
    assert LogEntry.objects.get().change_message == "Mailbox: 10 days"
    admin.post(PAGE, values(mailbox=""))
    rule.refresh_from_db()
    assert (rule.days, rule.is_chosen) == (None, True)


@pytest.mark.parametrize("days", ["0", "-5", "abc", "1.5", "99999999999999999999"])
def test_a_number_that_is_none_changes_nothing(admin: Client, days: str) -> None:
    answer = admin.post(PAGE, values(mailbox=days))
    assert answer.status_code == 200
    assert answer.context["form"].errors["mailbox"]
    assert not RetentionRule.objects.exists()


def test_who_may_only_look_sees_no_button() -> None:
    from django.contrib.auth.models import Permission

    user = UserFactory(is_superuser=False)
    user.user_permissions.add(Permission.objects.get(codename="view_retentionrule"))
    client = Client()
    client.force_login(user)
    assert 'type="submit" class="d-button d-primary"' not in client.get(PAGE).content.decode()
    assert client.post(PAGE, values()).status_code == 403
