"""Scenarios: switched on and off, and looked through again and again for whose turn has come.

Everything that came due up to `checked_until` has been planned. What a killed worker left is looked through anew; a
delivery says for what occasion it is, and nobody gets two for the same.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

import structlog
from django.db import InterfaceError, OperationalError, transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from actions.bells import ring
from actions.mailings.audience import reachable
from actions.mailings.days import Day, days_come
from actions.mailings.message import message_of
from actions.mailings.preflight import own_problems
from actions.mailings.rows import BATCH, Letter, rows_for
from actions.mailings.rules import scenario_rules
from actions.models import Delivery
from crm import clock, db, faults
from crm.errors import Refused
from crm.models import Profile, Scenario, Site
from crm.tracked import lock_profiles

logger = structlog.get_logger(__name__)

#: how far back one looks for what came due while no scheduler ran; older things are not made up
LOOK_BACK = timedelta(days=2)


def switch_on(scenario: Scenario) -> None:
    """Have a scenario write from now on; raises Refused with the first problem that stands in the way."""
    for problem in own_problems(scenario):
        if problem.blocks:
            raise Refused(problem.message)
    on = Scenario.objects.filter(pk=scenario.pk, is_active=False)
    changed = on.update(is_active=True, checked_until=clock.now())
    scenario.refresh_from_db()
    if not changed:
        raise Refused(_("This scenario is on already."))


def switch_off(scenario: Scenario) -> None:
    """Have a scenario write no more; what it planned and has not left is skipped."""
    changed = Scenario.objects.filter(pk=scenario.pk, is_active=True).update(is_active=False)
    scenario.refresh_from_db()
    if not changed:
        raise Refused(_("This scenario is off already."))


def check_all() -> None:
    """Plan what came due for each scenario that is on; asked again and again, and by several at once."""
    for scenario in Scenario.objects.filter(is_active=True).select_related("template"):
        try:
            check(scenario)
        except (OperationalError, InterfaceError):
            raise
        except Exception:  # one that is broken keeps no other from being looked through
            logger.exception("scenario_raised", scenario=scenario.pk)


def check(scenario: Scenario) -> int:
    """Plan what came due since it was last looked through; returns how many deliveries were planned."""
    before, now = scenario.checked_until, clock.now()
    if before is None or any(problem.blocks for problem in message_of(scenario).problems()):
        return 0
    number = 0
    for day in days_since(scenario, max(before, now - LOOK_BACK)):
        number += sum(_plan(scenario, day, people) for people in whose_turn(scenario, day))
    Scenario.objects.filter(pk=scenario.pk, checked_until=before).update(checked_until=now)
    return number


def days_since(scenario: Scenario, since: datetime) -> Iterator[Day]:
    """Yield the days whose hour came since then, with the zones in which it did."""
    return days_come(scenario.at_time, since=since, until=clock.now(), shop_zone=Site.current().time_zone)


def whose_turn(scenario: Scenario, day: Day) -> "Iterator[QuerySet[Profile]]":
    """Yield those who may be written to and were not for this occasion."""
    for people in scenario_rules[scenario.rule]().find(day, scenario.days):
        yield to_be_written(scenario, day, people)


def to_be_written(scenario: Scenario, day: Day, people: "QuerySet[Profile]") -> "QuerySet[Profile]":
    """Return those of people whose turn it is who may be written to and were not for this occasion."""
    occasion = scenario_rules[scenario.rule]().occasion(day, scenario.days)
    written = Delivery.objects.filter(scenario_id=scenario.pk, profile=OuterRef("pk"), occasion=occasion)
    return reachable(people.filter(~Exists(written)), scenario.consents)


def count_turns(scenario: Scenario, day: Day, *, most: int) -> tuple[int, bool]:
    """Count who would be written to among the first `most` whose day it is; tell whether there are no more of those."""
    number, room = 0, most
    for people in scenario_rules[scenario.rule]().find(day, scenario.days):
        ids = list(people.order_by().values_list("pk", flat=True)[: room + 1])
        number += to_be_written(scenario, day, Profile.objects.filter(pk__any_of=ids[:room])).count()
        if len(ids) > room:
            return number, False
        room -= len(ids)
    return number, True


def _plan(scenario: Scenario, day: Day, people: "QuerySet[Profile]") -> int:
    """Insert deliveries batch by batch, each a transaction that looks once more who has one."""
    occasion = scenario_rules[scenario.rule]().occasion(day, scenario.days)
    columns = {"scenario_id": scenario.pk, "occasion": occasion}
    letter = Letter(message_of(scenario).content, scenario.purpose, scenario.consents, columns)
    number = last = 0
    while ids := list(people.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:BATCH]):
        last = ids[-1]
        rows = rows_for(ids, letter)
        with transaction.atomic():
            db.alone(f"scenario-{scenario.pk}")
            if not Scenario.objects.filter(pk=scenario.pk, is_active=True).exists():
                return number
            written = Delivery.objects.filter(scenario_id=scenario.pk, occasion=occasion, profile__any_of=ids)
            known = set(written.values_list("profile_id", flat=True))
            known |= set(lock_profiles(ids))  # those who were erased
            fresh = [row for row in rows if row.profile_id not in known]
            db.insert_rows(fresh)
            faults.point("scenario.planned")
        number += len(fresh)
        ring("mail")
    return number
