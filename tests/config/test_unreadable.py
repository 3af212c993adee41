"""A request that holds what is no text is refused before anybody reads it."""

import pytest
from django.test import Client

from config.unreadable import is_charset


@pytest.mark.parametrize("name", ["utf-8", "iso-8859-1", "windows-1252", "us-ascii", "utf-16", "shift_jis", "big5"])
def test_a_charset_is_one(name: str) -> None:
    assert is_charset(name)


@pytest.mark.parametrize("name", ["hex", "base64", "zip", "bz2", "rot13", "undefined", "idna", "nope", "x" * 5_000])
def test_a_codec_is_none(name: str) -> None:
    assert not is_charset(name)


@pytest.mark.parametrize(("charset", "status"), [("hex", 400), ("undefined", 400), ("utf-8", 200)])
@pytest.mark.django_db
def test_a_form_in_such_a_charset_is_a_bad_request(charset: str, status: int) -> None:
    body = b'--x\r\nContent-Disposition: form-data; name="username"\r\n\r\njo\r\n--x--\r\n'
    content_type = f"multipart/form-data; boundary=x; charset={charset}"
    assert Client().generic("POST", "/admin/login/", body, content_type=content_type).status_code == status


@pytest.mark.parametrize("charset", ["hex", "undefined"])
def test_the_api_answers_with_a_problem(charset: str) -> None:
    answer = Client().generic("POST", "/api/v2/customers", b"{}", content_type=f"application/json; charset={charset}")
    assert answer.status_code == 400
    assert answer["Content-Type"].startswith("application/problem+json")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address", ["/admin/?q=%00", "/admin/%00/", "/m/survey/?a%00=1", "/api/v2/customers?email=a%00b"]
)
def test_nul_in_an_address_is_a_bad_request(address: str) -> None:
    assert Client().get(address).status_code == 400
    assert Client().get(address.replace("%00", "%2500")).status_code != 400
