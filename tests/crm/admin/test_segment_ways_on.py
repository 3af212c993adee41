"""From a segment to its profiles and to a newsletter for it; the shop's own language and country come first."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from crm import db
from crm.conditions.types.country import CountryForm
from crm.conditions.types.profile_language import LanguageForm
from crm.models import Segment, Site
from crm.services.segments import count_segment
from tests.crm.admin.test_segments import FRENCH, condition, page_of, posted, somebody
from tests.factories.messages import SegmentFactory
from tests.factories.people import ProfileFactory

pytestmark = pytest.mark.django_db
PROFILES = "admin:crm_profile_changelist"


def french() -> Segment:
    segment: Segment = SegmentFactory(rules={"mode": "all", "rules": [FRENCH]})
    return segment


def test_the_list_of_profiles_shows_those_of_a_segment(admin: Client) -> None:
    zoe, _ann = ProfileFactory(language="fr"), ProfileFactory(language="en")
    segment = french()
    shown = admin.get(reverse(PROFILES), {"segment": segment.pk}).context["cl"].result_list
    assert [row.pk for row in shown] == [zoe.pk]


@pytest.mark.parametrize("value", ["0", "x", "9" * 30])
def test_a_segment_that_is_not_there_has_nobody_in_it(admin: Client, value: str) -> None:
    ProfileFactory()
    french()
    page = admin.get(reverse(PROFILES), {"segment": value}, follow=True)
    assert page.status_code == 200
    assert not page.context["cl"].result_list


def test_a_segment_that_cannot_be_asked_says_why(admin: Client) -> None:
    inside = {"kind": "in_segment", "config": {"segment": "00000000-0000-0000-0000-000000000000"}}
    broken = SegmentFactory(rules={"mode": "all", "rules": [inside]})
    page = admin.get(reverse(PROFILES), {"segment": broken.pk})
    assert "does not exist" in page.content.decode()


def test_nobody_waits_long_for_the_profiles_of_a_segment(admin: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken_off(*_args: Any, **_options: Any) -> Any:
        raise db.TooLong

    ProfileFactory(language="fr")
    monkeypatch.setattr(db, "at_most", broken_off)
    page = admin.get(reverse(PROFILES), {"segment": french().pk}).content.decode()
    assert "Finding them takes too long" in page


def test_the_page_and_the_list_lead_on(admin: Client) -> None:
    segment = french()
    count_segment(segment)
    people = f"{reverse(PROFILES)}?segment={segment.pk}"
    newsletter = f"{reverse('admin:crm_newsletter_add')}?segment={segment.pk}"
    page = admin.get(page_of(segment)).content.decode()
    assert people in page
    assert newsletter in page
    assert people in admin.get(reverse("admin:crm_segment_changelist")).content.decode()
    assert admin.get(newsletter).context["adminform"].form.initial["segment"] == str(segment.pk)


def test_who_may_not_write_newsletters_is_not_led_there(client: Client) -> None:
    somebody(client, "Customer service")
    page = client.get(page_of(french())).content.decode()
    assert "Write a newsletter to it" not in page


def test_the_language_and_the_country_of_the_shop_come_first() -> None:
    Site(language="nl", country="BE").save()
    assert LanguageForm().fields["value"].choices[0][0] == "nl"
    assert CountryForm().fields["value"].choices[0][0] == "BE"


def test_a_form_that_is_drawn_anew_asks_again_who_is_in_it(admin: Client) -> None:
    segment = french()
    asks = f'<span hidden hx-post="{page_of(segment, "look")}" hx-include="#segment-form" hx-trigger="load"'
    assert asks not in admin.get(page_of(segment)).content.decode()
    assert asks in admin.post(page_of(segment), posted("c1", **condition("c1", "g0", "order_count"))).content.decode()
