"""Every route of the API under bodies, values and queries that make no sense: a problem that says why, never a 500."""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest

from config.api import api
from crm.models import Profile
from tests.crm.api.calls import Shop, bearer
from tests.crm.api.test_v2_hostile import WRONG, places, with_value
from tests.hostile.bodies import BODIES, said
from tests.naughty import HARD, naughty_strings
from triggers.models import Event

pytestmark = pytest.mark.django_db

PATHS: dict[str, Any] = api.get_openapi_schema()["paths"]
POSTS = [path for path, methods in PATHS.items() if "post" in methods]
GETS = [path for path, methods in PATHS.items() if "get" in methods]
_PARAMETER = re.compile(r"\{\w+\}")
#: values of JSON that a form cannot hold, and texts that are no text
VALUES: list[Any] = [
    *WRONG,
    *HARD,
    10**17,
    -(10**18),
    2**63 - 1,
    1e308,
    -0.0,
    [[[[]]]],
    {"a": {"b": {"c": []}}},
    [None],
]


def address(path: str, value: str = "x") -> str:
    return _PARAMETER.sub(lambda _match: quote(value, safe=""), path).removeprefix("/api")


@pytest.fixture
def shop() -> Shop:
    shop = Shop()
    assert shop.post("/v2/customers", {"customer": {"email": "zoe@example.com"}}).status_code == 200
    return shop


def check(answer: Any, sent: Any) -> None:
    """Whatever it is, it is answered in the way of the API."""
    assert answer.status_code < 500, (sent, answer.content)
    if answer.status_code >= 400:
        assert answer["Content-Type"].startswith("application/problem+json"), (sent, answer.content)
        problem = answer.json()
        assert problem["title"], sent
        assert problem["detail"], sent
        assert problem["status"] == answer.status_code


@pytest.mark.parametrize("path", POSTS)
def test_a_body_that_is_none_is_a_problem(shop: Shop, path: str) -> None:
    before = Event.objects.count(), Profile.objects.count()
    for content_type, raw in BODIES:
        answer = shop.client.generic("POST", f"/api{address(path)}", raw, content_type, headers=bearer(shop.key))
        check(answer, said((content_type, raw)))
        assert answer.status_code >= 400, said((content_type, raw))
    assert (Event.objects.count(), Profile.objects.count()) == before


def examples() -> Iterator[tuple[str, dict[str, Any]]]:
    for path in POSTS:
        content = PATHS[path]["post"]["requestBody"]["content"]["application/json"]
        yield path, content["example"]


@pytest.mark.parametrize(("path", "example"), list(examples()), ids=POSTS)
def test_a_value_that_is_none_is_a_problem_at_its_place(shop: Shop, path: str, example: dict[str, Any]) -> None:
    # V2 meets all wrong types in tests of its own; here each of its places meets some of the rest
    every = 1 if "automations" in path else 6
    for number, place in enumerate(places(example)):
        for value in VALUES[number % every :: every]:
            body = with_value(example, place, value)
            answer = shop.post(address(path), body)
            check(answer, (place, value))


@pytest.mark.parametrize("path", [*GETS, *POSTS])
def test_an_address_or_query_that_is_none_is_a_problem(shop: Shop, path: str) -> None:
    parameters = [one["name"] for one in PATHS[path].get("get", {}).get("parameters", []) if one["in"] == "query"]
    for number, text in enumerate([*HARD[:-1], *naughty_strings()[::40]]):
        sent = dict.fromkeys(parameters[number % max(len(parameters), 1) :][:1], text)
        if len(text) < 2_000:
            check(shop.get(address(path, text), **sent), (text, sent))
            check(shop.post(address(path, text), {}), text)
        check(shop.get(address(path), **dict.fromkeys(parameters, text[:2000])), text)


@pytest.mark.parametrize("key", ["", " ", "x" * 256, "é", "\x7f", "a\tb", *naughty_strings()[::25]])
def test_a_key_of_idempotency_that_is_none_is_a_problem(shop: Shop, key: str) -> None:
    sent = key.encode("utf-8", "replace").decode("latin-1")
    check(shop.post("/v2/customers", {"customer": {"email": "zoe@example.com"}}, once=sent), key)


def test_credentials_that_are_none_are_a_401(shop: Shop) -> None:
    for text in [*HARD[:-1], *naughty_strings()[::8]]:
        sent = text.encode().decode("latin-1")
        for scheme in ("Bearer ", "Basic ", ""):
            answer = shop.client.get("/api/v2/customers", headers={"Authorization": f"{scheme}{sent}"})
            check(answer, text)
            assert answer.status_code == 401, text
