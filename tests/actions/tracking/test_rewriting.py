"""Which links of a mail lead through ours; everything else stays as it was."""

from typing import Any
from urllib.parse import unquote

import pytest

from actions.models import MailboxMessage
from actions.rendering.texts import Rendered
from actions.sending import deliver
from actions.sending.letters import render_delivery
from actions.tracking.links import clicked
from actions.tracking.rewriting import Rewriter, followed, rewriter_of
from crm.models import Site
from tests.actions.tracking.reading import PARTS, SHOP, a_sent_one, links_in, picture_in
from tests.factories.deliveries import a_delivery, a_profile

pytestmark = pytest.mark.django_db
ORIGINALS = [
    ("<a href='https://a.example/x'>a</a>", "https://a.example/x"),
    ('<A CLASS="b" HREF = "https://a.example/x?y=1&amp;z=2" title="1 > 0">a</A>', "https://a.example/x?y=1&z=2"),
    ("<area shape=rect href=http://a.example/x>", "http://a.example/x"),
    ('<a\n  style="color:red"\n  href="https://a.example/é">a</a>', "https://a.example/é"),
    ('<a title="href=\'https://no.example\'" href="https://a.example">a</a>', "https://a.example"),
]
LEFT_ALONE = [
    '<a href="mailto:zoe@example.com">a</a>',
    '<a href="#top">a</a>',
    '<a name="x">a</a>',
    '<a href="tel:+33612345678">a</a>',
    '<a href="https://a.example" data-track="no">a</a>',
    "<a data-track='NO' href='https://a.example'>a</a>",
    '<a href="javascript:alert(1)">a</a>',
    '<a href="/relative">a</a>',
    '<a href="http://testserver/unsubscribe/abc/">a</a>',
    '<a href="http://testserver/preferences/abc/">a</a>',
    '<a href="http://testserver/confirm/abc/">a</a>',
    '<a href="http://testserver/pot/abc/">a</a>',
    '<abbr href="https://a.example">a</abbr>',
    '<link href="https://a.example/x.css">',
    '<img src="https://a.example/x.png">',
    '<a href="https://a.example',
    "<a href='https://a.example\">" * 30,
]


@pytest.mark.parametrize(("tag", "url"), ORIGINALS)
def test_a_link_leads_through_ours_and_the_rest_of_its_tag_stays(tag: str, url: str) -> None:
    delivery = a_sent_one(parts={**PARTS, "html": tag})
    made = Rewriter(tag).rewritten(tag, delivery.pk)
    start = made.index("http://testserver/c/")
    assert tag.startswith(made[: start - 1])
    link = made[start + len("http://testserver/c/") :].partition(made[start - 1])[0]
    token, _mark, given = link.partition("?u=")
    assert clicked(token, unquote(given)) == (delivery.pk, url)


@pytest.mark.parametrize("tag", LEFT_ALONE)
def test_what_is_no_link_of_the_web_or_not_to_be_followed_stays(tag: str) -> None:
    made = Rewriter("").rewritten(tag, 7)
    assert made.startswith(tag)
    assert made.count("http://testserver/c/") == 0


def test_the_picture_stands_at_the_end_of_the_body() -> None:
    for body in ("</body>", "</BODY>"):
        made = Rewriter("").rewritten(f"<html><body>Hi{body}</html>", 7)
        assert made.startswith("<html><body>Hi<img ")
        assert made.endswith(f">{body}</html>")
    assert Rewriter("").rewritten("Hi", 7).startswith("Hi<img ")


def test_a_hostile_tag_takes_no_time() -> None:
    rewriter_of("").rewritten("<a " + "x='" * 50_000, 7)
    rewriter_of("").rewritten("<a " + "a " * 100_000, 7)
    rewriter_of("").rewritten("<a" * 100_000, 7)
    rewriter_of("").rewritten("<a " * 100_000, 7)
    rewriter_of("").rewritten("<a '\"" * 100_000, 7)


def sent(**columns: Any) -> tuple[str, str]:
    """Send a mail, and return its HTML and its text as they arrived."""
    a_delivery(**{"parts": PARTS, **columns})
    assert deliver("mail", 10) == 1
    message = MailboxMessage.objects.latest("pk")
    return message.html, message.text


def test_a_marketing_mail_is_followed_but_not_its_way_out() -> None:
    html, text = sent()
    links = links_in(html)
    assert len(links) == 2
    assert "?u=https%3A%2F%2Fshop.example%2Fsale%3Fe%3D" in links[1]
    assert picture_in(html)
    assert "http://testserver/unsubscribe/" in html
    assert SHOP in text
    assert "testserver/c/" not in text


@pytest.mark.parametrize("purpose", ["team", "none"])
def test_mails_to_the_team_are_not_followed(purpose: str) -> None:
    html, _text = sent(rules={"purpose": purpose, "consents": []})
    assert "testserver/c/" not in html
    assert "testserver/o/" not in html


def test_the_shop_may_switch_it_off() -> None:
    site = Site.current()
    site.tracks_messages = False
    site.save()
    html, _text = sent()
    assert SHOP in html
    assert "testserver/c/" not in html
    assert "testserver/o/" not in html


def test_a_person_may_refuse_it_until_the_last_moment() -> None:
    profile = a_profile()
    a_delivery(profile, parts=PARTS)
    profile.refuses_tracking = True
    profile.save()
    deliver("mail", 10)
    html = MailboxMessage.objects.get().html
    assert SHOP in html
    assert "testserver/c/" not in html
    assert "testserver/o/" not in html


def test_the_back_office_shows_a_message_without_our_links() -> None:
    delivery = a_sent_one(parts=PARTS)
    shown = render_delivery(delivery)
    assert isinstance(shown, Rendered)
    assert SHOP in shown.html
    assert "testserver/o/" not in shown.html


def test_who_refuses_is_asked_once_for_a_whole_batch(django_assert_num_queries: Any) -> None:
    deliveries = [a_sent_one() for _ in range(5)]
    site = Site.current()
    with django_assert_num_queries(1):
        assert followed(deliveries, site) == {delivery.pk for delivery in deliveries}
