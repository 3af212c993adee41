"""Tokens in addresses that carry a right: a random uid that is signed, for one purpose; nothing personal is in them."""

import base64
import uuid

from django.core import signing


class Tokens:
    """The tokens of one purpose; they open nothing else. Former keys (`SECRET_KEY_FALLBACKS`) stay good."""

    def __init__(self, purpose: str) -> None:
        self._signer = signing.Signer(salt=purpose)

    def of(self, uid: uuid.UUID) -> str:
        """Return the token that stands for a uid."""
        return self._signer.sign(base64.urlsafe_b64encode(uid.bytes).decode().rstrip("="))

    def uid(self, token: str) -> uuid.UUID | None:
        """Return the uid that a token stands for; None for a token that is not ours."""
        try:
            return uuid.UUID(bytes=base64.urlsafe_b64decode(self._signer.unsign(token) + "=="))
        except (signing.BadSignature, ValueError):
            return None
