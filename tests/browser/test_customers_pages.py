"""The pages that customers see, without script: wide and narrow, light and dark, in both languages."""

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from actions.links import CONFIRM, POT, PREFERENCES, UNSUBSCRIBE
from actions.models import Delivery
from crm import clock
from crm.hosted.links import own_link
from crm.models import Module, Profile, Site
from crm.services.consents import set_consent
from crm.services.orders import upsert_order
from tests.browser.conftest import listen
from tests.browser.photographer import PICTURES
from tests.factories.causes import BY_API
from tests.factories.consents import ConsentDefinitionFactory, ConsentWordingFactory
from tests.factories.deliveries import a_delivery, a_profile
from tests.factories.modules import ModuleFactory, ReferralModuleFactory
from tests.factories.points import CouponFactory, MovementFactory, PointsProgrammeFactory, RewardFactory, TierFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LOOKS = [("en", 1280, "light"), ("fr", 360, "dark"), ("fr", 1280, "dark"), ("en", 360, "light")]
WORDS = {
    "en": "I would like to receive your news and offers by e-mail. I can withdraw at any time.",
    "fr": "Je souhaite recevoir vos nouveautés et vos offres par e-mail. Je peux me désinscrire à tout moment.",
}


@pytest.fixture
def visit(chromium: Browser, live_server: LiveServer, troubles: list[str]) -> Iterator[object]:
    """Open a browser without script: `visit(language="fr", width=360, theme="dark")`."""
    contexts: list[BrowserContext] = []

    def start(*, language: str = "en", width: int = 1280, theme: str = "light") -> Page:
        context = chromium.new_context(
            viewport={"width": width, "height": 800},
            locale=language,
            color_scheme=theme,  # type: ignore[arg-type]
            java_script_enabled=False,
            base_url=live_server.url,
        )
        contexts.append(context)
        context.set_default_timeout(10_000)
        page = context.new_page()
        listen(page, troubles, live_server.url)
        return page

    yield start
    for context in contexts:
        context.close()


def looked_at(page: Page, name: str) -> None:
    """See that a page does not scroll sideways, and keep a picture where that is asked for."""
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), name
    if PICTURES:
        size = page.viewport_size or {"width": 0}
        language = page.locator("html").get_attribute("lang")
        os.makedirs(PICTURES, exist_ok=True)
        page.screenshot(path=Path(PICTURES) / f"{name}-{size['width']}-{language}.png", full_page=True)


def a_shop(language: str) -> Profile:
    """Make modules with pages, and return somebody with consents, points and coupons."""
    now = clock.now()
    Site.objects.update_or_create(pk=1, defaults={"name": "Thés d’Émilie", "language": language})
    news = ConsentDefinitionFactory(name="NewsEmail", label={"en": "Newsletter", "fr": "Lettre d’information"})
    ConsentDefinitionFactory(name="NewsSMS", label={"en": "Offers by SMS", "fr": "Offres par SMS"})
    ask = ConsentDefinitionFactory(
        name="Partners", label={"en": "Partners", "fr": "Partenaires"}, is_double_opt_in=True
    )
    basis = {"en": "About your orders", "fr": "À propos de vos commandes"}
    ConsentDefinitionFactory(name="Orders", kind="legal_basis", label=basis)
    for definition in (news, ask):
        for spoken, words in WORDS.items():
            ConsentWordingFactory(definition=definition, language=spoken, text=words)
    page = {
        "title": "Which tea are you?" if language == "en" else "Quel thé êtes-vous ?",
        "intro": "Two minutes, and you know.\n\nThe first fifty get a tin.",
        "asks": ["first_name", "gender", "birthday", "mobile"],
        "questions": ["What do you drink in the morning, and why?"],
        "consents": ["NewsEmail", "NewsSMS"],
    }
    ModuleFactory(kind="form", slug="survey", language=language, settings={"page": page})
    ModuleFactory(kind="form", slug="soon", name="Soon", language=language, starts_at=now + timedelta(days=3))
    ModuleFactory(kind="form", slug="over", name="Over", language=language, ends_at=now - timedelta(days=3))
    ReferralModuleFactory(
        slug="friends", language=language, settings={"page": {"title": "A cup for two", "consents": ["NewsEmail"]}}
    )
    profile = a_profile("marie@example.com", accepts=("NewsEmail",), language=language, first_name="Marie")
    set_consent(profile, definition=ask, status="accepted", cause=BY_API)
    PointsProgrammeFactory()
    upsert_order(profile, cause=BY_API, reference="2026-000123", status="paid", amount=123_400)
    for source, points in (("referral", 100), ("workflow", 25), ("back_office", -60), ("reward", -200)):
        MovementFactory(profile=profile, source=source, points=points)
    TierFactory(name="Silver", threshold=500)
    for name, cost in (("A tin of Earl Grey", 300), ("A tea for two with scones and jam", 2500)):
        RewardFactory(name=name, points=cost)
    for about in ({"used_at": now}, {"valid_until": now - timedelta(days=1)}, {"valid_until": now + timedelta(30)}):
        CouponFactory(profile=profile, given_at=now, **about)
    return profile


