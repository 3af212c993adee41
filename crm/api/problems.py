"""Problems: every error of the API, as application/problem+json (RFC 9457)."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

CONTENT_TYPE = "application/problem+json"


@dataclass(frozen=True, slots=True)
class Fault:
    """One value that is wrong: a JSON pointer into the body (or `?name` for a query parameter) and what to do."""

    pointer: str
    detail: str

    def as_json(self) -> dict[str, str]:
        """Return the member of `errors`."""
        return {"pointer": self.pointer, "detail": self.detail}


@dataclass(slots=True, eq=False)
class Problem(Exception):
    """An answer that is an error; `slug` names its type for ever, `detail` says what to do."""

    status: int
    slug: str
    title: str
    detail: str = ""
    faults: Iterable[Fault] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    members: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        Exception.__init__(self, self.detail or self.title)

    def response(self) -> HttpResponse:
        """Return the problem as an HTTP response."""
        content: dict[str, Any] = {
            "type": f"urn:declic:problem:{self.slug}",
            "title": self.title,
            "status": self.status,
            "detail": self.detail or self.title,
            **self.members,
        }
        if faults := [fault.as_json() for fault in self.faults]:
            content["errors"] = faults
        return HttpResponse(
            json.dumps(content), status=self.status, content_type=CONTENT_TYPE, headers=dict(self.headers)
        )


def pointer(*path: str | int) -> str:
    """Build a JSON pointer (RFC 6901) out of keys and indexes."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in path)


def bad_body(detail: str) -> Problem:
    """Say that the body cannot be read."""
    return Problem(400, "bad-body", _("The body cannot be read"), detail)


def invalid(faults: Iterable[Fault]) -> Problem:
    """Say which values cannot be accepted."""
    faults = list(faults)
    return Problem(422, "invalid-values", _("Some values cannot be accepted"), _said(faults), faults)


def not_found(slug: str, title: str, detail: str) -> Problem:
    """Say that what the request names does not exist."""
    return Problem(404, slug, title, detail)


def _said(faults: list[Fault]) -> str:
    return " ".join(f"{fault.pointer}: {fault.detail}" if fault.pointer else fault.detail for fault in faults[:5])
