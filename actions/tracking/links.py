"""Links of ours in e-mails: short, signed for one delivery and one target, so that they lead nowhere else."""

import base64
import hmac
import html
import re
from binascii import b2a_base64
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from typing import Self
from urllib.parse import quote

from django.conf import settings

from actions.models import Content, Delivery

#: where links and pictures of ours are; the web process answers them on a short way (config/wsgi.py)
CLICKS, OPENS = "/c/", "/o/"
_ID, _MAC = 6, 9
LONGEST = 2000
_SAFE = bytes.maketrans(b"+/", b"-_")
_WRITTEN = re.compile(r"""\bhref\s*=\s*(?:"([^"]*)"|'([^']*)')""", re.IGNORECASE)
_WEB = re.compile(r"https?://[^\s/?#\\@]+(?:[/?#][^\x00-\x20\\]*)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Target:
    """Where a link leads, with what is made of it once for all deliveries: its bytes, and what it adds to the link."""

    raw: bytes
    query: str

    @classmethod
    def of(cls, url: str, *, is_written: bool) -> Self:
        """Return a target; one that its content holds word by word needs not be carried along."""
        return cls(url.encode("utf-8", "replace"), "" if is_written else f"?u={quote(url, safe='')}")


def linker(delivery_id: int) -> Callable[[Target], str]:
    """Return what makes the links of one delivery."""
    key, number = _key(settings.SECRET_KEY), delivery_id.to_bytes(_ID, "big")
    start, address = b"c" + number, settings.SITE_URL + CLICKS

    def link(target: Target) -> str:
        mac = blake2b(start + target.raw, key=key, digest_size=_MAC).digest()
        return f"{address}{_written(number + mac)}{target.query}"

    return link


def click_url(delivery_id: int, url: str, *, is_written: bool) -> str:
    """Return the link of ours that leads to `url`."""
    return linker(delivery_id)(Target.of(url, is_written=is_written))


def pixel_url(delivery_id: int) -> str:
    """Return the address of the picture that tells of an open."""
    return f"{settings.SITE_URL}{OPENS}{_token(b'o', delivery_id, '')}.gif"


def opened(token: str) -> int | None:
    """Return the id of the delivery whose picture is asked for; None for a token that is not ours."""
    delivery_id, _mac = _read(token)
    return delivery_id if delivery_id is not None and _is_ours(token, b"o", delivery_id, "") else None


def clicked(token: str, given: str = "") -> tuple[int, str] | None:
    """Return the delivery and the target of a link; None for a link that is not ours, or was changed."""
    delivery_id, _mac = _read(token)
    if delivery_id is None:
        return None
    targets = (given,) if given else _targets_of(delivery_id)
    url = next((url for url in targets if _is_ours(token, b"c", delivery_id, url)), "")
    return (delivery_id, url) if is_web(url) else None


def is_web(url: str) -> bool:
    """Tell whether an address is one that may be led to: http or https with a host, nothing hidden in it."""
    return len(url) <= LONGEST and _WEB.fullmatch(url) is not None


@lru_cache(maxsize=256)
def written_links(source: str) -> frozenset[str]:
    """Return the addresses that stand in HTML (or MJML) as they are, without merge tags."""
    found = (html.unescape(double or single).strip() for double, single in _WRITTEN.findall(source))
    return frozenset(url for url in found if "{" not in url and is_web(url))


def _targets_of(delivery_id: int) -> frozenset[str]:
    row = Delivery.objects.filter(pk=delivery_id).values_list("content_id", "content__digest").first()
    return _targets(*row) if row else frozenset()


@lru_cache(maxsize=256)
def _targets(content_id: int, digest: str) -> frozenset[str]:
    parts = Content.objects.filter(pk=content_id, digest=digest).values_list("parts", flat=True).first()
    return written_links(str((parts or {}).get("html") or ""))


def _token(kind: bytes, delivery_id: int, url: str) -> str:
    number = delivery_id.to_bytes(_ID, "big")
    return _written(number + _mac(_key(settings.SECRET_KEY), kind, number, url))


def _written(raw: bytes) -> str:
    return b2a_base64(raw, newline=False).translate(_SAFE).decode()


def _mac(key: bytes, kind: bytes, number: bytes, url: str) -> bytes:
    return blake2b(kind + number + url.encode("utf-8", "replace"), key=key, digest_size=_MAC).digest()


def _read(token: str) -> tuple[int | None, bytes]:
    try:
        raw = base64.b64decode(token, altchars=b"-_", validate=True) if token.isascii() else b""
    except ValueError:
        raw = b""
    return (int.from_bytes(raw[:_ID], "big"), raw[_ID:]) if len(raw) == _ID + _MAC else (None, b"")


def _is_ours(token: str, kind: bytes, delivery_id: int, url: str) -> bool:
    """Compare with what we would have signed, also with the keys that were ours before."""
    _delivery, mac = _read(token)
    number = delivery_id.to_bytes(_ID, "big")
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    return any(hmac.compare_digest(mac, _mac(_key(key), kind, number, url)) for key in keys)


@lru_cache(maxsize=8)
def _key(secret: str) -> bytes:
    return hmac.digest(secret.encode(), b"declic tracking", "sha256")
