"""Sponsors' links in messages: `{{ referral_url.friends }}`."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from actions.models import Delivery, MailboxMessage
from actions.rendering.known import problems_of_texts, usual_paths
from actions.sending import deliver
from actions.sending.letters import render_delivery, write_letters
from actions.sending.texts import render_texts
from crm.hosted.links import own_link
from crm.models import Site
from tests.factories.deliveries import a_delivery, a_profile
from tests.factories.modules import ModuleFactory, ReferralModuleFactory
from tests.factories.people import UserFactory
from workflows.preview.texts import merge_tags

pytestmark = pytest.mark.django_db


def a_letter(text: str, profile=None, **about: object) -> Delivery:
    html = f'<p><a href="{text}">Share</a></p>'
    return a_delivery(profile, parts={"language": "en", "subject": "Share", "html": html, "text": text}, **about)


def test_a_mail_gives_each_sponsor_their_own_link_and_clicks_of_friends_are_not_followed() -> None:
    module = ReferralModuleFactory(slug="friends", language="en")
    anna, bea = a_profile("anna@example.com", first_name="Anna"), a_profile("bea@example.com")
    for profile in (anna, bea):
        a_letter("{{ referral_url.friends }}", profile)

    deliver("mail", 10)

    messages = {row.recipient: row for row in MailboxMessage.objects.all()}
    for profile in (anna, bea):
        link = own_link(module, profile.uid)
        assert link in messages[profile.email].text
        assert f'href="{link}"' in messages[profile.email].html
    page = Client().get(own_link(module, anna.uid).removeprefix("http://testserver"))
    assert "Anna invites you." in page.content.decode()


@pytest.mark.parametrize("slug", ["my-friends", "2026-friends", "true", "-x", "a_b"])
def test_whatever_a_slug_is_the_tag_that_is_offered_finds_it(slug: str) -> None:
    module = ReferralModuleFactory(slug=slug)
    tags = [tag for group in merge_tags({}) for tag in group.tags if tag.path.startswith("referral_url")]
    delivery = a_letter(tags[0].written)

    (mail,) = write_letters([delivery])

    assert own_link(module, delivery.profile.uid) in mail.text
    assert problems_of_texts([tags[0].written], usual_paths()) == []


def test_a_module_that_gives_no_link_is_empty_and_warned_of() -> None:
    ReferralModuleFactory(slug="gone", is_archived=True)
    ModuleFactory(slug="wheel", kind="game")
    text = "{{ referral_url.gone }}{{ referral_url.wheel }}{{ referral_url.none }}."

    (mail,) = write_letters([a_letter(text)])

    assert mail.text.startswith(".")
    assert len(problems_of_texts([text], usual_paths())) == 3


def test_queries_grow_neither_with_messages_nor_with_modules() -> None:
    Site.current()
    counts = []
    for number, text in ((2, "Hello"), (2, "{{ referral_url.m0 }}"), (20, "{{ referral_url.m1 }}")):
        ReferralModuleFactory.create_batch(3)
        rows = [a_letter(text) for _index in range(number)]
        rows = list(Delivery.objects.filter(pk__in=[row.pk for row in rows]))
        with CaptureQueriesContext(connection) as queries:
            write_letters(rows)
        counts.append(len(queries))

    assert counts[0] + 1 == counts[1] == counts[2]


def test_who_only_looks_at_a_message_or_tests_it_gets_no_link() -> None:
    ReferralModuleFactory(slug="friends")
    seen, tried = (
        a_letter("{{ referral_url.friends }}"),
        a_letter("{{ referral_url.friends }}", rules={"purpose": "test"}),
    )

    assert "/by/" not in render_delivery(seen).html
    assert "/by/" not in write_letters([tried])[0].html


def test_a_text_message_names_it_too() -> None:
    module = ReferralModuleFactory(slug="friends")
    delivery = a_delivery(parts={"language": "en", "texts": {"text": "{{ referral_url.friends }}"}}, channel="sms")

    assert render_texts([delivery]) == [{"text": own_link(module, delivery.profile.uid)}]
    assert render_texts([delivery], to_show=True) == [{"text": "#"}]


def test_the_page_of_a_profile_shows_it() -> None:
    module, profile, client = ReferralModuleFactory(name="Friends"), a_profile(), Client()
    client.force_login(UserFactory())

    page = client.get(reverse("admin:crm_profile_page", args=[profile.pk])).content.decode()

    assert own_link(module, profile.uid) in page
    assert "Friends" in page
