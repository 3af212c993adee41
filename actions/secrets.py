"""Secrets at rest: encrypted with a key that follows from SECRET_KEY.

HMAC-SHA256 in counter mode as the stream, then HMAC-SHA256 over nonce and ciphertext (encrypt-then-MAC), with separate
keys: all of it stands on the standard library. Old keys in SECRET_KEY_FALLBACKS still open what they closed.
"""

import hashlib
import hmac
import os

from django.conf import settings

_NONCE, _MAC, _BLOCK = 16, 32, 32


class Undecipherable(Exception):
    """The secret was encrypted under another SECRET_KEY, or was damaged."""


def encrypt(plain: str) -> bytes:
    """Return what may be stored."""
    stream_key, mac_key = _keys(settings.SECRET_KEY)
    nonce = os.urandom(_NONCE)
    sealed = nonce + _mixed(plain.encode(), stream_key, nonce)
    return sealed + hmac.digest(mac_key, sealed, hashlib.sha256)


def decrypt(stored: bytes) -> str:
    """Return the secret; raises Undecipherable."""
    sealed, mac = bytes(stored)[:-_MAC], bytes(stored)[-_MAC:]
    for secret_key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        stream_key, mac_key = _keys(str(secret_key))
        if hmac.compare_digest(hmac.digest(mac_key, sealed, hashlib.sha256), mac):
            return _mixed(sealed[_NONCE:], stream_key, sealed[:_NONCE]).decode()
    raise Undecipherable


def _keys(secret_key: str) -> tuple[bytes, bytes]:
    master = hmac.digest(secret_key.encode(), b"declic integrations", hashlib.sha256)
    return hmac.digest(master, b"stream", hashlib.sha256), hmac.digest(master, b"mac", hashlib.sha256)


def _mixed(text: bytes, key: bytes, nonce: bytes) -> bytes:
    """Add the key stream to a text: the same call encrypts and decrypts."""
    count = -(-len(text) // _BLOCK)
    stream = b"".join(hmac.digest(key, nonce + i.to_bytes(4, "big"), hashlib.sha256) for i in range(count))
    return bytes(a ^ b for a, b in zip(text, stream, strict=False))
