"""Build a mail as bytes: by hand, since the standard library takes longer than a server needs to accept it."""

import base64
import binascii
import re
import time
from dataclasses import dataclass, field
from email.utils import formatdate, quote
from functools import lru_cache

_LINE_BREAKS = re.compile(r"\r\n|\r")
_UNSAFE = re.compile(r"[\x00-\x1f\x7f]+")
_ATOM = re.compile(r"[A-Za-z0-9 !#$%&'*+\-/=?^_`{|}~]*")


@dataclass(frozen=True, slots=True)
class Mail:
    """A message to one address, ready to be built; `message_id` stands without angle brackets."""

    sender_name: str
    sender_email: str
    recipient: str
    subject: str
    html: str
    text: str
    message_id: str
    reply_to: str = ""
    headers: dict[str, str] = field(default_factory=dict)


def all_headers(mail: Mail) -> dict[str, str]:
    """Return the headers of a mail but for those that say how its body is encoded, each one safe to write."""
    headers = {
        "From": address(mail.sender_name, mail.sender_email),
        "To": ascii_address(mail.recipient),
        "Subject": encoded(mail.subject),
        "Date": formatdate(time.time()),
        "Message-ID": f"<{mail.message_id}>",
    }
    if mail.reply_to:
        headers["Reply-To"] = ascii_address(mail.reply_to)
    for name, value in mail.headers.items():
        headers[name] = encoded(value)
    return headers


def build(mail: Mail) -> bytes:
    """Return the message with CRLF line ends, quoted-printable, every line within 76 characters but for headers."""
    head = "".join(f"{name}: {value}\r\n" for name, value in all_headers(mail).items()) + "MIME-Version: 1.0\r\n"
    if not mail.html:
        return head.encode("utf-8", "replace") + _part(b"plain", mail.text)
    boundary = f"=_{mail.message_id.partition('@')[0]}"
    head += f'Content-Type: multipart/alternative; boundary="{boundary}"\r\n\r\n'
    mark = f"--{boundary}".encode()
    parts = (_part(b"plain", mail.text), _part(b"html", mail.html))
    return (
        head.encode("utf-8", "replace") + b"".join(b"%b\r\n%b\r\n" % (mark, part) for part in parts) + mark + b"--\r\n"
    )


@lru_cache(maxsize=200)
def address(name: str, email: str) -> str:
    """Return a name with its address as a header holds it."""
    name = one_line(name)
    if not name:
        return ascii_address(email)
    if not name.isascii():
        return f"{encoded(name)} <{ascii_address(email)}>"
    return f"{name} <{ascii_address(email)}>" if _ATOM.fullmatch(name) else f'"{quote(name)}" <{ascii_address(email)}>'


def ascii_address(email: str) -> str:
    """Return an address with its domain in ASCII; the part before the @ stays as it is."""
    email = one_line(email)
    if email.isascii():
        return email
    local, _, domain = email.rpartition("@")
    try:
        return f"{local}@{domain.encode('idna').decode()}"
    except UnicodeError:
        return email


def encoded(value: str) -> str:
    """Return a header's value as ASCII: encoded words of at most 75 characters, folded, where it is not plain."""
    value = one_line(value)
    if value.isascii() and len(value) <= 900:
        return value
    words, piece = [], b""
    for character in value:
        raw = character.encode("utf-8", "replace")
        if len(piece) + len(raw) > 42:
            words.append(piece)
            piece = b""
        piece += raw
    words.append(piece)
    return "\r\n ".join(f"=?utf-8?b?{base64.b64encode(word).decode()}?=" for word in words)


def one_line(value: str) -> str:
    """Return a value without control characters, so that nobody can write a header of their own."""
    return (value if value.isprintable() else _UNSAFE.sub(" ", value)).strip()


def _part(kind: bytes, body: str) -> bytes:
    plain = _LINE_BREAKS.sub("\n", body) if "\r" in body else body
    quoted = binascii.b2a_qp(plain.encode("utf-8", "replace"), istext=True).replace(b"\n", b"\r\n")
    return b"Content-Type: text/%b; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n%b\r\n" % (
        kind,
        quoted,
    )
