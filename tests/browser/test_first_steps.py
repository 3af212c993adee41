"""A newcomer takes the first steps of the README, to the letter, at a whole Declic that was started as it says.

With DECLIC_PICTURES=folder each page on the way is kept as pictures: wide and narrow, light and dark, English, French.
"""

import json
import re
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest
from django.db import connection
from playwright.sync_api import Browser, Page, expect

from benchmarks.postgres import postgres
from benchmarks.stack import Stack
from tests.browser.conftest import listen
from tests.browser.photographer import Photographer
from tests.browser.readme import curls, said, start_settings
from tests.browser.settling import choose, settle

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("faults")]


@pytest.fixture
def declic(tmp_path: Path) -> Iterator[Stack]:
    """Start Declic as the README says, with the mailbox of the back-office and the database of this suite."""
    with ExitStack() as stack:
        url = stack.enter_context(postgres()).url if connection.vendor == "postgresql" else None
        house = Stack(tmp_path, database_url=url, extra={})
        for name in ("BENCH", "DEMO", "EMAIL_URL", "DECLIC_OUTBOUND_ALLOW"):  # nothing that the README does not say
            house.environment.pop(name, None)
        house.environment.update(start_settings())
        stack.callback(house.stop)
        house.supervise()
        yield house


@pytest.fixture
def page(chromium: Browser, declic: Stack) -> Iterator[Page]:
    """Open a page; what it complains about, or loads from elsewhere, fails the test."""
    troubles: list[str] = []
    context = chromium.new_context(viewport={"width": 1400, "height": 900}, locale="en", base_url=declic.url)
    context.set_default_timeout(15_000)
    page = context.new_page()
    listen(page, troubles, declic.url)
    yield page
    context.close()
    assert troubles == []


def look_again_in_french(page: Page, look: Photographer) -> None:
    """Choose French in the menu and see every page once more."""
    page.locator("#nav-sidebar").get_by_text("admin", exact=True).first.click()
    page.get_by_role("button", name="Français").click()
    expect(page.locator("html")).to_have_attribute("lang", "fr")
    for url, name in list(look.seen.items()):
        page.goto(url)
        look(f"fr-{name}")


def test_the_first_steps_of_the_readme(page: Page, declic: Stack) -> None:
    look = Photographer(page)
    log_in(page, declic)
    look("home")
    build(page, look)
    review_and_activate(page, look)
    key = make_key(page, look)

    person, order = curls()
    person.send(declic.url, key)
    order.send(declic.url, key)
    watch(page, look)
    page.goto("/admin/")
    look("home-afterwards")

    replace(order, body=order.body.replace("1001", "1002")).send(declic.url, key)
    the_second_takes_the_other_exit(page, declic)
    look_again_in_french(page, look)
    assert declic.reconcile() == []


def go(page: Page, path: str) -> None:
    """Follow “Group > Page” of the sidebar, as the README writes it."""
    group, _, name = said(path).partition(" > ")
    sidebar = page.locator("#nav-sidebar")
    heading = sidebar.get_by_role("heading", name=group, exact=True)
    with page.expect_navigation():
        heading.locator("xpath=following::ol[1]").get_by_role("link", name=name, exact=True).click()


def log_in(page: Page, declic: Stack) -> None:
    """Log in with what was printed."""
    printed = (declic.folder / "declic.log").read_text()
    [(address, user, password)] = re.findall(r"ready: (\S+) +user (\S+), password (\S+)", printed)
    page.goto(address)
    page.get_by_label("Username").fill(user)
    page.get_by_label("Password").fill(password)
    with page.expect_navigation():
        page.get_by_role("button", name="Log in").click()


def add(page: Page, what: str, *, nth: int = -1) -> None:
    """Press a + of the tree and choose what to add."""
    page.get_by_role("button", name="Add a step here").nth(nth).click()
    page.locator(".wf-menu:popover-open").get_by_role("link", name=said(what), exact=True).click()
    expect(page.locator("#builder-panel .d-panel-title")).to_contain_text(what)
    settle(page)  # only then does the form listen to changes


def save(page: Page, *, then: str) -> None:
    """Save the panel and wait until the tree shows what was saved."""
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".wf-tree")).to_contain_text(then)
    settle(page)


