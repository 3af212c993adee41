"""Sponsors' links, and which sponsors' pages a browser has opened."""

import uuid
from dataclasses import dataclass

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.crypto import salted_hmac

from crm.models import Module, Profile
from crm.tokens import Tokens
from crm.values import email_key

#: a first-party cookie, set where a sponsor's page is opened, somebody becomes a sponsor or comes by a link: whoever
#: did so here is not sponsored by any of them; it is signed, and its random numbers tell nothing
COOKIE = "declic_sponsors"
_KEPT_FOR = 180 * 24 * 3600
_MOST = 20


@dataclass(frozen=True, slots=True)
class Sponsor:
    """Whose link was followed; it names the sponsor only if it was given to that person alone."""

    profile: Profile
    is_own: bool

    @property
    def name(self) -> str:
        """The first name, where the link may tell it."""
        return self.profile.first_name if self.is_own else ""


def own_link(module: Module, sponsor: uuid.UUID) -> str:
    """Return the link that a sponsor (by uid) gets from us, in a message or from the team: it tells the first name."""
    return link_by(module, _own(module).of(sponsor))


def open_token(module: Module, sponsor: uuid.UUID) -> str:
    """Return the token of the link shown to whoever typed a sponsor's address: nothing of the sponsor is told by it."""
    return _open(module).of(sponsor)


def link_by(module: Module, token: str) -> str:
    """Return the address that a sponsor passes on."""
    return f"{settings.SITE_URL}{reverse('module-invitation', args=[module.slug, token])}"


def sponsor_of(module: Module, token: str) -> Sponsor | None:
    """Return the sponsor whose link a token is; None for one that is not ours, or of somebody who is gone."""
    if module.kind != Module.Kind.REFERRAL:
        return None
    own = _own(module).uid(token)
    uid = own or _open(module).uid(token)
    profile = Profile.objects.filter(uid=uid, erased_at=None).first() if uid else None
    return Sponsor(profile, own is not None) if profile else None


def opened_here(request: HttpRequest) -> list[uuid.UUID]:
    """Return those (by uid) who were here with this browser, as sponsors or by a link, the latest first."""
    try:
        written = request.get_signed_cookie(COOKIE, salt=COOKIE, max_age=_KEPT_FOR) or ""
        return [uuid.UUID(each) for each in written.split(".") if each]
    except (KeyError, ValueError, signing.BadSignature):
        return []


def stand_in(email: str) -> uuid.UUID:
    """Return what is remembered for somebody who has no profile: a number that looks like any uid."""
    digest = salted_hmac(COOKIE, email_key(email), algorithm="sha256").digest()
    return uuid.UUID(bytes=digest[:16], version=4)


def remember(request: HttpRequest, response: HttpResponse, sponsor: uuid.UUID) -> None:
    """Let the browser remember who was here."""
    uids = list(dict.fromkeys([sponsor, *opened_here(request)]))[:_MOST]
    response.set_signed_cookie(
        COOKIE,
        ".".join(uid.hex for uid in uids),
        salt=COOKIE,
        max_age=_KEPT_FOR,
        httponly=True,
        samesite="Lax",
        secure=settings.IS_HTTPS,
    )


def _own(module: Module) -> Tokens:
    return Tokens(f"crm.hosted.{module.pk}.own")


def _open(module: Module) -> Tokens:
    return Tokens(f"crm.hosted.{module.pk}")
