"""Pages of the back-office as a browser shows them: wide and narrow, light and dark, in both languages."""

import pytest
from django.contrib import admin as django_admin
from django.test import RequestFactory
from django.urls import reverse
from playwright.sync_api import Page, expect

from actions.models import MailboxMessage
from crm import clock
from crm.models import ApiKey, Movement, Profile, User
from tests.browser.conftest import OpenPage
from tests.crm.admin.rows import make_rows
from tests.factories.messages import TemplateTextFactory
from tests.factories.people import ProfileFactory, UserFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LOOKS = [("en", 1400, "light"), ("fr", 360, "dark")]


def addresses() -> list[str]:
    """List the first page, every list, every form for a new row, and a page of every kind of row."""
    request = RequestFactory().get("/")
    request.user = User.objects.filter(is_superuser=True).first()  # type: ignore[assignment]
    found = ["/admin/", reverse("admin:crm_profile_page", args=[Profile.objects.earliest("id").pk])]
    for model, model_admin in django_admin.site._registry.items():
        if model._meta.app_label == "workflows":
            continue
        name = f"admin:{model._meta.label_lower.replace('.', '_')}"
        found.append(reverse(f"{name}_changelist"))
        if model_admin.has_add_permission(request):
            found.append(reverse(f"{name}_add"))
        row = model._default_manager.order_by("pk").first()
        if row is not None:
            found.append(reverse(f"{name}_change", args=[row.pk]))
    return found


def has_no_side_scroll(page: Page) -> bool:
    """Tell whether the page is as wide as its window."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


def unnamed(page: Page) -> list[str]:
    """List inputs and buttons in view that a reader of screens could not name."""
    return list(
        page.evaluate(
            """() => [...document.querySelectorAll('#main input, #main select, #main textarea, #main button')]
              .filter(one => one.type !== 'hidden' && one.offsetParent !== null && one.tabIndex >= 0)
              .filter(one => !(one.labels?.length || one.ariaLabel || one.title || one.placeholder
                || one.getAttribute('aria-labelledby') || one.textContent.trim() || one.value && one.type === 'submit'))
              .map(one => one.outerHTML.slice(0, 120))"""
        )
    )


@pytest.mark.slow
@pytest.mark.parametrize(("language", "width", "theme"), LOOKS)
def test_every_page_fits_and_complains_of_nothing(open_page: OpenPage, language: str, width: int, theme: str) -> None:
    make_rows(2)
    page = open_page(language=language, width=width, theme=theme)
    for address in addresses():
        response = page.goto(address)
        assert response is not None
        assert response.status == 200, address
        assert has_no_side_scroll(page), address
        assert page.locator("html").get_attribute("lang") == language


def test_a_person_signs_in_finds_a_customer_and_gives_points(open_page: OpenPage) -> None:
    user = UserFactory(username="ada")
    user.set_password("secret-words")
    user.save()
    profile = ProfileFactory(first_name="Marie", last_name="Curie")
    page = open_page(user=False)
    page.goto("/")
    page.get_by_label("Username").fill("ada")
    page.get_by_label("Password").fill("secret-words")
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("heading", name="First steps")).to_be_visible()
    page.keyboard.press("Control+k")
    page.locator("#search-input-command").press_sequentially("curie")
    page.get_by_role("link", name="Marie Curie").click()
    expect(page.locator(".d-head-name")).to_have_text("Marie Curie")
    page.get_by_text("Give or take points").click()
    page.get_by_label("Points", exact=True).fill("50")
    page.get_by_label("Reason").fill("Sorry for the delay")
    page.locator("#panel-pot").get_by_role("button", name="Save").click()
    expect(page.get_by_text("50 points given.")).to_be_visible()
    expect(page.locator("#panel-pot .d-figure")).to_contain_text("50")
    expect(page.locator("#timeline")).to_contain_text("+50 · Back-office · Sorry for the delay")
    movement = Movement.objects.get(profile=profile)
    assert (movement.actor, movement.points) == ("ada", 50)


def test_the_page_of_a_profile_is_used_with_the_keyboard_alone(open_page: OpenPage) -> None:
    profile = ProfileFactory()
    page = open_page(width=360)
    page.goto(reverse("admin:crm_profile_page", args=[profile.pk]))
    page.get_by_label("Tag to add").focus()
    page.keyboard.type("vip")
    page.keyboard.press("Enter")
    expect(page.locator("#panel-tags")).to_contain_text("vip")
    page.locator("#panel-consents summary").last.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Status")).to_be_visible()
    assert unnamed(page) == []


def test_a_new_key_is_shown_once(open_page: OpenPage) -> None:
    page = open_page()
    page.goto(reverse("admin:crm_apikey_add"))
    page.get_by_label("Name").fill("Shop")
    page.get_by_role("button", name="Save", exact=True).click()
    shown = page.locator("#private-key").inner_text()
    assert shown.startswith("sk_")
    page.get_by_role("link", name="I have copied it").click()
    page.locator("#result_list").get_by_role("link", name="Shop").click()
    assert shown not in page.content()
    page.get_by_text("Revoke").first.click()
    page.get_by_role("button", name="Submit").click()
    expect(page.get_by_text("is revoked.")).to_be_visible()
    assert ApiKey.objects.get().revoked_at is not None


def test_the_mailbox_shows_a_message_as_it_was_received(open_page: OpenPage, troubles: list[str]) -> None:
    html = "<h1>Thank you</h1><p>Your order is on its way.</p><script>document.title = 'taken'</script>"
    MailboxMessage.objects.create(
        message_id="<x@y>",
        sender="a@x",
        recipient="b@x",
        subject="Thanks",
        html=html,
        text="Thank you",
        received_at=clock.now(),
    )
    page = open_page()
    page.goto(reverse("admin:actions_mailboxmessage_changelist"))
    page.get_by_role("link", name="Thanks").click()
    expect(page.frame_locator("#message").get_by_role("heading", name="Thank you")).to_be_visible()
    page.get_by_role("link", name="Headers").click()
    assert page.title().startswith("Thanks")
    # the browser says that it runs no script in the sandbox
    assert all("script" in trouble for trouble in troubles)
    troubles.clear()


def test_a_template_is_seen_while_it_is_written(open_page: OpenPage) -> None:
    ProfileFactory(first_name="Ada")
    template = TemplateTextFactory().template
    page = open_page()
    page.goto(reverse("admin:crm_template_change", args=[template.pk]))
    page.locator("[name=texts-0-html]").fill("<h1>Hello {{ profile.first_name }}</h1>")
    frame = page.frame_locator("[name=template-preview-frame]")
    expect(frame.get_by_role("heading", name="Hello Ada")).to_be_visible()


def test_the_language_is_chosen_in_the_menu_and_stays(open_page: OpenPage) -> None:
    page = open_page(language="en")
    page.goto("/admin/")
    page.locator("#nav-sidebar").get_by_text("jo1", exact=True).first.click()
    page.get_by_role("button", name="Français").click()
    expect(page.get_by_role("heading", name="Premiers pas")).to_be_visible()
    assert User.objects.get(username="jo1").language == "fr"