def build(page: Page, look: Callable[[str], None]) -> None:
    """Build the workflow: steps 1 to 6."""
    go(page, "Automations > Workflows")
    look("workflows-empty")
    page.get_by_role("link", name=said("Create a workflow")).first.click()
    page.get_by_label("Name").fill(said("Thanks for the first order"))
    page.get_by_role("button", name=said("Create"), exact=True).click()

    choose(page, said("What starts it"), said("Successful sale"))
    save(page, then="An order becomes paid")

    add(page, "Wait")
    said("fill in 2 days")
    page.get_by_label("How many").fill("2")
    save(page, then="Wait 2 days")

    add(page, "Condition")
    choose(page, said("What is asked"), said("First order"))
    look("condition")
    save(page, then="first order")

    add(page, "Action", nth=2)  # the + under Yes
    page.get_by_label(said("Newsletter by e-mail")).check()
    choose(page, "Message *", said("Written here"))
    page.get_by_label("Subject").fill(said("Subject: Thank you, {{ profile.first_name }}").partition(": ")[2])
    html = "<h1>Thank you!</h1><p>Your order {{ data.order.reference }} was the first. Here are 50 points.</p>"
    page.get_by_label("HTML").fill(said(f"HTML: {html}").partition(": ")[2])
    look("mail")
    save(page, then="Thank you, {{ profile.first_name }}")

    add(page, "Action", nth=3)  # the last + under Yes
    choose(page, said("What to do"), said("Give points"))
    said("Points: 50")
    page.get_by_label("Points *").fill("50")
    save(page, then="Give 50 points")
    look("built")


def review_and_activate(page: Page, look: Callable[[str], None]) -> None:
    """Read it once more and activate what was read."""
    page.get_by_role("link", name=said("Review and activate")).click()
    expect(page.locator("svg.wf-flow")).to_contain_text("Give 50 points")
    expect(page.locator("svg.wf-flow")).to_contain_text("Wait 2 days")
    expect(page.frame_locator("iframe.wf-frame").first.locator("h1")).to_have_text("Thank you!")
    look("preview")
    page.get_by_role("button", name=said("Activate")).click()
    expect(page.get_by_text("Version 1 is active, with 2 actions.")).to_be_visible()
    look("active")


def make_key(page: Page, look: Callable[[str], None]) -> str:
    """Make an API key and copy it from the page that shows it once."""
    go(page, "Developers > API keys")
    page.get_by_role("link", name=said("Add API key")).first.click()
    page.get_by_label("Name").fill(said("My shop"))
    with page.expect_navigation():
        page.get_by_role("button", name=said("Save"), exact=True).click()
    found = re.search(r"sk_[\w-]+", page.inner_text("body"))
    assert found
    look("key")
    return found.group()


def watch(page: Page, look: Callable[[str], None]) -> None:
    """See the run wait and end, the mail in the mailbox, the points on the profile."""
    go(page, "Automations > Runs")
    page.locator("#result_list a", has_text="Thanks for the first order").first.click()
    expect(page.locator("svg.wf-flow")).to_be_visible()
    expect(page.get_by_text(said("it waits").removeprefix("it ")).first).to_be_visible()
    look("run-waits")

    def is_done() -> bool:
        page.reload()
        return page.get_by_text("Done", exact=True).count() > 0

    wait_until(is_done, seconds=60)
    look("run-done")

    go(page, "Messages > Mailbox")
    look("mailbox")
    page.get_by_role("link", name="Thank you, Zoé").click()
    frame = page.frame_locator("#message")
    expect(frame.get_by_role("heading", name="Thank you!")).to_be_visible()
    expect(frame.locator("body")).to_contain_text("Your order 1001 was the first. Here are 50 points.")
    look("mail-received")

    go(page, "People > Profiles")
    look("profiles")
    page.get_by_role("link", name=said("Zoé")).first.click()
    expect(page.locator("#content")).to_contain_text("50 points")
    look("profile")


def the_second_takes_the_other_exit(page: Page, declic: Stack) -> None:
    """The second paid order: no mail, no points."""
    figures = declic.manage("shell", "-v0", "-c", FIGURES)
    end = time.monotonic() + 60
    while time.monotonic() < end and json.loads(figures)["done"] < 2:
        time.sleep(0.5)
        figures = declic.manage("shell", "-v0", "-c", FIGURES)
    assert json.loads(figures) == {"done": 2, "points": 50, "mails": 1}
    go(page, "Messages > Mailbox")
    expect(page.get_by_role("link", name="Thank you, Zoé")).to_have_count(1)


FIGURES = """
import json
from crm.models import Pot
from actions.models import MailboxMessage
from workflows.models import Run
done, points = Run.objects.filter(status="done").count(), Pot.objects.get(profile__email="zoe@example.com").balance
print(json.dumps({"done": done, "points": points, "mails": MailboxMessage.objects.count()}))
"""


def wait_until(holds: Callable[[], bool], *, seconds: float) -> None:
    """Wait for something to become true."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, f"waited in vain for {seconds:.0f} s"
        time.sleep(1)
