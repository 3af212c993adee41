"""Links and pictures of ours, as mail programs and browsers ask for them."""

from typing import Any

import pytest
from django.db import DatabaseError, connection
from django.test import Client, RequestFactory

from actions.models import Track
from actions.tracking.links import click_url, pixel_url
from crm.models import Profile, Site
from tests.actions.tracking.reading import PERSON, ROBOT, SHOP, a_sent_one, fetch
from triggers.models import Event

pytestmark = pytest.mark.django_db


def path(url: str) -> str:
    return url.removeprefix("http://testserver")


def a_link() -> str:
    return path(click_url(a_sent_one().pk, SHOP, is_written=True))


def a_picture() -> str:
    return path(pixel_url(a_sent_one().pk))


def tracks() -> list[tuple[str, bool]]:
    return list(Track.objects.order_by("id").values_list("kind", "is_machine"))


def test_a_click_leads_to_the_shop_and_is_noted_with_the_reading_that_it_proves() -> None:
    answer = fetch(a_link())
    assert (answer.status_code, answer["Location"]) == (302, SHOP)
    assert tracks() == [("open", False), ("click", False)]
    assert Track.objects.get(kind="click").url == SHOP


def test_answers_carry_no_cookie_and_are_kept_by_nobody() -> None:
    for answer in (fetch(a_link()), fetch(a_picture()), fetch("/c/nonsense"), fetch("/o/nonsense.gif")):
        assert not answer.cookies
        assert "no-store" in answer["Cache-Control"]
        assert answer["Referrer-Policy"] == "no-referrer"


@pytest.mark.parametrize("make", [a_link, a_picture])
def test_the_web_process_answers_without_looking_at_a_session(make: Any) -> None:
    from config.wsgi import BARE_PREFIXES, ApiHandler

    request = RequestFactory(headers={"user-agent": PERSON}).get(make())
    assert request.path.startswith(BARE_PREFIXES)
    answer = ApiHandler().get_response(request)
    assert answer.status_code in (200, 302)
    assert not answer.cookies
    assert "Cookie" not in answer.get("Vary", "")
    assert len(tracks()) in (1, 2)


def test_the_picture_is_one_and_may_be_shown_anywhere() -> None:
    answer = fetch(a_picture())
    assert answer.status_code == 200
    assert answer["Content-Type"] == "image/gif"
    assert answer["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert answer.content[:6] == b"GIF89a"
    assert tracks() == [("open", False)]


@pytest.mark.parametrize("make", [a_link, a_picture])
def test_head_changes_nothing(make: Any) -> None:
    answer = Client(headers={"user-agent": PERSON}).head(make())
    assert answer.status_code in (200, 302)
    assert answer.content == b""
    assert tracks() == []


@pytest.mark.parametrize("make", [a_link, a_picture])
def test_what_fetches_ahead_changes_nothing_and_gets_nothing_to_keep(make: Any) -> None:
    answer = fetch(make(), **{"sec-purpose": "prefetch"})
    assert answer.status_code in (200, 204)
    assert "Location" not in answer
    assert tracks() == []


@pytest.mark.parametrize("make", [a_link, a_picture])
@pytest.mark.parametrize("method", ["post", "put", "delete", "options"])
def test_other_methods_are_refused(make: Any, method: str) -> None:
    assert getattr(Client(), method)(make()).status_code == 405
    assert tracks() == []


def test_a_robot_is_led_on_and_kept_apart() -> None:
    link, picture = a_link(), a_picture()
    assert fetch(link, ROBOT)["Location"] == SHOP
    fetch(picture, ROBOT)
    assert tracks() == [("click", True), ("open", True)]
    assert not Event.objects.filter(kind__startswith="message_").exists()


@pytest.mark.parametrize("bad", ["/c/x", "/c/" + "A" * 20, "/c/%F0%9F", "/c/x?u=javascript:alert(1)"])
def test_a_link_that_is_not_ours_leads_nowhere(bad: str) -> None:
    Site.objects.update_or_create(pk=1, defaults={"language": "en"})

    answer = fetch(bad)
    assert answer.status_code == 404
    assert "Location" not in answer
    assert b"This link does not work" in answer.content


def test_a_link_whose_target_was_changed_leads_nowhere() -> None:
    url = path(click_url(a_sent_one().pk, "https://shop.example/me", is_written=False))
    assert fetch(url)["Location"] == "https://shop.example/me"
    for evil in ("https%3A%2F%2Fevil.example", "javascript%3Aalert(1)", "%0d%0aSet-Cookie%3Aa"):
        assert fetch(f"{url.partition('?')[0]}?u={evil}").status_code == 404


def test_of_who_refuses_or_was_erased_nothing_is_noted_and_links_still_lead_on() -> None:
    link, picture = a_link(), a_picture()
    for profile in Profile.objects.all():
        profile.refuses_tracking = True
        profile.save()
    assert fetch(link)["Location"] == SHOP
    assert fetch(picture).status_code == 200
    assert tracks() == []


def test_a_person_is_never_kept_from_the_shop_by_our_books() -> None:
    def refuse(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if "INSERT" in sql:
            raise DatabaseError("the disk is full")
        return execute(sql, params, many, context)

    link, picture = a_link(), a_picture()
    with connection.execute_wrapper(refuse):
        assert fetch(link)["Location"] == SHOP
        assert fetch(picture).status_code == 200
    assert tracks() == []
