"""Bodies that no program of good will sends."""

import json

from crm.api.body import FORM

JSON = "application/json"
MULTIPART = "multipart/form-data; boundary=x"


def nested(opening: str, closing: str, levels: int, inside: str = "1") -> bytes:
    return (opening * levels + inside + closing * levels).encode()


#: (content type, body)
BODIES: list[tuple[str, bytes]] = [
    (JSON, b""),
    (JSON, b" "),
    (JSON, b"null"),
    (JSON, b"true"),
    (JSON, b"[]"),
    (JSON, b"[{}]"),
    (JSON, b'"x"'),
    (JSON, b"0"),
    (JSON, b"{}"),
    (JSON, b"{"),
    (JSON, b"{'a': 1}"),
    (JSON, b'{"a": 1,}'),
    (JSON, b'{"a": 1} {"b": 2}'),
    (JSON, b'{"a": 1, "a": 2}'),
    (JSON, b'{"customer": {"email": "a@b.fr", "email": "c@d.fr"}}'),
    (JSON, b'{"a": NaN}'),
    (JSON, b'{"a": Infinity}'),
    (JSON, b'{"a": -Infinity}'),
    (JSON, b'{"a": 1e400}'),
    (JSON, b'{"a": ' + b"9" * 5_000 + b"}"),
    (JSON, b'{"a": 1e-99999999999}'),
    (JSON, b'{"a": "\\u0000"}'),
    (JSON, b'{"\\u0000": 1}'),
    (JSON, b'{"a": "\x00"}'),
    (JSON, b'{"a": "\\ud800"}'),
    (JSON, b'{"\\udfff": "\\udfff"}'),
    (JSON, b'{"a": "\xff\xfe"}'),
    (JSON, b"\xef\xbb\xbf{}"),
    (JSON, b"\xff\xfe{\x00}\x00"),
    (JSON, '{"a": "é"}'.encode("latin-1")),
    (JSON, nested("[", "]", 10_000)),
    (JSON, nested('{"a":', "}", 10_000)),
    (JSON, b"[" * 200_000),
    (JSON, b'{"a": "' + b"[" * 200_000),
    (JSON, b'{"customer": ' + nested("[", "]", 10_000) + b"}"),
    (JSON, b'{"x": "' + b"x" * 1_100_000 + b'"}'),
    (JSON, json.dumps({f"k{number}": number for number in range(50_000)}).encode()),
    (JSON, json.dumps({"customer": {f"k{number}": {} for number in range(20_000)}}).encode()),
    (JSON, b'{"__proto__": {"a": 1}, "__class__": 1, "constructor": []}'),
    (JSON + "; charset=utf-16", b'{"a": 1}'),
    (JSON + "; charset=hex", b'{"a": 1}'),
    (JSON + "; charset=\x01", b'{"a": 1}'),
    ("", b"{}"),
    ("text/plain", b"{}"),
    ("text/html", b"<html>"),
    ("nonsense", b"{}"),
    (";;;=", b"{}"),
    ("application/xml", b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'),
    (FORM, b""),
    (FORM, b"&&&&"),
    (FORM, b"=" * 1000),
    (FORM, b"a=%"),
    (FORM, b"a=%zz"),
    (FORM, b"a=%00"),
    (FORM, b"a=%ff%fe"),
    (FORM, b"a=%ed%a0%80"),
    (FORM, b"a=1&a=2"),
    (FORM, b"a=1&a[b]=2"),
    (FORM, b"a[]=1&a[b]=2"),
    (FORM, b"a[" + b"=1"),
    (FORM, b"]a[=1"),
    (FORM, b"a" + b"[b]" * 5_000 + b"=1"),
    (FORM, b"&".join(b"a%d=1" % number for number in range(10_000))),
    (FORM, b"&".join(b"a[]=1" for _number in range(4_999))),
    (FORM, b"a[999999999999]=1"),
    (FORM, b'{"a": 1}'),
    (FORM + "; charset=utf-16", b"a=1"),
    (MULTIPART, b""),
    (MULTIPART, b"--x\r\n"),
    (MULTIPART, b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n\x00\xff\r\n--x--\r\n'),
    (MULTIPART, b'--x\r\nContent-Disposition: form-data; name="a"; filename="\x00/../../etc"\r\n\r\nb\r\n--x--\r\n'),
    (MULTIPART + "; charset=hex", b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\nb\r\n--x--\r\n'),
    (MULTIPART + "; charset=undefined", b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\nb\r\n--x--\r\n'),
    (MULTIPART + "; charset=idna", b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\nb\r\n--x--\r\n'),
    (MULTIPART + "; charset=utf-16", b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\nb\r\n--x--\r\n'),
    (MULTIPART + "; charset=utf-7", b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\nb\r\n--x--\r\n'),
    ("multipart/form-data", b"--x--"),
    ("multipart/form-data; boundary=" + "x" * 500, b"--x--"),
    ("multipart/form-data; boundary=\xe9", b"--x--"),
]


def said(body: tuple[str, bytes]) -> str:
    return f"{body[0]} {body[1][:60]!r} ({len(body[1])})"
