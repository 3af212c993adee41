"""Scenarios write to whom it is the turn of, once for each occasion, in each profile's own day."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from django.db import connection, models

from actions.mailings import scenarios
from actions.mailings.rules import scenario_rules
from actions.models import Delivery, MailboxMessage
from actions.sending import deliver
from crm import clock
from crm.cause import Cause, Origin
from crm.errors import Refused
from crm.models import Order, Profile, Scenario
from crm.services.orders import upsert_order
from tests.factories.deliveries import BY_HAND, a_profile
from tests.factories.mailings import a_scenario, recipients
from tests.factories.messages import TemplateFactory

pytestmark = pytest.mark.django_db

#: a Monday, 8 o'clock in Paris
MORNING = datetime(2026, 3, 2, 7, tzinfo=UTC)
DAY = timedelta(days=1)


def look(instant: datetime) -> int:
    """Look through all scenarios at an instant, twice; return how many deliveries were planned."""
    before = Delivery.objects.count()
    with clock.at(instant):
        scenarios.check_all()
        scenarios.check_all()
    return Delivery.objects.count() - before


def on_since(instant: datetime, **columns: Any) -> Scenario:
    with clock.at(instant):
        return a_scenario(**columns)


def an_order(profile: Profile, at: datetime, *, status: str = "paid", reference: str = "r1") -> Order:
    with clock.at(at):
        return upsert_order(profile, cause=BY_HAND, reference=reference, status=status, amount=1000, occurred_at=at)[0]


def test_every_rule_that_can_be_chosen_exists_and_says_what_it_does() -> None:
    assert set(scenario_rules.kinds()) == set(Scenario.Rule.values)
    for rule in scenario_rules:
        assert rule().describe(3)
        assert str(rule.help).endswith(".")


def test_a_birthday_is_written_for_once_a_year() -> None:
    a_profile("zoe@example.com", birthday=date(1990, 3, 2))
    a_profile("ada@example.com", birthday=date(1990, 3, 3))
    a_profile("bob@example.com", birthday=date(1990, 3, 2), accepts=())
    scenario = on_since(MORNING, rule="birthday", at_time=time(9))

    assert look(MORNING + timedelta(minutes=59)) == 0
    assert look(MORNING + timedelta(hours=1)) == 1
    assert look(MORNING + timedelta(hours=2)) == 0

    assert recipients(scenario_id=scenario.pk) == ["zoe@example.com"]
    assert Delivery.objects.get().occasion == "2026"
    assert look(MORNING + 1.5 * DAY) == 1
    deliver("mail", 10)
    assert sorted(MailboxMessage.objects.values_list("recipient", flat=True)) == ["ada@example.com", "zoe@example.com"]


@pytest.mark.parametrize(
    ("today", "number"), [(date(2026, 2, 28), 2), (date(2026, 3, 1), 1), (date(2028, 2, 28), 1), (date(2028, 2, 29), 1)]
)
def test_born_on_29_february_it_is_the_28th_in_other_years(today: date, number: int) -> None:
    for born in (date(1992, 2, 28), date(1992, 2, 29), date(1992, 3, 1)):
        a_profile(birthday=born)
    begin = datetime(today.year, today.month, today.day, 7, tzinfo=UTC)
    on_since(begin, rule="birthday", at_time=time(9))
    assert look(begin + timedelta(hours=1)) == number


def test_each_profile_is_written_to_in_its_own_morning() -> None:
    born = date(1990, 3, 2)
    for zone in ("", "America/New_York", "Asia/Tokyo"):
        a_profile(f"{zone.partition('/')[2].lower() or 'paris'}@example.com", birthday=born, time_zone=zone)
    scenario = on_since(MORNING - DAY, rule="birthday", at_time=time(9))

    assert look(datetime(2026, 3, 2, 0, 1, tzinfo=UTC)) == 1
    assert recipients(scenario_id=scenario.pk) == ["tokyo@example.com"]
    assert look(datetime(2026, 3, 2, 8, 1, tzinfo=UTC)) == 1
    assert look(datetime(2026, 3, 2, 14, 1, tzinfo=UTC)) == 1
    assert look(datetime(2026, 3, 3, 14, 1, tzinfo=UTC)) == 0


def test_nothing_is_made_up_from_before_it_was_switched_on() -> None:
    a_profile(birthday=date(1990, 3, 2))
    scenario = on_since(MORNING + timedelta(hours=3), rule="birthday", at_time=time(9))
    assert look(MORNING + timedelta(hours=4)) == 0

    with clock.at(MORNING + timedelta(hours=5)):
        scenarios.switch_off(scenario)
    assert look(MORNING + 366 * DAY) == 0


def test_what_came_due_while_no_scheduler_ran_is_made_up_for_two_days() -> None:
    a_profile("old@example.com", birthday=date(1990, 3, 3))
    a_profile("new@example.com", birthday=date(1990, 3, 7))
    scenario = on_since(MORNING, rule="birthday", at_time=time(9))
    assert look(datetime(2026, 3, 8, 12, tzinfo=UTC)) == 1
    assert recipients(scenario_id=scenario.pk) == ["new@example.com"]


def test_days_after_sign_up_leave_imports_out() -> None:
    with clock.at(MORNING - 3 * DAY):
        zoe = a_profile("zoe@example.com")
        imported = a_profile("imported@example.com")
        models.QuerySet(Profile).filter(pk=imported.pk).update(origin=Origin.IMPORT)
    assert Cause(zoe.origin).origin == Origin.BACK_OFFICE
    scenario = on_since(MORNING, rule="after_signup", days=3)
    assert look(MORNING + 2 * timedelta(hours=1)) == 1
    assert look(MORNING + DAY) == 0
    assert recipients(scenario_id=scenario.pk) == ["zoe@example.com"]


def test_days_after_a_purchase_count_what_is_still_paid() -> None:
    paid, refunded, unpaid = (a_profile(f"{name}@example.com") for name in ("paid", "refunded", "unpaid"))
    an_order(paid, MORNING - 2 * DAY, reference="a")
    an_order(paid, MORNING - 2 * DAY + timedelta(hours=1), reference="b")
    an_order(refunded, MORNING - 2 * DAY, reference="c")
    an_order(refunded, MORNING - DAY, reference="c", status="refunded")
    an_order(unpaid, MORNING - 2 * DAY, reference="d", status="new")
    scenario = on_since(MORNING, rule="after_purchase", days=2)

    assert look(MORNING + timedelta(hours=1)) == 1

    assert recipients(scenario_id=scenario.pk) == ["paid@example.com"]
    assert Delivery.objects.get().occasion == "2026-02-28"


def test_days_without_an_order_count_from_the_last_one() -> None:
    quiet, back, cancelled = (a_profile(f"{name}@example.com") for name in ("quiet", "back", "cancelled"))
    a_profile("never@example.com")
    an_order(quiet, MORNING - 30 * DAY, reference="a")
    an_order(back, MORNING - 30 * DAY, reference="b")
    an_order(back, MORNING - 3 * DAY, reference="c")
    an_order(cancelled, MORNING - 30 * DAY, reference="d")
    an_order(cancelled, MORNING - 3 * DAY, reference="e", status="cancelled")
    scenario = on_since(MORNING, rule="without_order", days=30)

    assert look(MORNING + timedelta(hours=1)) == 2

    assert recipients(scenario_id=scenario.pk) == ["cancelled@example.com", "quiet@example.com"]
    assert look(MORNING + 27 * DAY + timedelta(hours=1)) == 1
    assert "back@example.com" in recipients(scenario_id=scenario.pk)


def test_switched_off_what_has_not_left_never_does() -> None:
    a_profile(birthday=date(1990, 3, 2))
    scenario = on_since(MORNING, rule="birthday", at_time=time(9))
    look(MORNING + timedelta(hours=1))
    scenarios.switch_off(scenario)
    deliver("mail", 10)
    assert Delivery.objects.get().reason == "scenario_off"


def test_one_that_cannot_be_sent_cannot_be_switched_on() -> None:
    scenario = a_scenario(is_on=False, template=TemplateFactory())
    with pytest.raises(Refused):
        scenarios.switch_on(scenario)
    assert not Scenario.objects.get().is_active


@pytest.mark.django_db(transaction=True)
def test_two_schedulers_write_to_nobody_twice() -> None:
    for _ in range(30):
        a_profile(birthday=date(1990, 3, 2))
    on_since(MORNING, rule="birthday", at_time=time(9))

    def work(_number: int) -> None:
        try:
            with clock.at(MORNING + timedelta(hours=1)):
                scenarios.check_all()
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(work, range(3)))

    assert Delivery.objects.count() == Delivery.objects.values("profile").distinct().count() == 30
