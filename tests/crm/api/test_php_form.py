"""Form-encoded bodies with PHP's brackets mean what the same JSON means."""

import json
import subprocess
from typing import Any

import pytest

from crm.api.body import FORM, parse_body
from crm.api.problems import Problem

CART: dict[str, Any] = {
    "customerEmail": "zoé+test@example.com",
    "key": {"cartId": 12345},
    "cart_items_count": 2,
    "cart_grandTotal": 54.1,
    "createProfile": True,
    "guest": False,
    "items": [
        {"name": "Thé & café [bio] 100 %", "price": "10.50", "tags": ["a", "b"], "1": "one"},
        {"name": "=;\"'<é>\n😀", "price": "12", "tags": ["c"], "legend": ""},
    ],
    "sizes": {"38": "1", "40": "2"},
    "deep": {"a": {"b": {"c": ["x", {"d": "e"}]}}},
}


def as_form(value: Any) -> Any:
    """Say a JSON value with the leaves that a form has: texts, and nothing for null."""
    if isinstance(value, dict):
        return {key: as_form(entry) for key, entry in value.items()}
    if isinstance(value, list):
        return [as_form(entry) for entry in value]
    return str(int(value)) if isinstance(value, bool) else str(value)


@pytest.mark.php
def test_what_php_encodes_means_the_same_as_json() -> None:
    script = "echo http_build_query(json_decode(stream_get_contents(STDIN), true));"
    encoded = subprocess.run(["php", "-r", script], input=json.dumps(CART).encode(), capture_output=True, check=True)
    assert parse_body(encoded.stdout, FORM) == as_form(parse_body(json.dumps(CART).encode(), "application/json"))


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        (b"key[cartId]=12345&a=x+y%21", {"key": {"cartId": "12345"}, "a": "x y!"}),
        (b"add_tag[]=x&add_tag[]=y", {"add_tag": ["x", "y"]}),
        (b"items[][n]=1&items[][n]=2", {"items": [{"n": "1"}, {"n": "2"}]}),
        (b"items[1]=b&items[0]=a", {"items": ["a", "b"]}),
        (b"items[1]=b&items[2]=c", {"items": {"1": "b", "2": "c"}}),
        (b"a[01]=x", {"a": {"01": "x"}}),
        (b"a=&b", {"a": "", "b": ""}),
        (b"a%5Bb%5D=1", {"a": {"b": "1"}}),
        (b"__proto__[x]=1&constructor=2", {"__proto__": {"x": "1"}, "constructor": "2"}),
        (b"a.b c=1", {"a.b c": "1"}),
        (b"", {}),
    ],
)
def test_brackets_make_lists_and_objects(raw: bytes, value: dict[str, Any]) -> None:
    assert parse_body(raw, FORM) == value


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"a[b=1", "well formed"),
        (b"a]b=1", "well formed"),
        (b"a[b]c=1", "well formed"),
        (b"a[[b]]=1", "well formed"),
        (b"[]=1", "well formed"),
        (b"=1", "well formed"),
        (b"a=1&a=2", "twice"),
        (b"a=1&a[b]=2", "twice"),
        (b"a[b]=1&a=2", "twice"),
        (b"a[]=1&a[x]=2&a[]=3", "mixes"),
        (b"a[2]=1&a[1]=2&a[]=3", "mixes"),
        (b"a=%00", "NUL"),
        (b"a\x00=1", "NUL"),
        (b"a=%ff", "UTF-8"),
        (b"a=%zz", "percent"),
        (b"a" + b"[x]" * 10_000 + b"=1", "deeper"),
        (b"a[]=&" * 5_001, "fields"),
        (b'{"a": 1}', "looks like JSON"),
    ],
)
def test_hostile_and_ambiguous_forms_are_refused(raw: bytes, said: str) -> None:
    with pytest.raises(Problem) as caught:
        parse_body(raw, FORM)
    assert caught.value.status == 400
    assert said in caught.value.detail
