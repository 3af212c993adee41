"""Each control block, added in the builder, does with the run what it says."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.browser.catalogue.building import activate, fill, save
from tests.browser.catalogue.starters import CALL
from tests.browser.conftest import OpenPage
from tests.browser.settling import settle
from tests.factories import drafts
from tests.factories.people import ProfileFactory
from tests.workflows.admin.pages import at
from tests.workflows.engine.driving import call, states, work, work_in
from workflows.control.base import control_types

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@dataclass(frozen=True)
class Case:
    """What is filled in, where the run then stands, and where it stands some days later."""

    options: Mapping[str, Any] = field(default_factory=dict)
    at_first: str = "waiting"
    days: float = 2
    at_last: str = "done"


CASES = {
    "wait": Case({"duration_count": 2}),
    "end": Case(at_first="done"),
    "wait_until": Case({"until": "time", "at": "09:00"}, days=1),
    "wait_for_event": Case({"event": "ordered", "at_most_count": 2}),
    "split": Case({"a_weight": 1, "a_name": "Short", "b_weight": 3, "b_name": "Long"}, at_first="done"),
}


def test_there_is_a_case_for_every_type() -> None:
    assert CASES.keys() == set(control_types.kinds())


@pytest.mark.parametrize("kind", CASES)
def test_a_control_block_is_added_and_steers_the_run(open_page: OpenPage, kind: str) -> None:
    case = CASES[kind]
    workflow = drafts.draft_workflow(drafts.points("p", 5), triggers=[CALL])
    page = open_page()
    page.goto(at("change", workflow.pk))
    page.get_by_role("button", name="Add a step here").last.click()
    page.locator(".wf-menu:popover-open").get_by_role("link", name=str(control_types[kind].label), exact=True).click()
    settle(page)
    fill(page, case.options)
    save(page)
    activate(page, workflow)

    call(ProfileFactory())
    work()
    assert [status for status, _reason in states()] == [case.at_first]

    work_in(days=case.days)
    assert [status for status, _reason in states()] == [case.at_last]
