"""What goes by the clock is built with mouse and keyboard: T15, K2 and the send window (W9)."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenPage
from tests.browser.settling import choose
from tests.browser.test_builder import add, save
from tests.factories.drafts import draft_workflow, tag
from tests.factories.people import CustomFieldFactory
from tests.workflows.admin.pages import at

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_date_a_wait_by_the_clock_and_a_window_are_chosen(open_page: OpenPage):
    CustomFieldFactory(name="ends", label="Contract end", type="date")
    workflow = draft_workflow(tag(), triggers=[])
    page = open_page()
    page.goto(at("trigger_add", workflow.pk))
    choose(page, "What starts it", "Date reached")
    page.get_by_label("Date *").select_option(label="Contract end")
    page.get_by_label("Which").select_option(label="its anniversary, every year")
    page.get_by_label("When").select_option(label="days before")
    page.get_by_label("Days").fill("3")
    page.get_by_label("Time of day").fill("08:30")
    save(page, then="Every year, 3 days before “Contract end”, at 08:30")

    add(page, "Wait until", nth=0)
    page.get_by_label("Wait until").select_option(label="a day of the week")
    page.get_by_label("Monday").check()
    save(page, then="Wait until it is Monday, 09:00")

    page.goto(at("settings", workflow.pk))
    page.get_by_label("Send marketing messages").select_option(label="Only on some days and hours: wait for them")
    expect(page.get_by_label("Friday")).to_be_checked()
    page.get_by_label("Friday").uncheck()
    page.get_by_label("To *").fill("18:00")
    save(page, then="Monday, Tuesday, Wednesday and Thursday from 09:00 to 18:00")

    workflow.refresh_from_db()
    assert workflow.draft["triggers"][0]["options"] == {
        "field": "custom.ends",
        "repeats": "yearly",
        "when": "before",
        "days": 3,
        "at": "08:30",
    }
