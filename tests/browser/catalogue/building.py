"""A marketer's hands: choose a type in the builder's panel, fill its form, save, review, activate."""

from collections.abc import Mapping, Sequence
from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.browser.settling import settle
from tests.workflows.admin.pages import at
from workflows.models import Workflow


def fill(page: Page, values: Mapping[str, Any]) -> None:
    """Fill the form of a type, field by field in the given order: a text, a choice, boxes to tick, a length of time."""
    for name, value in values.items():
        control = page.locator(f'#builder-panel [name$="-{name}"]')
        kind, redraws = control.first.evaluate("element => [element.type, element.hasAttribute('hx-post')]")
        if kind.startswith("select"):
            control.select_option(value)
        elif kind == "checkbox":
            _tick(control, value)
        else:
            control.fill(str(value))
            control.blur()
        if redraws:
            settle(page)


def _tick(boxes: Locator, value: bool | Sequence[str]) -> None:
    if isinstance(value, bool):
        boxes.set_checked(value)
        return
    for box in boxes.all():
        box.set_checked(box.get_attribute("value") in value)


def save(page: Page) -> None:
    """Save the panel."""
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Choose a step to see and edit it here.")).to_be_visible()


def activate(page: Page, workflow: Workflow) -> None:
    """Read the preview, which says nothing is wrong, and activate."""
    page.goto(at("preview", workflow.pk))
    page.get_by_role("button", name="Activate", exact=True).click()
    expect(page.get_by_text("Version 1 is active")).to_be_visible()
