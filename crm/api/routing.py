"""A router whose addresses work with and without the slash at their end, as SPREAD's plugins write both."""

from collections.abc import Callable
from typing import Any

from ninja import Router
from pydantic import BaseModel

from crm.api.body import FORM
from crm.api.problems import CONTENT_TYPE


class ApiProblem(BaseModel):
    """An error, as application/problem+json (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[dict[str, str]] = []


class SlashRouter(Router):
    """A router that takes each address in both forms and documents the errors that every route may answer."""

    def add_api_operation(self, path: str, methods: list[str], view_func: Callable[..., Any], **options: Any) -> None:
        """Register a route twice; the form without the slash is the documented one."""
        described = {**options, "openapi_extra": _described(methods, options.get("openapi_extra"))}
        super().add_api_operation(path, methods, view_func, **described)
        super().add_api_operation(f"{path}/", methods, view_func, **{**options, "include_in_schema": False})


def _described(methods: list[str], extra: dict[str, Any] | None) -> dict[str, Any]:
    statuses = {"401": "No valid key", "403": "The key lacks the scope"}
    described: dict[str, Any] = {**(extra or {})}
    if "POST" in methods:
        statuses |= {
            "400": "The body cannot be read",
            "404": "What the request names does not exist",
            "409": "The Idempotency-Key was used for another request, or its request is under way",
            "411": "The body does not say how long it is",
            "413": "The body is too large",
            "415": "The type of the body is not supported",
        }
        described["parameters"] = [
            {
                "in": "header",
                "name": "Idempotency-Key",
                "schema": {"type": "string", "maxLength": 255},
                "description": "Same key and same body: done once, same answer. Kept for two days.",
            }
        ]
    statuses["422"] = "Values cannot be accepted"
    shown = {"schema": ApiProblem.model_json_schema()}
    described["responses"] = described.get("responses", {}) | {
        status: {"description": said, "content": {CONTENT_TYPE: shown}} for status, said in statuses.items()
    }
    return described


def documented(
    answer: dict[str, Any], *, status: int = 200, body: type[BaseModel] | None = None, example: Any = None
) -> dict[str, Any]:
    """Show an answer of a route, and a body: as JSON, and form-encoded with PHP's brackets too."""
    extra: dict[str, Any] = {
        # a number, as Ninja's own: the text would stand beside it as a second key of the same name
        "responses": {status: {"description": "OK", "content": {"application/json": {"example": answer}}}}
    }
    if body is not None:
        shown = {"schema": {"$ref": f"#/components/schemas/{body.__name__}"}, "example": example}
        extra["requestBody"] = {"content": {"application/json": {"example": example}, FORM: shown}}
    return extra
