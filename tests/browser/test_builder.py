"""A marketer builds, reviews and activates a workflow with mouse and keyboard, as the README tells."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.settling import choose, settle
from tests.factories.consents import ConsentDefinitionFactory
from tests.factories.drafts import block, draft_workflow, live_workflow, mail, points, tag, wait
from tests.factories.people import ProfileFactory
from tests.factories.sales import ProductFactory
from tests.workflows.admin.pages import at
from workflows.models import Workflow

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def add(page: Page, what: str, *, nth: int = -1) -> None:
    """Press a + of the tree and choose what to add."""
    page.get_by_role("button", name="Add a step here").nth(nth).click()
    page.locator(".wf-menu:popover-open").get_by_role("link", name=what, exact=True).click()
    expect(page.locator("#builder-panel .d-panel-title")).to_contain_text(what)
    settle(page)  # only then does the form listen to changes


def save(page: Page, *, then: str) -> None:
    """Save the panel and wait until the tree shows what was saved."""
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".wf-tree")).to_contain_text(then)
    expect(page.get_by_text("Choose a step to see and edit it here.")).to_be_visible()


def test_a_workflow_is_built_reviewed_and_activated(open_page: OpenPage):
    ConsentDefinitionFactory(name="NewsEmail", label={"en": "Newsletter", "fr": "Infolettre"})
    ProfileFactory(first_name="Anna")
    page = open_page()
    page.goto("/admin/workflows/workflow/")
    page.get_by_role("link", name="Create a workflow").first.click()
    page.get_by_label("Name").fill("Thanks for the first order")
    page.get_by_role("button", name="Create", exact=True).click()
    choose(page, "What starts it", "Successful sale")
    save(page, then="An order becomes paid")

    add(page, "Wait")
    page.get_by_label("How many").fill("2")
    save(page, then="Wait 2 days")

    add(page, "Condition")
    choose(page, "What is asked", "First order")
    expect(page.locator("#builder-panel")).not_to_contain_text("Comparison")
    save(page, then="first order")

    add(page, "Action", nth=2)
    page.get_by_label("Newsletter").check()
    page.get_by_label("Message *").select_option(label="Written here")
    page.get_by_label("Subject").fill("Thank you ")
    page.get_by_text("Merge tags to insert").click()
    page.get_by_role("button", name="first name").click()
    page.get_by_label("HTML").fill("<h1>Dear {{ profile.first_name }}</h1>")
    expect(page.frame_locator("iframe[name=live-preview]").locator("h1")).to_have_text("Dear Anna")
    save(page, then="Thank you {{ profile.first_name }}")

    add(page, "Action", nth=3)
    choose(page, "What to do", "Give points")
    page.get_by_label("Points *").fill("50")
    save(page, then="Give 50 points")

    page.get_by_role("link", name="Review and activate").click()
    expect(page.locator("svg.wf-flow")).to_contain_text("Give 50 points")
    expect(page.frame_locator("iframe.wf-frame").first.locator("h1")).to_have_text("Dear Anna")
    page.get_by_role("button", name="Activate").click()
    expect(page.get_by_text("Version 1 is active, with 2 actions.")).to_be_visible()
    workflow = Workflow.objects.get()
    assert workflow.status == "active"
    condition = workflow.draft["steps"][1]
    assert [row["kind"] for row in condition["yes"]] == ["send_email", "give_points"]
    assert condition["no"] == []


def test_steps_are_moved_with_the_keyboard_and_undone(open_page: OpenPage):
    workflow = draft_workflow(wait(), tag(), block("c", yes=[points()]))
    page = open_page()
    page.goto(at("change", workflow.pk))

    button = page.get_by_role("button", name="Move up: Add the tag “vip”")
    button.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".wf-words").nth(1)).to_have_text("Add the tag “vip”")
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Undone: Moved: Add the tag “vip”")).to_be_visible()
    expect(page.locator(".wf-words").nth(1)).to_have_text("Wait 2 days")


def test_a_menu_opens_and_closes_with_the_keyboard(open_page: OpenPage):
    page = open_page()
    page.goto(at("change", draft_workflow(tag()).pk))

    page.get_by_role("button", name="More: Add the tag “vip”").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".wf-menu:popover-open").get_by_role("link", name="Edit")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator(".wf-menu:popover-open")).to_have_count(0)


def test_the_second_of_two_people_keeps_what_was_typed(open_page: OpenPage):
    workflow = draft_workflow(tag(), points())
    first, second = open_page(), open_page()
    second.goto(at("step", workflow.pk, "t"))
    second.get_by_label("Tag").fill("gold")
    first.goto(at("step_remove", workflow.pk, "p"))
    first.get_by_role("button", name="Remove", exact=True).click()
    expect(first.locator(".wf-tree")).not_to_contain_text("Give 50 points")

    second.get_by_role("button", name="Save", exact=True).click()
    expect(second.get_by_text("changed this workflow meanwhile")).to_be_visible()
    expect(second.get_by_label("Tag")).to_have_value("gold")
    save(second, then="Add the tag “gold”")


def test_a_form_adapts_without_losing_what_the_page_shows(open_page: OpenPage):
    page = open_page()
    page.goto(at("step", draft_workflow(mail()).pk, "m"))

    page.get_by_label("Kind").select_option(label="Service")
    expect(page.locator("#builder-panel")).to_contain_text("One of these legal bases")
    expect(page.get_by_label("Subject")).to_have_value("Hello {{ profile.first_name }}")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_no_page_is_wider_than_a_telephone(open_page: OpenPage, theme: str):
    ConsentDefinitionFactory(name="NewsEmail")
    workflow = live_workflow(wait(), block("c", yes=[mail(), block("d", yes=[tag()])], no=[points()]))
    page = open_page(width=360, theme=theme)

    for address in (
        "/admin/workflows/workflow/",
        "/admin/workflows/workflow/create/",
        at("change", workflow.pk),
        at("settings", workflow.pk),
        at("step", workflow.pk, "m"),
        at("step", workflow.pk, "c"),
        at("preview", workflow.pk),
        at("switch_off", workflow.pk),
        "/admin/workflows/run/",
    ):
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), address


def test_products_are_found_by_name_and_stay_chosen(open_page: OpenPage):
    for name in ("Lamp", "Desk", *(f"Chair {n}" for n in range(40))):
        ProductFactory(name=name)
    workflow = draft_workflow(tag())
    page = open_page()
    page.goto(at("settings", workflow.pk))

    for name in ("lamp", "desk"):
        page.get_by_label("Search: Product scope").fill(name)
        page.locator(".wf-choices-found").get_by_label(name.capitalize()).check()
    page.get_by_label("Search: Product scope").fill("chair 1")
    expect(page.locator(".wf-choices-found")).to_contain_text("Chair 1")
    save(page, then="Desk and Lamp")
