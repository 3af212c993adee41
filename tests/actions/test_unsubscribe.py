"""One-click unsubscribe, as mailboxes and people use it."""

import uuid

import pytest
from django.test import Client
from django.utils import translation
from django.utils.translation import gettext

from actions.links import UNSUBSCRIBE
from actions.models import MailboxMessage
from actions.sending import deliver
from crm.models import Consent, ConsentChange, Profile
from tests.factories.deliveries import a_definition, a_delivery, a_profile

pytestmark = pytest.mark.django_db
BODY = {"List-Unsubscribe": "One-Click"}


def path_of(url: str) -> str:
    return url.removeprefix("http://testserver")


def status_of(profile: Profile, name: str = "NewsEmail") -> str:
    return str(Consent.objects.get(profile=profile, definition__name=name).status)


@pytest.fixture
def stranger() -> Client:
    """A mailbox provider: no cookie, no login, and CSRF checks on."""
    return Client(enforce_csrf_checks=True)


def test_one_click_as_a_form_refuses_the_consent(stranger: Client) -> None:
    delivery = a_delivery()
    answer = stranger.post(
        path_of(UNSUBSCRIBE.url(delivery.uid)), "List-Unsubscribe=One-Click", "application/x-www-form-urlencoded"
    )
    assert answer.status_code == 200
    assert status_of(delivery.profile) == "refused"


def test_one_click_as_multipart_refuses_the_consent(stranger: Client) -> None:
    delivery = a_delivery()
    assert stranger.post(path_of(UNSUBSCRIBE.url(delivery.uid)), BODY).status_code == 200
    assert status_of(delivery.profile) == "refused"
    assert not stranger.cookies


def test_opening_the_page_changes_nothing(stranger: Client) -> None:
    delivery = a_delivery()
    answer = stranger.get(path_of(UNSUBSCRIBE.url(delivery.uid)))
    assert answer.status_code == 200
    assert b"<form" in answer.content
    assert status_of(delivery.profile) == "accepted"
    stranger.head(path_of(UNSUBSCRIBE.url(delivery.uid)))
    assert status_of(delivery.profile) == "accepted"


@pytest.mark.parametrize("body", [{}, {"List-Unsubscribe": "Two-Clicks"}, {"other": "One-Click"}])
def test_any_other_post_is_refused(stranger: Client, body: dict[str, str]) -> None:
    delivery = a_delivery()
    assert stranger.post(path_of(UNSUBSCRIBE.url(delivery.uid)), body).status_code == 400
    assert status_of(delivery.profile) == "accepted"


def test_only_what_allowed_the_message_is_refused(stranger: Client) -> None:
    profile = a_profile(accepts=("NewsEmail", "Partners", "Sms"))
    a_definition("Never")
    delivery = a_delivery(profile, rules={"purpose": "marketing", "consents": ["NewsEmail", "Partners", "Never"]})

    stranger.post(path_of(UNSUBSCRIBE.url(delivery.uid)), BODY)

    assert status_of(profile) == status_of(profile, "Partners") == "refused"
    assert status_of(profile, "Sms") == "accepted"
    assert not Consent.objects.filter(definition__name="Never").exists()


def test_the_history_tells_where_the_refusal_came_from(stranger: Client) -> None:
    delivery = a_delivery()
    stranger.post(path_of(UNSUBSCRIBE.url(delivery.uid)), BODY)
    stranger.post(path_of(UNSUBSCRIBE.url(delivery.uid)), BODY)
    change = ConsentChange.objects.get(status="refused")
    assert (change.source, change.source_id) == ("unsubscribe", str(delivery.uid))


def test_nothing_of_that_kind_is_sent_afterwards(stranger: Client) -> None:
    profile = a_profile()
    stranger.post(path_of(UNSUBSCRIBE.url(a_delivery(profile, status="sent").uid)), BODY)
    later = a_delivery(profile)
    deliver("mail", 10)
    later.refresh_from_db()
    assert (later.status, later.reason) == ("skipped", "no_consent")


def test_a_service_message_refuses_its_legal_basis(stranger: Client) -> None:
    a_definition("LegalBasisOrder", kind="legal_basis")
    profile = a_profile(accepts=("LegalBasisOrder", "NewsEmail"))
    delivery = a_delivery(profile, rules={"purpose": "service", "consents": ["LegalBasisOrder"]})
    stranger.post(path_of(UNSUBSCRIBE.url(delivery.uid)), BODY)
    assert status_of(profile, "LegalBasisOrder") == "refused"
    assert status_of(profile) == "accepted"


@pytest.mark.parametrize("token", ["x", "AAAA:BBBB", f"{uuid.UUID(int=1)}:sig", "a" * 3000])
def test_a_token_that_is_not_ours_does_nothing(stranger: Client, token: str) -> None:
    assert stranger.get(f"/unsubscribe/{token}/").status_code == 404
    assert stranger.post(f"/unsubscribe/{token}/", BODY).status_code == 404


def test_a_token_shows_nothing_of_the_profile() -> None:
    delivery = a_delivery(a_profile("someone@example.com"))
    token = UNSUBSCRIBE.token(delivery.uid)
    assert delivery.recipient not in token
    assert str(delivery.profile.uid) not in token
    assert token != UNSUBSCRIBE.token(a_delivery(delivery.profile).uid)


def test_the_page_speaks_the_language_of_the_profile(stranger: Client) -> None:
    delivery = a_delivery(a_profile(language="fr_FR"))
    answer = stranger.get(path_of(UNSUBSCRIBE.url(delivery.uid)), headers={"accept-language": "en"})
    assert b'<html lang="fr">' in answer.content
    assert "NewsEmail (fr)" in answer.content.decode()
    with translation.override("fr"):
        assert gettext("Do you want to receive no more messages of this kind?") in answer.content.decode()


def test_the_page_is_not_kept_and_tells_nobody_its_address(stranger: Client) -> None:
    answer = stranger.get(path_of(UNSUBSCRIBE.url(a_delivery().uid)))
    assert "no-store" in answer["Cache-Control"]
    assert answer["Referrer-Policy"] == "no-referrer"
    assert b"<script" not in answer.content
    assert b"style=" not in answer.content


def test_only_get_head_and_post_are_answered(stranger: Client) -> None:
    page = path_of(UNSUBSCRIBE.url(a_delivery().uid))
    assert {getattr(stranger, verb)(page).status_code for verb in ("put", "patch", "delete", "options")} == {405}


def test_one_click_needs_no_cookie_referer_or_origin_and_sets_none(stranger: Client) -> None:
    delivery = a_delivery()
    answer = stranger.post(
        path_of(UNSUBSCRIBE.url(delivery.uid)), BODY, headers={"origin": "https://mail.example", "cookie": ""}
    )
    assert answer.status_code == 200
    assert not answer.cookies
    assert status_of(delivery.profile) == "refused"


def test_a_marketing_mail_carries_both_headers_for_one_click() -> None:
    delivery = a_delivery()
    deliver("mail", 10)
    headers = MailboxMessage.objects.get().headers
    assert headers["List-Unsubscribe"] == f"<{UNSUBSCRIBE.url(delivery.uid)}>"
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
