"""How often forms of hosted pages are taken."""

import pytest
from django.test import Client as AnyClient

from actions.links import PREFERENCES
from actions.models import Delivery
from crm.models import Consent, Participation
from tests.conftest import ValkeyServer
from tests.factories.consents import ConsentDefinitionFactory
from tests.factories.modules import ModuleFactory
from tests.factories.people import ProfileFactory

pytestmark = pytest.mark.django_db


def a_form(**page):
    return ModuleFactory(kind="form", slug="survey", language="en", settings={"page": {"asks": [], **page}})


def post(email, **options):
    return AnyClient(enforce_csrf_checks=True).post("/m/survey/", {"email": email}, **options)


def test_one_address_and_its_aliases_are_mailed_a_few_times_only_and_what_was_typed_is_kept() -> None:
    ConsentDefinitionFactory(name="News", is_double_opt_in=True)
    a_form(consents=["News"])
    for at in range(5):
        typed = {"email": f"anna+{at}@example.com", "consent_News": "on"}
        assert AnyClient().post("/m/survey/", typed).status_code == 302

    answer = post("ANNA@example.com")

    page = answer.content.decode()
    assert answer.status_code == 429
    assert 3000 < int(answer["Retry-After"]) <= 3600
    assert "Try again in 60 minutes." in page
    assert 'value="ANNA@example.com"' in page
    assert (Delivery.objects.count(), Participation.objects.count()) == (5, 5)
    assert post("bea@example.com").status_code == 302


def test_one_client_sends_so_many_forms_and_others_go_on(settings) -> None:
    a_form()
    settings.FORMS_PER_HOUR, settings.TRUSTED_PROXIES = 3, ["127.0.0.1"]

    def sent(client: str, number: int) -> list[int]:
        header = {"X-Forwarded-For": f"6.6.6.{number}, {client}"}
        return [
            post(f"{client}-{at}@example.com".replace(":", "-"), headers=header).status_code for at in range(number)
        ]

    assert sent("203.0.113.9", 4) == [302, 302, 302, 429]
    assert sent("203.0.113.10", 3) == [302, 302, 302]
    assert sent("2001:db8:1:2::1", 3) == [302, 302, 302]
    assert sent("2001:db8:1:2:ffff::9", 1) == [429]
    assert sent("2001:db8:1:3::1", 1) == [302]


def test_what_is_wrong_and_what_machines_send_is_not_counted() -> None:
    a_form()
    for _time in range(10):
        assert post("nobody").status_code == 400
        assert AnyClient().post("/m/survey/", {"email": "anna@example.com", "website": "x"}).status_code == 302

    assert post("anna@example.com").url == "/m/survey/thanks/"


def test_without_redis_forms_are_taken(valkey: ValkeyServer) -> None:
    a_form()
    valkey.stop()

    assert [post("anna@example.com").status_code for _time in range(6)] == [302] * 6


def test_choices_are_saved_so_often_but_to_refuse_is_never_put_off() -> None:
    ConsentDefinitionFactory(name="News")
    profile = ProfileFactory(language="en")
    page, browser = PREFERENCES.path(profile.uid), AnyClient(enforce_csrf_checks=True)
    for _time in range(30):
        assert browser.post(page, {"consent-News": "accepted"}).status_code == 200
        assert browser.post(page, {"consent-News": "refused"}).status_code == 200

    late = browser.post(page, {"consent-News": "accepted"})
    assert late.status_code == 429
    assert "Too often" in late.content.decode()
    assert Consent.objects.get().status == "refused"
    assert browser.post(page, {"consent-News": "refused"}).status_code == 200
    assert browser.post(page, {"refuse_all": "1"}).status_code == 200
