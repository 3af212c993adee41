"""Keys: both schemes, scopes, revocation, and what they cost."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from crm import clock
from crm.api.auth import forget_grants
from crm.models import ApiKey
from crm.services.api_keys import make_key, revoke_key
from tests.crm.api.calls import basic, bearer

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.crm.api.small_api")]


def ask(headers: dict[str, str]) -> Any:
    return Client().get("/api/who", headers=headers)


def test_a_key_pair_passes_as_http_basic_and_the_private_key_as_a_bearer() -> None:
    key = make_key("Shop")
    assert ask(basic(key.api_key.public_key, key.private_key)).status_code == 200
    assert ask(bearer(key)).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "Bearer"},
        {"Authorization": "Bearer sk_nobody"},
        {"Authorization": "Bearer \u00e9"},
        {"Authorization": "Bearer " + "x" * 5_000},
        {"Authorization": "Basic !!!"},
        {"Authorization": "Digest x"},
        basic("pk", "sk_\0"),
        basic("pk\0", "sk_"),
        basic("", ""),
    ],
)
def test_without_a_valid_key_the_answer_is_401(headers: dict[str, str]) -> None:
    answer = ask(headers)
    assert answer.status_code == 401
    assert answer["Content-Type"] == "application/problem+json"
    assert "Basic" in answer["WWW-Authenticate"]
    assert answer.json()["type"] == "urn:declic:problem:unauthenticated"


def test_the_public_key_of_another_pair_is_refused() -> None:
    ours, theirs = make_key("Ours"), make_key("Theirs")
    assert ask(basic(theirs.api_key.public_key, ours.private_key)).status_code == 401


def test_a_missing_scope_is_named() -> None:
    answer = ask(bearer(make_key("Shop", scopes=["orders:read"])))
    assert answer.status_code == 403
    assert answer.json()["scope"] == "customers:read"
    assert "customers:read" in answer.json()["detail"]


def test_a_revoked_key_is_refused() -> None:
    key = make_key("Shop")
    assert ask(bearer(key)).status_code == 200
    revoke_key(key.api_key)
    forget_grants()
    assert ask(bearer(key)).status_code == 401


def test_a_key_is_asked_of_the_database_once_in_a_while(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    key = make_key("Shop")
    ask(bearer(key))
    with django_assert_num_queries(0):
        assert ask(bearer(key)).status_code == 200


def test_the_last_use_is_noted_at_most_once_a_minute() -> None:
    key = make_key("Shop")
    noted = []
    for seconds in (0, 50, 61):
        forget_grants()
        with clock.at(clock.now() + timedelta(seconds=seconds)):
            ask(bearer(key))
        noted.append(ApiKey.objects.get().last_used_at)
    assert noted[0] == noted[1] < noted[2]


def test_the_secret_is_not_stored() -> None:
    key = make_key("Shop")
    row = ApiKey.objects.values().get()
    assert key.private_key not in str(row)


def test_the_command_prints_a_pair_that_works(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("api_key", "Replay", "--scopes", "customers:read")
    public_key, private_key = capsys.readouterr().out.strip().split(":")
    assert ask(basic(public_key, private_key)).status_code == 200
    assert ApiKey.objects.get().scopes == ["customers:read"]
