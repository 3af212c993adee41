"""API keys: made once, shown once, kept as a hash."""

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from crm import clock
from crm.errors import Invalid
from crm.models import ApiKey

#: what a key may do, and how the back-office says it
SCOPES: dict[str, Promise | str] = {
    "customers:read": _("Read customers"),
    "customers:write": _("Create and update customers"),
    "orders:read": _("Read orders"),
    "orders:write": _("Create and update orders"),
    "cagnottes:read": _("Read pots"),
    "cagnottes:write": _("Give and take points"),
    "carts:write": _("Push carts"),
    "consents:read": _("Read consents"),
    "consents:write": _("Change consents"),
    "sponsorships:read": _("Read referrals"),
    "campaigns:read": _("Read modules"),
    "participations:read": _("Read participations"),
    "participations:write": _("Record participations"),
    "automations:read": _("Read the figures of workflows"),
    "automations:write": _("Trigger and stop workflows"),
}

PREFIX_LENGTH = 12


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key pair as it is shown once: the private key is not kept."""

    api_key: ApiKey
    private_key: str


def make_key(name: str, *, scopes: Iterable[str] | None = None) -> NewKey:
    """Make a key pair; without `scopes` it may do everything. Raises Invalid for an unknown scope."""
    granted = list(SCOPES) if scopes is None else list(dict.fromkeys(scopes))
    if unknown := [scope for scope in granted if scope not in SCOPES]:
        raise Invalid(_now("Unknown scopes: %(names)s.") % {"names": ", ".join(unknown)}, field="scopes")
    private_key = "sk_" + secrets.token_urlsafe(32)
    api_key = ApiKey.objects.create(
        name=name,
        public_key="pk_" + secrets.token_urlsafe(18),
        secret_prefix=private_key[:PREFIX_LENGTH],
        secret_hash=hash_secret(private_key),
        scopes=granted,
    )
    return NewKey(api_key, private_key)


def revoke_key(api_key: ApiKey) -> None:
    """Revoke a key for ever; web processes notice within seconds."""
    ApiKey.objects.filter(pk=api_key.pk, revoked_at=None).update(revoked_at=clock.now())
    api_key.refresh_from_db(fields=["revoked_at"])


def hash_secret(private_key: str) -> str:
    """Return what is stored of a private key; it holds 256 random bits, so that one round of SHA-256 is enough."""
    return hashlib.sha256(private_key.encode()).hexdigest()
