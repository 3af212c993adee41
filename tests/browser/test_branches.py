"""Participations, referrals, splits and waits for events are built by mouse, and work end to end."""

import pytest
from playwright.sync_api import Page, expect

from crm.beginnings import make_beginnings
from crm.hosted.links import own_link
from crm.models import Profile
from crm.services.orders import upsert_order
from tests.browser.conftest import OpenPage
from tests.browser.settling import choose
from tests.browser.test_builder import add, save
from tests.factories.causes import BY_API
from tests.factories.drafts import draft_workflow
from tests.factories.modules import ModuleFactory, ReferralModuleFactory
from tests.workflows.admin.pages import at
from tests.workflows.engine.driving import work
from workflows.models import Run, Workflow

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def activate(page: Page) -> None:
    page.get_by_role("link", name="Review and activate").click()
    page.get_by_role("button", name="Activate").click()
    expect(page.get_by_text("Version 1 is active")).to_be_visible()


def choose_trigger(page: Page, workflow: Workflow, label: str, module: str, *, then: str) -> None:
    page.goto(at("trigger_add", workflow.pk))
    choose(page, "What starts it", label)
    page.get_by_label("Which modules").select_option(label="Chosen modules")
    page.get_by_label(module).check()
    save(page, then=then)


def test_a_participation_goes_through_a_split_and_waits_for_an_order(open_page: OpenPage) -> None:
    ModuleFactory(name="Survey", kind="form", slug="survey", language="en")
    workflow, page = draft_workflow(triggers=[]), open_page()
    choose_trigger(page, workflow, "Module participation", "Survey", then="Somebody takes part: Survey")

    add(page, "Split (A/B)")
    page.locator("[name=config-a_weight]").fill("1")
    page.locator("[name=config-b_weight]").fill("10000")
    page.locator("[name=config-b_name]").fill("Long")
    save(page, then="Long 100 %")
    add(page, "Wait for an event")
    page.get_by_label("Wait until").select_option(label="an order is paid")
    save(page, then="Wait until an order is paid, at most 3 days")
    add(page, "Action", nth=2)
    choose(page, "What to do", "Give points")
    page.get_by_label("Points *").fill("7")
    save(page, then="Give 7 points")
    activate(page)

    visitor = open_page(user=False)
    visitor.goto("/m/survey/")
    visitor.get_by_label("Your e-mail address").fill("anna@example.com")
    visitor.get_by_label("First name").fill("Anna")
    visitor.get_by_role("button", name="Send").click()
    expect(visitor.get_by_role("heading", name="Thank you")).to_be_visible()
    work()
    anna = Profile.objects.get()
    upsert_order(anna, cause=BY_API, reference="O1", status="paid", amount=100)
    work()

    page.goto(f"/admin/workflows/run/{Run.objects.get().pk}/change/")
    expect(page.locator(".wf-chapters")).to_contain_text("What happened: Order paid")
    assert anna.pot.balance == 7
    page.goto(at("figures", workflow.pk))
    expect(page.get_by_role("row", name="Long").first).to_contain_text("100.0 %")


def test_a_referral_goes_from_the_link_to_a_mail_to_the_referee(open_page: OpenPage) -> None:
    make_beginnings()
    consents = {"page": {"asks": ["first_name"], "consents": ["NewsEmail"]}}
    module = ReferralModuleFactory(name="Friends", slug="friends", language="en", settings=consents)
    workflow, page = draft_workflow(triggers=[]), open_page()
    choose_trigger(page, workflow, "Referral validated", "Friends", then="A referral is validated: Friends")
    add(page, "Action")
    page.get_by_label("To *").select_option(label="The referee")
    page.locator("#builder-panel input[value=NewsEmail]").check()
    page.get_by_label("Subject").fill("Welcome")
    page.get_by_label("HTML").fill("<p>Welcome</p>")
    save(page, then="Send the e-mail “Welcome” to the referee (marketing)")
    activate(page)

    sponsor = open_page(user=False)
    sponsor.goto("/m/friends/")
    sponsor.get_by_label("Your e-mail address").fill("anna@example.com")
    sponsor.get_by_label("First name").fill("Anna")
    sponsor.get_by_role("button", name="Get my link").click()
    link = sponsor.get_by_label("Your link to share").input_value()
    anna = Profile.objects.get()
    friend = open_page(user=False, width=360)
    friend.goto(link[link.index("/m/") :])
    expect(friend.get_by_text("You are invited by a friend.")).to_be_visible()
    link = own_link(module, anna.uid)
    friend.goto(link[link.index("/m/") :])
    expect(friend.get_by_text("Anna invites you.")).to_be_visible()
    assert friend.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    friend.get_by_label("Your e-mail address").fill("bea@example.com")
    friend.get_by_label("First name").fill("Bea")
    friend.get_by_role("checkbox").first.check()
    friend.get_by_role("button", name="Send").click()
    expect(friend.get_by_role("heading", name="Thank you")).to_be_visible()
    bea = Profile.objects.exclude(pk=anna.pk).get()
    upsert_order(bea, cause=BY_API, reference="O1", status="paid", amount=100)
    work()

    page.goto("/admin/actions/mailboxmessage/")
    expect(page.locator("#result_list, table").first).to_contain_text("bea@example.com")
