"""A marketer builds a segment: conditions in groups, with the number of profiles that follows what is typed."""

import pytest
from playwright.sync_api import expect

from crm.models import Segment
from tests.browser.conftest import OpenPage
from tests.browser.settling import choose
from tests.factories.messages import SegmentFactory
from tests.factories.people import ProfileFactory, TagFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_segment_is_built_counted_and_saved(open_page: OpenPage):
    TagFactory(name="VIP")
    for number in range(3):
        ProfileFactory(first_name=f"Anna {number}", country="FR")
    ProfileFactory(first_name="Ben", country="BE")
    page = open_page()
    page.goto("/admin/crm/segment/")
    page.get_by_role("link", name="Create a segment").first.click()
    look = page.get_by_role("complementary", name="Profiles in it now")
    expect(look).to_contain_text("Ben")

    page.get_by_label("Name").fill("From France")
    page.get_by_role("button", name="Add a condition").click()
    choose(page, "What is asked", "Country of the profile")
    page.get_by_label("Value").select_option(label="France")
    expect(look).to_contain_text("Anna 2")
    expect(look).not_to_contain_text("Ben")
    expect(look.locator("li")).to_have_count(3)

    page.get_by_role("button", name="Add a group").click()
    page.get_by_label("What is asked").nth(1).select_option(label="Tags")
    page.get_by_label("VIP").check()
    page.get_by_label("not: the opposite is asked").nth(1).check()
    expect(look.locator("li")).to_have_count(3)
    page.get_by_role("button", name="Save", exact=True).last.click()
    expect(page.get_by_text("The segment “From France” was saved.")).to_be_visible()

    rules = Segment.objects.get().rules["rules"]
    assert rules[0]["config"] == {"operator": "is", "value": "FR"}
    assert rules[1]["mode"] == "any"
    assert rules[1]["rules"][0]["negated"] is True
    page.goto("/admin/crm/segment/")
    expect(page.get_by_role("row", name="From France")).to_contain_text("3")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_pages_of_segments_fit_a_phone(open_page: OpenPage, theme: str):
    french = {"kind": "profile_language", "config": {"operator": "is", "value": "fr"}}
    deep = {"mode": "any", "rules": [french, {"rules": [french, {"rules": [french]}]}]}
    segment = SegmentFactory(name="Deep", rules=deep)
    ProfileFactory(language="fr", email=f"{'very' * 12}@example.com")
    page = open_page(width=360, theme=theme, language="fr")
    for address in ("/admin/crm/segment/", "/admin/crm/segment/add/", f"/admin/crm/segment/{segment.pk}/change/"):
        page.goto(address)
        expect(page.get_by_text("Comptage…")).to_have_count(0)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), address
