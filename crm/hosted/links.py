"""Sponsors' links, and what a browser remembers of who took part in it."""

import base64
import uuid

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from crm.models import Module, Profile

#: a first-party cookie, set once somebody took part: whoever did so here cannot sponsor themself
COOKIE = "declic_took_part"
_KEPT_FOR = 180 * 24 * 3600
_MOST = 20


def token_of(module: Module, sponsor: Profile) -> str:
    """Return the token of a sponsor's link: their random uid, signed for this module; nothing of them is in it."""
    return _signer(module).sign(base64.urlsafe_b64encode(sponsor.uid.bytes).decode().rstrip("="))


def sponsor_of(module: Module, token: str) -> Profile | None:
    """Return the sponsor whose link a token is; None for one that is not ours, or of somebody who is gone."""
    if module.kind != Module.Kind.REFERRAL:
        return None
    try:
        uid = uuid.UUID(bytes=base64.urlsafe_b64decode(_signer(module).unsign(token) + "=="))
    except (signing.BadSignature, ValueError):
        return None
    return Profile.objects.filter(uid=uid, erased_at=None).first()


def link_of(module: Module, sponsor: Profile) -> str:
    """Return the address that a sponsor passes on."""
    return f"{settings.SITE_URL}{reverse('module-invitation', args=[module.slug, token_of(module, sponsor)])}"


def known_here(request: HttpRequest) -> list[int]:
    """Return the profiles that took part in this browser."""
    try:
        written = request.get_signed_cookie(COOKIE, salt=COOKIE, max_age=_KEPT_FOR)
    except (KeyError, signing.BadSignature):
        return []
    return [int(each) for each in (written or "").split(".") if each.isdecimal()]


def remember(request: HttpRequest, response: HttpResponse, profile_id: int) -> None:
    """Let the browser remember that a profile took part in it."""
    ids = list(dict.fromkeys([profile_id, *known_here(request)]))[:_MOST]
    response.set_signed_cookie(
        COOKIE,
        ".".join(map(str, ids)),
        salt=COOKIE,
        max_age=_KEPT_FOR,
        httponly=True,
        samesite="Lax",
        secure=settings.IS_HTTPS,
    )


def _signer(module: Module) -> signing.Signer:
    return signing.Signer(salt=f"crm.hosted.{module.pk}")
