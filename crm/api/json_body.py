"""JSON as the API takes it: strict, bounded, and storable in either database."""

import json
import math
import re
from typing import Any, NoReturn

from django.utils.translation import gettext as _

from crm.api.limits import MAX_DEPTH, MAX_INTEGER, no_nul
from crm.api.problems import bad_body

# From an opening quote to its closing one, or to the end: it always matches, so that scanning stays linear.
_STRING = re.compile(r'"(?:[^"\\]++|\\.)*+"?', re.DOTALL)
_NOT_BRACKET = re.compile(r"[^\[\]{}]++")


def parse_json(raw: bytes) -> Any:
    """Parse a JSON text; raises a Problem for whatever RFC 8259 leaves open or a database cannot keep."""
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise bad_body(_("The body is not UTF-8 (at byte %(at)d).") % {"at": error.start}) from None
    _check_depth(text)
    try:
        value = json.loads(
            text, object_pairs_hook=_object, parse_constant=_refuse_constant, parse_int=_integer, parse_float=_number
        )
    except json.JSONDecodeError as error:
        where = {"message": error.msg, "line": error.lineno, "column": error.colno}
        raise bad_body(_("The body is not JSON: %(message)s (line %(line)d, column %(column)d).") % where) from None
    # A NUL or half a surrogate pair can only come out of an escape; bodies without one need no second look.
    if "\\u" in text:
        _check_text(value)
    return value


def _check_depth(text: str) -> None:
    if text.count("[") + text.count("{") <= MAX_DEPTH:
        return
    depth = 0
    for bracket in _NOT_BRACKET.sub("", _STRING.sub("", text)):
        depth += 1 if bracket in "[{" else -1
        if depth > MAX_DEPTH:
            raise bad_body(_("The body is nested deeper than %(depth)d levels.") % {"depth": MAX_DEPTH})


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        seen: set[str] = set()
        twice = next(key for key, _value in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        raise bad_body(_("The key “%(key)s” stands twice in one object.") % {"key": _shown(twice)})
    return value


def _refuse_constant(name: str) -> NoReturn:
    raise bad_body(_("%(name)s is not a JSON value.") % {"name": name})


def _integer(digits: str) -> int:
    # 20 characters hold every 64-bit integer; longer ones are not even converted.
    if len(digits) <= 20 and abs(value := int(digits)) <= MAX_INTEGER:
        return value
    raise bad_body(_("The number %(number)s… is too large; send it as a string.") % {"number": digits[:20]})


def _number(digits: str) -> float:
    value = float(digits)
    if math.isfinite(value):
        return value
    raise bad_body(_("The number %(number)s is too large; send it as a string.") % {"number": digits[:20]})


def _check_text(value: Any) -> None:
    if isinstance(value, str):
        no_nul(value)
        if not value.isascii():
            try:
                value.encode()
            except UnicodeEncodeError:
                raise bad_body(_("A text holds half a surrogate pair, which is no character.")) from None
    elif isinstance(value, dict):
        for key, entry in value.items():
            _check_text(key)
            _check_text(entry)
    elif isinstance(value, list):
        for entry in value:
            _check_text(entry)


def _shown(key: str) -> str:
    return key[:50].encode(errors="replace").decode()
