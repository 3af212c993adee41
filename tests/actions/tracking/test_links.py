"""Links of ours lead where they were made to lead, and nowhere else."""

import pytest

from actions.tracking.links import click_url, clicked, is_web, opened, pixel_url, written_links
from tests.actions.tracking.reading import SHOP, a_sent_one

pytestmark = pytest.mark.django_db


def token_of(url: str) -> str:
    return url.rpartition("/")[2].partition("?")[0]


def test_a_link_that_stands_in_the_content_is_short_and_leads_there() -> None:
    delivery = a_sent_one()
    url = click_url(delivery.pk, SHOP, is_written=True)
    assert len(url) <= len("http://testserver/c/") + 20
    assert clicked(token_of(url)) == (delivery.pk, SHOP)


def test_a_link_made_for_one_person_carries_its_target_signed() -> None:
    delivery = a_sent_one()
    target = "https://shop.example/you?e=zoé@example.com&x=1#a"
    token = token_of(click_url(delivery.pk, target, is_written=False))
    assert clicked(token, target) == (delivery.pk, target)
    assert clicked(token, "https://evil.example/") is None
    assert clicked(token, target + "2") is None
    assert clicked(token) is None


def test_a_link_of_one_delivery_is_none_of_another() -> None:
    one, other = a_sent_one(), a_sent_one()
    mine, theirs = (token_of(click_url(each.pk, SHOP, is_written=True)) for each in (one, other))
    assert mine != theirs
    assert clicked(theirs[:8] + mine[8:]) is None


@pytest.mark.parametrize("token", ["", "x", "é" * 20, "A" * 20, "A" * 19, "=" * 20, "A" * 4000, "../../etc", "\0" * 20])
def test_what_is_no_token_of_ours_leads_nowhere(token: str) -> None:
    assert clicked(token) is None
    assert clicked(token, SHOP) is None
    assert opened(token) is None


def test_a_picture_is_no_link_and_a_link_no_picture() -> None:
    delivery = a_sent_one()
    assert opened(token_of(pixel_url(delivery.pk)).removesuffix(".gif")) == delivery.pk
    assert opened(token_of(click_url(delivery.pk, SHOP, is_written=True))) is None


def test_links_outlive_a_change_of_the_key(settings: pytest.FixtureRequest) -> None:
    delivery = a_sent_one()
    token = token_of(click_url(delivery.pk, SHOP, is_written=True))
    former, settings.SECRET_KEY = settings.SECRET_KEY, "another" * 10  # type: ignore[attr-defined]
    assert clicked(token) is None
    settings.SECRET_KEY_FALLBACKS = [former]  # type: ignore[attr-defined]
    assert clicked(token) == (delivery.pk, SHOP)


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "JavaScript:alert(1)",
        "data:text/html,x",
        "//evil.example",
        "http://",
        "https:///x",
        "http://a b",
        "https://shop.example@evil.example/",
        "https://shop.example\\@evil.example/",
        "https://shop.example/\r\nSet-Cookie: a=b",
        "\thttps://shop.example",
        "mailto:a@example.com",
        "https://shop.example/" + "x" * 2000,
    ],
)
def test_only_plain_addresses_of_the_web_are_led_to(url: str) -> None:
    assert not is_web(url)


def test_addresses_are_found_in_html_and_mjml_without_merge_tags() -> None:
    source = "<a href='https://a.example/?x=1&amp;y=2'>a</a><mj-button href=\"https://b.example\">b</mj-button>"
    source += '<a href="https://c.example/{{ profile.id }}">c</a><a href="mailto:x@example.com">d</a>'
    assert written_links(source) == {"https://a.example/?x=1&y=2", "https://b.example"}
