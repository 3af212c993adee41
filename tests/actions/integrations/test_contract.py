"""What every kind of integration promises."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import IntegrityError
from django.test import Client
from django.utils import translation

import actions.integrations.kinds
from actions.base import action_types
from actions.checks import check_integration_kinds
from actions.integrations import integration_kinds, make_target, save_integration, secrets_of
from actions.integrations.callbacks import callback_url
from actions.models import Integration
from tests.actions.http_sink import HttpSink
from tests.factories.integrations import a_brevo, a_twilio, a_whatsapp

pytestmark = pytest.mark.django_db

#: kind → how to set it up at an address, what it asks when it is tested, and a good answer
EXAMPLES: dict[str, tuple[Callable[[str], Integration], str, dict[str, str]]] = {
    "webhook": (lambda url: make_target(name="Shop", url=f"{url}/hook")[0], "/hook", {}),
    "twilio": (a_twilio, "/2010-04-01/Accounts/AC123.json", {"friendly_name": "Shop", "status": "active"}),
    "whatsapp": (a_whatsapp, "/555?fields=display_phone_number,verified_name", {"verified_name": "Shop"}),
    "brevo": (a_brevo, "/account", {"companyName": "Shop", "email": "jo@example.com"}),
}
every_kind = pytest.mark.parametrize("kind", list(EXAMPLES))


def test_every_kind_has_an_example_and_stands_in_the_list() -> None:
    files = {path.stem for path in Path(actions.integrations.kinds.__file__).parent.glob("*.py")} - {"__init__"}
    assert set(EXAMPLES) == set(integration_kinds.kinds()) == files


@every_kind
def test_it_says_itself_in_both_languages_and_unlocks_actions_that_exist(kind: str) -> None:
    cls = integration_kinds[kind]
    assert cls.unlocks <= set(action_types.kinds())
    for language in ("en", "fr"):
        with translation.override(language):
            assert str(cls.label).strip()
            assert str(cls.text).strip()


@every_kind
def test_an_empty_form_is_refused_and_can_be_shown(kind: str) -> None:
    form_class = integration_kinds[kind].form_class
    assert form_class().as_p()
    assert not form_class({}).is_valid()


@every_kind
def test_its_secrets_are_in_no_page_and_not_readable_in_the_database(kind: str) -> None:
    row = EXAMPLES[kind][0]("https://x.example")
    stored = Integration.objects.get()
    secrets = _plain(row)
    page = integration_kinds[kind].form_class(instance=stored).as_p()
    held = json.dumps(stored.settings)
    for secret in secrets:
        assert secret not in page
        assert secret not in held
        assert secret.encode() not in bytes(stored.secret or b"")


@every_kind
def test_its_connection_can_be_tested(kind: str, http_sink: HttpSink) -> None:
    make, path, body = EXAMPLES[kind]
    integration = integration_kinds[kind](make(http_sink.url("")))
    http_sink.answers[path] = (200, {}, 0)
    http_sink.bodies[path] = json.dumps(body).encode()
    assert integration.test_connection().is_fine
    assert http_sink.count(path) == 1


@every_kind
@pytest.mark.parametrize("status", [400, 401, 404, 429, 500])
def test_a_connection_that_does_not_work_is_said(kind: str, status: int, http_sink: HttpSink) -> None:
    make, path, _body = EXAMPLES[kind]
    integration = integration_kinds[kind](make(http_sink.url("")))
    http_sink.answers[path] = (status, {}, 0)
    tested = integration.test_connection()
    assert not tested.is_fine
    assert str(status) in tested.said


@every_kind
def test_nobody_at_the_other_end_is_said(kind: str, settings: object) -> None:
    settings.DECLIC_OUTBOUND_ALLOW = "127.0.0.0/8"  # type: ignore[attr-defined]
    tested = integration_kinds[kind](EXAMPLES[kind][0]("http://127.0.0.1:9")).test_connection()
    assert not tested.is_fine
    assert tested.said


@every_kind
def test_an_address_inside_the_house_is_refused(kind: str) -> None:
    tested = integration_kinds[kind](EXAMPLES[kind][0]("http://127.0.0.1:9")).test_connection()
    assert not tested.is_fine
    assert "may not be called" in tested.said


@every_kind
def test_a_call_that_is_not_signed_is_refused(kind: str, client: Client) -> None:
    row = EXAMPLES[kind][0]("https://x.example")
    for what in integration_kinds[kind].callbacks:
        address = callback_url(row, what)
        for body in ("", "nonsense", "[" * 5000, '{"a": 1}'):
            assert client.post(address, body, content_type="application/json").status_code == 403
        assert client.get(address).status_code == 403
    assert client.post(callback_url(row, "other"), {}).status_code == 404
    assert client.post("/callbacks/nonsense/status/", {}).status_code == 404


def test_a_secret_that_is_left_empty_stays() -> None:
    row = a_whatsapp()
    secrets = {"access_token": "new", "app_secret": "", "verify_token": ""}
    save_integration(row, name="x", settings={}, secrets=secrets, is_active=True)
    assert secrets_of(Integration.objects.get()) == {
        "access_token": "new",
        "app_secret": "app-secret",
        "verify_token": "verify-me",
    }


def test_a_stored_kind_that_is_gone_is_found_at_start_up() -> None:
    a_brevo()
    assert check_integration_kinds(databases=["default"]) == []
    Integration.objects.update(kind="gone")
    [found] = check_integration_kinds(databases=["default"])
    assert found.id == "actions.E001"


def test_of_a_provider_there_is_one() -> None:
    a_brevo()
    with pytest.raises(IntegrityError):
        Integration.objects.create(kind="brevo", name="Another")


def _plain(row: Integration) -> list[str]:
    from actions.integrations import signing_secrets

    return signing_secrets(row) if integration_kinds[row.kind].is_many else list(secrets_of(row).values())