@pytest.mark.parametrize(("language", "width", "theme"), LOOKS)
def test_all_pages_fit_and_work_without_script(visit, language: str, width: int, theme: str) -> None:  # type: ignore[no-untyped-def]
    profile = a_shop(language)
    page = visit(language=language, width=width, theme=theme)
    question = Delivery.objects.get(rules__confirms="Partners")
    for name, path in {
        "soon": "/m/soon/",
        "over": "/m/over/",
        "nowhere": "/m/none/",
        "form": "/m/survey/",
        "sponsor": "/m/friends/",
        "invitation": own_link(Module.objects.get(slug="friends"), profile.uid)[len("http://testserver") :],
        "confirm": CONFIRM.path(question.uid),
        "unsubscribe": UNSUBSCRIBE.path(a_delivery(profile).uid),
        "preferences": PREFERENCES.path(profile.uid),
        "pot": POT.path(profile.uid),
        "empty-pot": POT.path(a_profile(language=language, accepts=()).uid),
    }.items():
        page.goto(path)
        assert page.locator("html").get_attribute("lang") == language
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        looked_at(page, name)

    page.goto("/m/survey/")
    page.locator("form button").click()
    expect(page.get_by_role("alert")).to_be_visible()
    looked_at(page, "form-error")
    page.locator("[name=email]").fill("bea@example.com")
    page.locator("[name=first_name]").fill("Bea")
    page.locator("[name=question_0]").fill("Tea")
    page.locator("[name=consent_NewsEmail]").check()
    page.locator("form button").click()
    expect(page.get_by_role("status")).to_be_visible()
    looked_at(page, "thanks")

    page.goto("/m/friends/")
    page.locator("[name=email]").fill("bea@example.com")
    page.locator("[name=first_name]").fill("Bea")
    page.locator("form button").click()
    link = page.locator("textarea[readonly]").input_value()
    looked_at(page, "link")
    friend = visit(language=language, width=width, theme=theme)
    friend.goto(link[link.index("/m/") :])
    friend.locator("[name=email]").fill("carl@example.com")
    friend.locator("[name=first_name]").fill("Carl")
    friend.locator("form button").click()
    expect(friend.get_by_role("status")).to_be_visible()
    looked_at(friend, "invited")

    page.goto(POT.path(profile.uid))
    page.locator("a.button").first.click()
    looked_at(page, "redeem")
    page.locator("form button").click()
    expect(page.get_by_role("status")).to_be_visible()
    looked_at(page, "redeemed")
    page.goto(PREFERENCES.path(profile.uid))
    page.locator("form button").last.click()
    expect(page.get_by_role("status")).to_be_visible()
    looked_at(page, "preferences-saved")
    page.goto(UNSUBSCRIBE.path(a_delivery(profile).uid))
    looked_at(page, "unsubscribed")
