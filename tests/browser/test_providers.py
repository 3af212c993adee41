"""SMS, WhatsApp and Brevo, from the integration to what arrives, as a marketer does it (A2, A3, A4)."""

from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, expect

from crm import clock
from crm.models import Profile
from tests.browser.conftest import OpenPage
from tests.browser.settling import choose
from tests.browser.test_builder import add, save
from tests.factories.consents import ConsentDefinitionFactory
from tests.factories.integrations import a_mobile_profile
from tests.factories.workflows import draft_of_steps
from tests.providers.fixtures import Providers
from tests.workflows.admin.pages import at
from tests.workflows.engine.driving import call, states, work
from workflows.models import Workflow

A_WORKING_DAY = datetime(2031, 3, 4, 12, tzinfo=UTC)
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def somebody() -> Profile:
    ConsentDefinitionFactory(name="NewsSms", label={"en": "News by SMS"}, channels=["sms", "whatsapp"])
    return a_mobile_profile()


def start(page: Page, what: str) -> Workflow:
    """Open the builder of an empty workflow at a new action."""
    workflow = draft_of_steps()
    page.goto(at("change", workflow.pk))
    add(page, "Action")
    choose(page, "What to do", what)
    return workflow


def go_live(page: Page, profile: Profile) -> None:
    """Review, activate, and let it run for somebody."""
    page.get_by_role("link", name="Review and activate").click()
    page.get_by_role("button", name="Activate").click()
    expect(page.get_by_text("is active, with 1 action")).to_be_visible()
    with clock.at(A_WORKING_DAY):  # on which marketing SMS may be sent, whatever today is
        call(profile)
        work()
    assert states() == [("done", "")]


def connect(page: Page, what: str, **fields: str) -> None:
    """Connect a provider and test the connection."""
    page.goto("/admin/actions/integration/")
    page.get_by_role("link", name="Connect something").first.click()
    page.locator(".d-choices li", has_text=what).get_by_role("link", name="Connect").click()
    for name, value in fields.items():
        page.locator(f"[name={name}]").fill(value)
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_text("Test the connection").first.click()
    page.locator("#dialog").get_by_role("button", name="Submit").click()
    expect(page.get_by_text("the provider knows us as “Shop”").first).to_be_visible()


def test_an_sms_is_counted_as_it_is_written_and_lands_in_the_mailbox(open_page: OpenPage):
    profile = somebody()
    page = open_page()
    start(page, "Send an SMS")
    page.get_by_label("News by SMS").check()
    page.get_by_label("Text *").fill("Hello {{ profile.first_name }}")
    counted = page.locator("#id_config-text_helptext")
    expect(counted).to_contain_text("of 160 characters, 1 SMS (GSM-7)")
    page.get_by_label("Text *").fill("ê" * 80)
    expect(counted).to_contain_text("of 134 characters, 2 SMS (UCS-2)")
    page.get_by_label("Text *").fill("Hello {{ profile.first_name }}")
    expect(page.frame_locator("iframe[name=live-preview]").locator("pre")).to_contain_text("Hello Zoé")
    save(page, then="Send the SMS “Hello")
    go_live(page, profile)
    page.goto("/admin/actions/mailboxmessage/")
    page.get_by_role("link", name="Hello Zoé").click()
    expect(page.frame_locator("#message").locator("pre")).to_contain_text("Hello Zoé")


def test_a_whatsapp_template_lands_in_the_mailbox(open_page: OpenPage):
    profile = somebody()
    page = open_page()
    start(page, "Send a WhatsApp message")
    page.get_by_label("News by SMS").check()
    page.get_by_label("Name of the template").fill("welcome_back")
    page.get_by_label("Languages").fill("fr, en")
    page.get_by_label("Parameters of the text").fill("{{ profile.first_name }}\n10 %")
    save(page, then="welcome_back")
    go_live(page, profile)
    page.goto("/admin/actions/mailboxmessage/")
    page.get_by_role("link", name="welcome_back").click()
    expect(page.frame_locator("#message").locator("pre")).to_contain_text("1: Zoé")


def test_twilio_is_connected_and_sends(open_page: OpenPage, providers: Providers):
    profile = somebody()
    page = open_page()
    account = {"account_sid": providers.twilio.sid, "auth_token": providers.twilio.token}
    connect(page, "Twilio (SMS)", **account, sender="Shop", url=providers.url("/twilio"))
    page.locator("[name=french_hours]").uncheck()
    page.get_by_role("button", name="Save", exact=True).click()
    start(page, "Send an SMS")
    page.get_by_label("News by SMS").check()
    page.get_by_label("Text *").fill("Hello {{ profile.first_name }}")
    save(page, then="Send the SMS “Hello")
    go_live(page, profile)
    assert [sms["To"] for sms in providers.twilio.accepted()] == [profile.mobile]


def test_whatsapp_is_connected_and_sends(open_page: OpenPage, providers: Providers):
    profile = somebody()
    page = open_page()
    number = {"phone_number_id": providers.meta.number, "access_token": providers.meta.token}
    secrets = {"app_secret": "app-secret", "verify_token": "verify-me"}
    connect(page, "WhatsApp (Meta Cloud API)", **number, **secrets, url=providers.url("/meta/v23.0"))
    start(page, "Send a WhatsApp message")
    page.get_by_label("News by SMS").check()
    page.get_by_label("Name of the template").fill("hello")
    page.get_by_label("Languages").fill("en")
    save(page, then="Send the WhatsApp template “hello”")
    go_live(page, profile)
    assert [each["to"] for each in providers.meta.accepted()] == [profile.mobile]


def test_brevo_is_connected_and_its_action_offered(open_page: OpenPage, providers: Providers):
    profile = somebody()
    page = open_page()
    secrets = {"api_key": providers.brevo.key, "callback_token": "a-long-word"}
    connect(page, "Brevo", **secrets, url=providers.url("/brevo/v3"))
    start(page, "Brevo: add to a list")
    page.get_by_label("List *").fill("3")
    save(page, then="Brevo: add the contact to list 3")
    go_live(page, profile)
    assert [each["listIds"] for each in providers.brevo.accepted()] == [[3]]
