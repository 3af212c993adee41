"""An erasure that meets an error is parked, shown and tried again; those behind it are done."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection
from django.test import Client
from django.urls import reverse

from crm import clock
from crm.models import Erasure, Profile
from crm.reconcile import nobody_is_erased_by_half
from crm.services.erasure import begin_erasure, carry_on_erasures, erase_profile
from tests.factories.causes import BY_HAND
from tests.factories.deliveries import a_delivery, a_profile

pytestmark = pytest.mark.django_db


@contextmanager
def a_row_that_cannot_be_written(profile: Profile) -> Iterator[None]:
    """Let the database refuse every change of the messages of a profile, with their words in its error."""
    with connection.cursor() as cursor:
        cursor.execute(REFUSING[connection.vendor].format(profile.pk))
    yield
    with connection.cursor() as cursor:
        cursor.execute(DROPPED[connection.vendor])


REFUSING = {
    "sqlite": "CREATE TRIGGER refusing BEFORE UPDATE ON actions_delivery WHEN OLD.profile_id = {0}"
    " BEGIN SELECT RAISE(ABORT, 'zoe@example.com'); END",
    "postgresql": "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS"
    " $$ BEGIN RAISE unique_violation USING MESSAGE = 'zoe@example.com'; END $$;"
    " CREATE TRIGGER refusing BEFORE UPDATE ON actions_delivery FOR EACH ROW WHEN (OLD.profile_id = {0})"
    " EXECUTE FUNCTION refuse()",
}
DROPPED = {
    "sqlite": "DROP TRIGGER refusing",
    "postgresql": "DROP TRIGGER refusing ON actions_delivery; DROP FUNCTION refuse()",
}


def test_those_behind_it_are_erased_and_it_is_tried_again_on_demand(admin: Client) -> None:
    stuck, other = a_profile("zoe@example.com"), a_profile("ann@example.com")
    a_delivery(stuck, status="sent")
    erasures = [begin_erasure(profile, cause=BY_HAND) for profile in (stuck, other)]
    page = reverse("admin:crm_profile_erase", args=[stuck.pk])
    with a_row_that_cannot_be_written(stuck):
        carry_on_erasures()
        assert len(list(nobody_is_erased_by_half())) == 1
        assert "erasures that stopped" in admin.get("/admin/").content.decode()
        assert [Erasure.objects.get(pk=one.pk).done_at is not None for one in erasures] == [False, True]
        shown = admin.get(page).content.decode()
        assert "delivery: IntegrityError" in shown
        assert "http-equiv" not in shown
        assert "Stopped by an error" in admin.get(reverse("admin:crm_erasure_changelist")).content.decode()
    carry_on_erasures()
    assert Erasure.objects.get(pk=erasures[0].pk).done_at is None

    admin.post(page)

    done = Erasure.objects.get(pk=erasures[0].pk)
    assert (done.done_at is not None, done.stopped_by) == (True, "")
    line = LogEntry.objects.get()
    assert (line.object_repr, line.change_message) == (f"#{stuck.pk}", "Erasure tried again")


def test_who_asks_for_it_sees_the_error_instead_of_a_broken_page() -> None:
    profile = a_profile("zoe@example.com")
    a_delivery(profile, status="sent")
    with a_row_that_cannot_be_written(profile):
        erasure = erase_profile(profile, cause=BY_HAND)
    assert (erasure.done_at, erasure.stopped_by) == (None, "delivery: IntegrityError")
    assert profile.email == ""


def test_one_that_the_database_troubles_for_a_day_is_parked() -> None:
    profile = a_profile("zoe@example.com")
    a_delivery(profile, status="sent")
    erasure = begin_erasure(profile, cause=BY_HAND)

    def locked(execute: Any, sql: str, *rest: Any) -> Any:
        if sql.startswith('SELECT "actions_delivery"'):
            raise OperationalError("locked")
        return execute(sql, *rest)

    parked = []
    for hours in (1, 25):
        with connection.execute_wrapper(locked), clock.at(erasure.requested_at + timedelta(hours=hours)):
            carry_on_erasures()
        parked.append(Erasure.objects.get().stopped_by)
    assert parked == ["", "delivery: OperationalError"]


def test_the_command_says_so_and_goes_on_with_it() -> None:
    profile = a_profile("zoe@example.com")
    a_delivery(profile, status="sent")
    with a_row_that_cannot_be_written(profile), pytest.raises(CommandError, match="delivery: IntegrityError"):
        call_command("erase_profile", email="zoe@example.com", yes=True)
    call_command("erase_profile", id=profile.pk, yes=True)
    assert Erasure.objects.get().done_at is not None


def test_who_waits_longest_is_next(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crm.services.erasure.AT_A_TIME", 1)
    for number in range(2):
        delivery = a_delivery(a_profile(f"zoe{number}@example.com"), status="sending")
        begin_erasure(delivery.profile, cause=BY_HAND)
        carry_on_erasures()
    carry_on_erasures()
    assert Erasure.objects.filter(tried_at=None).count() == 0
    newest = Erasure.objects.order_by("-tried_at").first()
    assert newest == Erasure.objects.order_by("id").first()
