"""Waiting as a person does: until the page, or the panel in it, has been drawn."""

from playwright.sync_api import Page, expect


def settle(page: Page) -> None:
    """Wait until the panel has been drawn anew, where it is."""
    page.wait_for_timeout(50)  # a change is told a moment later
    expect(page.locator(".htmx-request, .htmx-settling, .htmx-swapping")).to_have_count(0)


def choose(page: Page, question: str, answer: str) -> None:
    """Choose an answer by its name and wait until the form that it brings is there."""
    page.get_by_label(question, exact=True).first.select_option(label=answer)
    settle(page)
