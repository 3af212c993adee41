"""Who calls: HTTP Basic with both keys, or a Bearer private key; what the key may do (spec section 9)."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from hmac import compare_digest
from typing import Any, cast

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja.security import HttpBasicAuth, HttpBearer

from crm import clock
from crm.api.body import check_announced_size
from crm.api.problems import Problem
from crm.cause import Cause
from crm.models import ApiKey
from crm.services.api_keys import PREFIX_LENGTH, hash_secret

#: seconds for which a process believes a key without asking the database
TRUSTED_FOR = 5.0
_USE_NOTED_EVERY = timedelta(minutes=1)
_MOST_REMEMBERED = 1_000


@dataclass(frozen=True, slots=True)
class Grant:
    """What a valid key stands for during one request."""

    api_key_id: int
    scopes: frozenset[str]
    cause: Cause


_remembered: dict[tuple[str, str], tuple[float, Grant]] = {}


def grant_of(request: HttpRequest) -> Grant:
    """Return the grant of a request that passed `allows`."""
    return cast(Grant, request.auth)  # type: ignore[attr-defined]


def allows(scope: str) -> list[Callable[[HttpRequest], Any]]:
    """Return the `auth=` of a route: a valid key with this scope, in either scheme."""
    return [BasicKeys(scope), BearerKey(scope)]


def forget_grants() -> None:
    """Forget every key that this process remembers, so that a revoked one is noticed at once."""
    _remembered.clear()


class BasicKeys(HttpBasicAuth):
    """HTTP Basic: the public key as the user, the private key as the password."""

    def __init__(self, scope: str) -> None:
        super().__init__()
        self.scope = scope

    def __call__(self, request: HttpRequest) -> Grant | None:
        """Judge the announced size first: a body that is too large is not worth a look at its keys."""
        check_announced_size(request)
        return cast("Grant | None", super().__call__(request))

    def authenticate(self, request: HttpRequest, username: str, password: str) -> Grant | None:
        """Return the grant of a key pair, or None."""
        return _checked(username, password, self.scope)


class BearerKey(HttpBearer):
    """Bearer: the private key alone."""

    def __init__(self, scope: str) -> None:
        super().__init__()
        self.scope = scope

    def authenticate(self, request: HttpRequest, token: str) -> Grant | None:
        """Return the grant of a private key, or None."""
        return _checked("", token.strip(), self.scope)


def _checked(public_key: str, private_key: str, scope: str) -> Grant | None:
    grant = _known(public_key, private_key)
    if grant is not None and scope not in grant.scopes:
        raise Problem(
            403,
            "missing-scope",
            _("This key may not do that"),
            _("The scope “%(scope)s” is missing; an administrator can make a key that has it.") % {"scope": scope},
            members={"scope": scope},
        )
    return grant


def _known(public_key: str, private_key: str) -> Grant | None:
    # Keys are made of printable ASCII: anything else is no key, and NUL would be an error in PostgreSQL.
    if not (public_key + private_key).isascii() or "\0" in public_key + private_key or len(private_key) > 200:
        return None
    secret_hash = hash_secret(private_key)
    remembered = _remembered.get((public_key, secret_hash))
    if remembered and time.monotonic() - remembered[0] < TRUSTED_FOR:
        return remembered[1]
    named = {"public_key": public_key} if public_key else {"secret_prefix": private_key[:PREFIX_LENGTH]}
    row = ApiKey.objects.filter(**named).first()
    if not compare_digest(row.secret_hash if row else "", secret_hash) or row is None or row.revoked_at:
        return None
    _note_use(row)
    grant = Grant(row.pk, frozenset(row.scopes), Cause(row.origin, actor=row.name))
    if len(_remembered) >= _MOST_REMEMBERED:
        _remembered.clear()
    _remembered[public_key, secret_hash] = (time.monotonic(), grant)
    return grant


def _note_use(row: ApiKey) -> None:
    now = clock.now()
    if row.last_used_at is None or row.last_used_at <= now - _USE_NOTED_EVERY:
        ApiKey.objects.filter(pk=row.pk, last_used_at=row.last_used_at).update(last_used_at=now)
