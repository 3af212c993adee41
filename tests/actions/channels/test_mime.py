"""Mails as bytes, read back by the standard library."""

import email
import email.policy
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions.channels.mime import Mail, build

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=300)


def a_mail(**values: str) -> Mail:
    parts = {"subject": "Hello", "html": "<p>Hello</p>", "text": "Hello"}
    return Mail(
        "Shop", "shop@example.com", values.pop("recipient", "zoe@example.com"), message_id="1@x", **(parts | values)
    )


def read(mail: Mail) -> EmailMessage:
    return email.message_from_bytes(build(mail), policy=email.policy.default)  # type: ignore[return-value]


def content(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    assert part is not None
    return part.get_content().replace("\r\n", "\n")


@given(TEXTS, TEXTS)
def test_any_text_comes_back_as_it_was(html: str, text: str) -> None:
    message = read(a_mail(html=html + "x", text=text))
    assert not message.defects
    assert content(message, "html").rstrip("\n") == unified(html + "x").rstrip("\n")
    assert content(message, "plain").rstrip("\n") == unified(text).rstrip("\n")


@given(TEXTS)
def test_any_subject_is_one_header_of_ascii(subject: str) -> None:
    raw = build(a_mail(subject=subject, html=""))
    head = raw.partition(b"\r\n\r\n")[0]
    assert head.isascii()
    assert all(len(line) < 998 for line in head.split(b"\r\n"))
    assert [name for name in email.message_from_bytes(raw) if name.lower() == "subject"] == ["Subject"]


def test_lines_end_with_crlf_and_are_short() -> None:
    raw = build(a_mail(html="é" * 5000 + "\r\n\n\rend", text="x" * 5000))
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert b"\r" not in raw.replace(b"\r\n", b"")
    assert max(len(line) for line in raw.split(b"\r\n")) <= 100


def test_a_domain_outside_of_ascii_is_written_in_ascii() -> None:
    assert b"To: zoe@xn--exmple-cua.com\r\n" in build(a_mail(recipient="zoe@exämple.com"))


@pytest.mark.parametrize("name", ['Shop, "the" best', "Café ☕", "a\r\nBcc: x@example.com", "Shop\\"])
def test_a_sender_with_any_name_stays_one_address(name: str) -> None:
    message = read(Mail(name, "shop@example.com", "zoe@example.com", "s", "", "t", "1@x"))
    assert message["bcc"] is None
    assert [address.addr_spec for address in message["from"].addresses] == ["shop@example.com"]


def test_headers_of_ours_are_there() -> None:
    message = read(Mail("S", "s@x.com", "z@x.com", "s", "", "t", "id@x", reply_to="r@x.com", headers={"X-A": "b"}))
    assert (message["message-id"], message["reply-to"], message["x-a"]) == ("<id@x>", "r@x.com", "b")
    assert message["date"] is not None


def unified(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")
