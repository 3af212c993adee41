"""Read the body of a request: JSON or a PHP form, whichever it says it is."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja.parser import Parser

from crm.api.json_body import parse_json
from crm.api.limits import MAX_BODY
from crm.api.php_form import parse_form
from crm.api.problems import Problem, bad_body

FORM = "application/x-www-form-urlencoded"


def parse_body(raw: bytes, content_type: str) -> dict[str, Any]:
    """Parse a body into an object; raises a Problem (400, 413 or 415) for anything else."""
    if len(raw) > MAX_BODY:
        raise too_large()
    parse = _parser(content_type)
    if parse is parse_form and raw.lstrip().startswith(b"{"):
        raise bad_body(_("The body looks like JSON: send it with “Content-Type: application/json”."))
    value = parse(raw)
    if not isinstance(value, dict):
        raise bad_body(_("The body must be an object: names and values."))
    return value


def check_announced_size(request: HttpRequest) -> None:
    """Refuse a body by the length that its headers announce, before any of it is read; and one that announces none."""
    announced = request.META.get("CONTENT_LENGTH") or ""
    if not announced and "HTTP_TRANSFER_ENCODING" in request.META:
        raise Problem(
            411,
            "length-required",
            _("The length of the body is missing"),
            _("Send the body with a Content-Length, not in chunks."),
            headers={"Connection": "close"},
        )
    if announced.isdigit() and (len(announced) > 12 or int(announced) > MAX_BODY):
        raise too_large()


def too_large() -> Problem:
    """Say that the body is too large; the connection is closed, since the rest of it is not read."""
    return Problem(
        413,
        "body-too-large",
        _("The body is too large"),
        _("A body holds at most %(most)d bytes; send less in one call.") % {"most": MAX_BODY},
        headers={"Connection": "close"},
    )


class StrictParser(Parser):
    """The parser that Django Ninja asks for the body of every route."""

    def parse_body(self, request: HttpRequest) -> dict[str, Any]:
        """Parse the body of a request."""
        return parse_body(request.body, request.META.get("CONTENT_TYPE", ""))


def _parser(content_type: str) -> Callable[[bytes], Any]:
    kind, *parameters = (part.strip().lower() for part in content_type.split(";"))
    charset = next((part[8:].strip('"') for part in parameters if part.startswith("charset=")), "utf-8")
    if charset in ("utf-8", "utf8", "us-ascii"):
        if kind == "application/json" or (kind.startswith("application/") and kind.endswith("+json")):
            return parse_json
        if kind == FORM:
            return parse_form
    raise Problem(
        415,
        "unsupported-media-type",
        _("The type of the body is not supported"),
        _("Send application/json or %(form)s, in UTF-8.") % {"form": FORM},
        headers={"Accept": f"application/json, {FORM}"},
    )
