"""Errors: one form for all of them, nothing written, never a 500 for bad input."""

from typing import Any

import pytest

from crm.models import Tag
from tests.crm.api.calls import JSON, Shop, bearer

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.crm.api.small_api")]


def problem(answer: Any, status: int) -> dict[str, Any]:
    assert answer.status_code == status
    assert answer["Content-Type"] == "application/problem+json"
    content: dict[str, Any] = answer.json()
    assert content["status"] == status
    assert content["type"].startswith("urn:declic:problem:")
    assert content["title"]
    assert content["detail"]
    assert not Tag.objects.exists()
    return content


def test_a_wrong_type_is_pointed_at() -> None:
    content = problem(Shop().post("/tags", {"name": ["x"]}), 422)
    assert content["errors"] == [{"pointer": "/name", "detail": "This must be a text."}]


def test_a_missing_value_is_pointed_at() -> None:
    assert problem(Shop().post("/tags", {}), 422)["errors"][0]["pointer"] == "/name"


def test_an_empty_body_is_told_what_is_missing() -> None:
    assert problem(Shop().post("/tags", b""), 422)["detail"] == "The body is empty."


def test_a_body_in_chunks_is_asked_for_its_length() -> None:
    shop = Shop()
    answer = shop.client.post(
        "/api/tags",
        b"",
        content_type=JSON,
        headers=bearer(shop.key) | {"Transfer-Encoding": "chunked"},
        CONTENT_LENGTH="",
    )
    problem(answer, 411)


def test_what_a_service_finds_invalid_is_pointed_at_and_undone() -> None:
    content = problem(Shop().post("/tags", {"name": "x", "then": "invalid"}), 422)
    assert content["errors"] == [{"pointer": "/tag/name", "detail": "Too blue."}]


def test_what_a_rule_forbids_is_said() -> None:
    assert problem(Shop().post("/tags", {"name": "x", "then": "refused"}), 422)["detail"] == "Not today."


def test_a_body_that_cannot_be_read_is_a_400() -> None:
    assert "deeper" in problem(Shop().post("/tags", b"[" * 10_000), 400)["detail"]


@pytest.mark.parametrize("size", [1_000_001, 10_000_000])
def test_a_body_over_a_megabyte_is_a_413(size: int) -> None:
    problem(Shop().post("/tags", b'{"name": "' + b"x" * size + b'"}'), 413)


def test_another_type_of_body_is_a_415() -> None:
    answer = Shop().post("/tags", b"<name/>", content_type="text/xml")
    problem(answer, 415)
    assert JSON in answer["Accept"]


def test_a_bug_is_reported_and_undone(caplog: pytest.LogCaptureFixture) -> None:
    shop = Shop()
    shop.client.raise_request_exception = False
    content = problem(shop.post("/tags", {"name": "x", "then": "bug"}), 500)
    assert "a bug" not in str(content)
    assert "KeyError" in caplog.text


def test_an_address_that_does_not_exist_is_a_404() -> None:
    problem(Shop().get("/nothing"), 404)


def test_a_method_that_is_not_taken_is_a_405() -> None:
    answer = Shop().get("/tags")
    problem(answer, 405)
    assert answer["Allow"] == "POST"
