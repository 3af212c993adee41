"""A newsletter from its first word to its last recipient, and a scenario that is switched on, in a browser."""

import os
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Page

from actions.mailings.preparing import prepare_all
from actions.mailings.releasing import release_all
from actions.models import MailboxMessage
from actions.sending import deliver
from crm.models import Newsletter, Scenario
from tests.browser.conftest import OpenPage
from tests.factories.deliveries import a_definition, a_profile
from tests.factories.mailings import a_newsletter, a_scenario, a_template, people_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def photograph(page: Page, name: str) -> None:
    """Keep a picture where DECLIC_PICTURES names a folder, to be looked at."""
    if folder := os.environ.get("DECLIC_PICTURES"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def no_wider_than_the_screen(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


def test_a_newsletter_is_written_tested_and_sent(open_page: OpenPage) -> None:
    a_definition()
    for name in ("Zoé", "Ada"):
        a_profile(first_name=name, language="fr")
    a_template()
    people_in("fr")
    page = open_page()
    page.goto("/admin/crm/newsletter/")
    photograph(page, "newsletters-empty")
    page.get_by_role("link", name="Write a newsletter").first.click()
    page.get_by_label("Name", exact=False).first.fill("Spring")
    page.locator(".field-template .select2-selection").click()
    page.locator(".select2-results__option").first.click()
    page.get_by_label("NewsEmail").check()
    photograph(page, "newsletter-form")
    page.get_by_role("button", name="Save", exact=True).click()

    page.get_by_text("Read it once more").wait_for()
    assert page.frame_locator("iframe").first.get_by_text("Bonjour").inner_text() in ("Bonjour Zoé", "Bonjour Ada")
    photograph(page, "newsletter-draft")
    page.get_by_label("To this address").fill("me@shop.example")
    page.get_by_role("button", name="Send a test").click()
    page.get_by_text("A test is on its way to me@shop.example.").wait_for()
    page.get_by_role("link", name="Send…").click()
    page.get_by_text("Send “Spring”?").wait_for()
    photograph(page, "newsletter-send")
    page.get_by_role("button", name="Send", exact=True).click()
    page.get_by_text("It goes to 2 recipients.").wait_for()

    prepare_all()
    page.get_by_role("button", name="Pause").click()
    page.get_by_role("button", name="Resume").click()
    page.get_by_text("It goes on").wait_for()
    photograph(page, "newsletter-sending")
    release_all()
    deliver("mail", 10)
    release_all()
    page.get_by_text("2 / 2").wait_for()
    page.get_by_role("button", name="Duplicate").wait_for()
    photograph(page, "newsletter-sent")
    assert Newsletter.objects.get().status == "sent"
    assert MailboxMessage.objects.count() == 3


@pytest.mark.parametrize(("width", "theme", "language"), [(360, "dark", "fr"), (1280, "light", "en")])
def test_the_pages_fit_their_screen(open_page: OpenPage, width: int, theme: str, language: str) -> None:
    a_profile("zoe@example.com", first_name="Zoé", birthday=date(1990, 3, 2))
    newsletter, scenario = a_newsletter(), a_scenario(is_on=False)
    page = open_page(width=width, theme=theme, language=language)
    for name in (
        f"newsletter/{newsletter.pk}/page",
        f"newsletter/{newsletter.pk}/change",
        f"newsletter/{newsletter.pk}/send",
        f"scenario/{scenario.pk}/page",
        f"scenario/{scenario.pk}/change",
        f"scenario/{scenario.pk}/switch-on",
    ):
        page.goto(f"/admin/crm/{name}/")
        photograph(page, f"{name.replace('/', '-')}-{width}-{theme}")
        assert no_wider_than_the_screen(page), name


def test_a_scenario_is_switched_on_and_off(open_page: OpenPage) -> None:
    a_scenario(is_on=False, name="Happy birthday")
    page = open_page()
    page.goto("/admin/crm/scenario/")
    photograph(page, "scenarios")
    page.goto(f"/admin/crm/scenario/{Scenario.objects.get().pk}/page/")
    page.get_by_role("link", name="Switch on").click()
    page.get_by_text("It would write next").wait_for()
    page.get_by_role("button", name="Switch on").click()
    page.get_by_role("link", name="Switch off").click()
    page.get_by_role("button", name="Switch off").click()
    page.get_by_text("“Happy birthday” is off.").wait_for()
    assert not Scenario.objects.get().is_active
