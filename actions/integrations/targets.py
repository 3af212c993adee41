"""Webhook targets: a name, an address, and signing secrets that can be written and never read again."""

import base64
import binascii
import json
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.db import transaction
from django.utils.translation import gettext as _

from actions.models import Integration
from actions.outbound.standard_webhooks import PREFIX, new_secret
from actions.secrets import decrypt, encrypt
from crm import clock
from crm.errors import Invalid

__all__ = ["check_secret", "check_url", "make_target", "new_secret", "set_target", "signing_secrets"]

KIND = "webhook"
#: how long the former secret still signs beside the new one
OVERLAP = timedelta(hours=24)


def make_target(*, name: str, url: str, secret: str = "") -> tuple[Integration, str]:
    """Make a target; returns it with its secret (a new one unless given), which is not shown again. Raises Invalid."""
    target = Integration(kind=KIND)
    secret = set_target(target, name=name, url=url, secret=secret or new_secret())
    return target, secret


def set_target(target: Integration, *, name: str, url: str, secret: str = "", is_active: bool | None = None) -> str:
    """Change a target; a new secret signs from now on, beside the former one for a day. Raises Invalid.

    Returns the secret that was set, empty for none.
    """
    target.name, target.settings = _name(name), {**target.settings, "url": check_url(url)}
    if secret:
        check_secret(secret)
        now = clock.now()
        former = _stored(target)[:1] if target.secret else []
        kept = [{"secret": one["secret"], "until": (now + OVERLAP).isoformat()} for one in former]
        target.secret = encrypt(json.dumps([{"secret": secret, "until": ""}, *kept]))
    if is_active is not None:
        target.is_active = is_active
    with transaction.atomic():
        target.save()
    return secret


def signing_secrets(target: Integration) -> list[str]:
    """Return the secrets that sign now, the newest first."""
    now = clock.now()
    rows = _stored(target) if target.secret else []
    return [row["secret"] for row in rows if not row["until"] or datetime.fromisoformat(row["until"]) > now]


def check_url(url: str) -> str:
    """Return an http(s) address; raises Invalid."""
    url = url.strip()
    try:
        parts = urlsplit(url)
        is_fine = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_fine = False
    if not is_fine or len(url) > 500 or "@" in parts.netloc or any(ch <= " " for ch in url):
        raise Invalid(_("Give an address that begins with https:// or http://, without a password."), field="url")
    return url


def check_secret(secret: str) -> None:
    """Raise Invalid for what is no signing secret (`whsec_` and the base64 of 24 to 64 bytes)."""
    try:
        raw = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError):
        raw = b""
    if not secret.startswith(PREFIX) or not 24 <= len(raw) <= 64:
        raise Invalid(_("A secret begins with whsec_ and holds 24 to 64 bytes in base64."), field="secret")


def _stored(target: Integration) -> list[dict[str, str]]:
    rows: list[dict[str, str]] = json.loads(decrypt(bytes(target.secret or b"")))
    return rows


def _name(name: str) -> str:
    name = name.strip()
    if not name or len(name) > 120:
        raise Invalid(_("Give a name of at most 120 characters."), field="name")
    return name
