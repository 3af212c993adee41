"""JSON bodies: what is read, and what is refused with a clear 400."""

import time

import pytest

from crm.api.body import parse_body
from crm.api.problems import Problem

JSON = "application/json"


def refused(raw: bytes, content_type: str = JSON) -> Problem:
    with pytest.raises(Problem) as caught:
        parse_body(raw, content_type)
    return caught.value


def test_an_object_is_read_as_it_is_written() -> None:
    raw = '{"a": [1, "x", 1.5, null, true], "é": {"emoji": "\\ud83d\\ude00"}}'.encode()
    assert parse_body(raw, JSON) == {"a": [1, "x", 1.5, None, True], "é": {"emoji": "😀"}}


def test_a_vendor_type_and_a_charset_are_understood() -> None:
    assert parse_body(b"{}", 'application/vnd.shop+json; charset="UTF-8"') == {}


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b'{"a": 1, "a": 2}', "twice"),
        (b'{"a": {"b": 1, "b": 1}}', "twice"),
        (b'{"a": NaN}', "NaN"),
        (b'{"a": -Infinity}', "-Infinity"),
        (b'{"a": 1e999}', "too large"),
        (b'{"a": 9223372036854775808}', "too large"),
        (b'{"a": ' + b"9" * 100_000 + b"}", "too large"),
        (b'{"a": "\\u0000"}', "NUL"),
        (b'{"\\u0000": 1}', "NUL"),
        (b'{"a": "\x00"}', "control character"),
        (b'{"a": "\\ud800"}', "surrogate"),
        (b'{"a": "\xff"}', "UTF-8"),
        (b"", "not JSON"),
        (b'{"a": ', "not JSON"),
        (b"[]", "object"),
        (b'"text"', "object"),
        (b"null", "object"),
    ],
)
def test_what_is_not_plain_json_is_refused(raw: bytes, said: str) -> None:
    problem = refused(raw)
    assert problem.status == 400
    assert said in problem.detail


@pytest.mark.parametrize("opening", [b"[", b'{"a":', b'[{"a":'])
def test_nesting_ten_thousand_deep_is_refused(opening: bytes) -> None:
    assert "deeper" in refused(opening * 10_000).detail


def test_nesting_is_refused_only_beyond_its_limit() -> None:
    assert parse_body(b'{"a":' * 32 + b"1" + b"}" * 32, JSON)
    assert "deeper" in refused(b'{"a":' * 33 + b"1" + b"}" * 33).detail


def test_brackets_in_texts_are_no_nesting() -> None:
    assert parse_body(b'{"a": "' + b"[" * 500 + b'\\"' + b"{" * 500 + b'"}', JSON)


@pytest.mark.parametrize("hostile", [b'"' + b'\\"' * 450_000, b'{"a":[' + b"[]," * 300_000 + b"[]]}", b"{" * 999_999])
def test_a_hostile_body_is_judged_in_no_time(hostile: bytes) -> None:
    started = time.process_time()
    try:
        parse_body(hostile, JSON)
    except Problem as problem:
        assert problem.status == 400
    assert time.process_time() - started < 2


def test_a_body_over_a_megabyte_is_too_large() -> None:
    assert refused(b" " * 1_000_001).status == 413


@pytest.mark.parametrize(
    "content_type", ["", "text/plain", "multipart/form-data; boundary=x", "application/json; charset=latin-1"]
)
def test_other_types_of_body_are_not_supported(content_type: str) -> None:
    problem = refused(b"{}", content_type)
    assert problem.status == 415
    assert "application/json" in problem.detail
