"""Coupons and consents: built into a workflow with the mouse, and seen by the customer in a browser."""

import pytest
from playwright.sync_api import Page, expect

from actions.links import CONFIRM, POT
from actions.models import Delivery, MailboxMessage
from crm.models import Consent, Coupon, Profile
from tests.browser.conftest import OpenPage
from tests.browser.settling import choose
from tests.browser.test_builder import add, save
from tests.factories.consents import ConsentDefinitionFactory
from tests.factories.deliveries import a_profile
from tests.factories.drafts import draft_workflow, trigger
from tests.factories.points import CouponPoolFactory, PotFactory, RewardFactory
from tests.workflows.admin.pages import at
from tests.workflows.engine.driving import call, work

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
CALLED = [trigger("api_call", identifier="go", repeated="starts")]


def activate(page: Page) -> None:
    page.get_by_role("link", name="Review and activate").click()
    page.get_by_role("button", name="Activate").click()
    expect(page.get_by_text("Version 1 is active")).to_be_visible()


def test_a_coupon_is_given_and_its_code_mailed(open_page: OpenPage) -> None:
    ConsentDefinitionFactory(name="NewsEmail", label={"en": "Newsletter"})
    CouponPoolFactory(name="Summer", is_generated=True, prefix="SUN-")
    workflow = draft_workflow(triggers=CALLED)
    page = open_page()
    page.goto(at("change", workflow.pk))

    add(page, "Action")
    choose(page, "What to do", "Give a coupon")
    page.get_by_label("Coupon pool").select_option(label="Summer")
    save(page, then="Give a coupon of “Summer” (10%)")
    add(page, "Action")
    page.get_by_label("Newsletter").check()
    page.get_by_label("Message *").select_option(label="Written here")
    page.get_by_label("Subject").fill("For you: ")
    page.get_by_text("Merge tags to insert").click()
    page.get_by_role("button", name="Coupon: code").click()
    page.get_by_label("HTML").fill("<p>Enjoy</p>")
    save(page, then="For you: {{ data.coupon.code }}")
    activate(page)

    call(a_profile())
    work()

    assert MailboxMessage.objects.get().subject == f"For you: {Coupon.objects.get().code}"


def test_a_consent_is_asked_confirmed_and_withdrawn(open_page: OpenPage) -> None:
    ConsentDefinitionFactory(name="News", label={"en": "Our news"})
    workflow = draft_workflow(triggers=CALLED)
    page = open_page()
    page.goto(at("change", workflow.pk))
    add(page, "Action")
    choose(page, "What to do", "Ask to confirm a consent")
    page.get_by_label("Consent *").select_option(label="Our news")
    save(page, then="Ask by e-mail to confirm “Our news”")
    activate(page)

    profile = a_profile(accepts=(), language="en")
    call(profile)
    work()
    page.goto(CONFIRM.path(Delivery.objects.get().uid))
    assert status_of(profile) == "to_confirm"
    page.get_by_role("button", name="Yes, I confirm").click()
    expect(page.get_by_role("heading")).to_have_text("Thank you, it is confirmed")
    assert status_of(profile) == "accepted"

    page.get_by_role("link", name="See and change").click()
    page.get_by_role("group", name="Our news").get_by_label("I refuse").check()
    page.get_by_role("button", name="Save my choices").click()
    expect(page.get_by_role("status")).to_contain_text("Your choices are saved.")
    assert status_of(profile) == "refused"


def test_a_workflow_withdraws_what_was_ticked(open_page: OpenPage) -> None:
    ConsentDefinitionFactory(name="NewsEmail", label={"en": "Newsletter"})
    workflow = draft_workflow(triggers=CALLED)
    page = open_page()
    page.goto(at("change", workflow.pk))
    add(page, "Action")
    choose(page, "What to do", "Withdraw a consent")
    page.get_by_label("Newsletter").check()
    save(page, then="Withdraw: Newsletter")
    activate(page)

    profile = a_profile()
    call(profile)
    work()

    assert Consent.objects.get(profile=profile).status == "refused"


def test_points_are_turned_into_a_code_by_keyboard_on_a_phone(open_page: OpenPage) -> None:
    pot = PotFactory(balance=100)
    RewardFactory(name="Free tea", points=60)
    pot.profile.language = "en"
    pot.profile.save()
    page = open_page()
    page.set_viewport_size({"width": 360, "height": 700})
    page.goto(POT.path(pot.profile.uid))

    page.get_by_role("link", name="Take the reward Free tea").press("Enter")
    expect(page.get_by_text("40 will be left")).to_be_visible()
    page.get_by_role("button", name="Yes, take it").press("Enter")

    expect(page.get_by_role("status")).to_contain_text(Coupon.objects.get().code)
    expect(page.locator("main")).to_contain_text("40 points")
    expect(page.locator("main")).to_contain_text("20 points are missing")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def status_of(profile: Profile) -> str:
    return str(Consent.objects.get(profile=profile, definition__name="News").status)
