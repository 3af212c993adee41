"""The addresses of hosted pages: in each an opaque token, a random uid that is signed; nothing personal is in it."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any

from django.conf import settings
from django.urls import reverse

from actions.models import Delivery
from actions.referral_links import NAME, leading_nowhere, programmes_named, referral_links
from crm.models import Module, Profile
from crm.tokens import Tokens

_PLACE = "TOKEN"


class Link:
    """A kind of hosted page, by the name of its address; a token of one kind opens no other."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._tokens = Tokens(f"actions.{name}")

    def token(self, uid: uuid.UUID) -> str:
        """Return the token that stands for a uid."""
        return self._tokens.of(uid)

    def path(self, uid: uuid.UUID) -> str:
        """Return the address on this site."""
        return self._path.replace(_PLACE, self.token(uid))

    def url(self, uid: uuid.UUID) -> str:
        """Return the whole address."""
        return f"{settings.SITE_URL}{self.path(uid)}"

    def uid(self, token: str) -> uuid.UUID | None:
        """Return the uid that a token stands for; None for a token that is not ours."""
        return self._tokens.uid(token)

    def profile(self, token: str) -> Profile | None:
        """Return the profile for which a link was made; None for one not ours, or of somebody who was erased."""
        uid = self.uid(token)
        return Profile.objects.filter(uid=uid, erased_at=None).first() if uid else None

    @cached_property
    def _path(self) -> str:
        return reverse(self.name, args=[_PLACE])


UNSUBSCRIBE = Link("unsubscribe")
CONFIRM = Link("confirm")
PREFERENCES = Link("preferences")
POT = Link("pot")


def links_of(deliveries: Sequence[Delivery], contents: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the addresses that each message may name; none for the team, which has no page.

    `contents` are the parts of the messages: sponsors' links are made where one of them names such a link.
    """
    uids, modules = _profile_uids(deliveries), programmes_named(contents)
    return [_allowed(delivery, _links(delivery, uids[delivery.profile_id], modules)) for delivery in deliveries]


def _links(delivery: Delivery, profile: uuid.UUID, modules: Sequence[Module]) -> dict[str, Any]:
    links: dict[str, Any] = {
        "unsubscribe_url": UNSUBSCRIBE.url(delivery.uid),
        "preferences_url": PREFERENCES.url(profile),
        "pot_url": POT.url(profile),
        NAME: referral_links(modules, profile),
    }
    if delivery.rules.get("confirms"):
        links["confirm_url"] = CONFIRM.url(delivery.uid)
    return links


def _allowed(delivery: Delivery, links: dict[str, Any]) -> dict[str, Any]:
    """Leave out of a message to the team what only its customer may have; in a test the links lead nowhere."""
    purpose = delivery.rules.get("purpose")
    return {} if purpose == "team" else leading_nowhere(links) if purpose == "test" else links


def _profile_uids(deliveries: Sequence[Delivery]) -> dict[int, uuid.UUID]:
    """Return the uids of profiles as they were frozen with the messages; the others are asked for, by one query."""
    frozen = {row.profile_id: (row.context.get("profile") or {}).get("uid") for row in deliveries}
    uids = {pk: uuid.UUID(uid) for pk, uid in frozen.items() if uid}
    missing = frozen.keys() - uids.keys()
    return uids | (dict(Profile.objects.filter(pk__in=missing).values_list("pk", "uid")) if missing else {})
