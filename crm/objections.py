"""What an erased person had objected to, kept under a keyed hash, so that they are not written to again (ADR 0017)."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils.crypto import salted_hmac

from crm import clock
from crm.cause import Cause, Origin
from crm.consent_sources import ConsentSource
from crm.models import Consent, ConsentDefinition, ConsentStatus, Objection, Profile
from crm.personal.subject import Subject
from crm.registry import Registry
from crm.services.consents import set_consent
from crm.signals import Change
from crm.values import email_key

#: what is brought back is no news: no trigger fires for this origin
BROUGHT_BACK = Cause(Origin.IMPORT, actor="objection")


class ObjectionKind(ABC):
    """A way of saying no: how it is remembered of a person, and given back to a new profile with that address."""

    kind: ClassVar[str]

    @abstractmethod
    def remember(self, subject: Subject, own: str) -> Mapping[str, Any]:
        """Return what is to be kept, as JSON, by the address whose owner it is given back to.

        `own` is the e-mail of the person, else the external id: nobody else has it, while a mobile may be a family's.
        """

    @abstractmethod
    def restore(self, profile: Profile, address: str, kept: Any) -> None:
        """Give back what was kept for an address to the profile that has it; the caller holds its lock."""


#: Any app may register.
objection_kinds: Registry[ObjectionKind] = Registry("kind of objection")


@objection_kinds.register
class RefusedConsents(ObjectionKind):
    """Consents and legal bases that were refused, each with its time."""

    kind = "consents"

    def remember(self, subject: Subject, own: str) -> Mapping[str, Any]:
        """Return the technical names with the times."""
        rows = Consent.objects.filter(profile=subject.profile_id, status=ConsentStatus.REFUSED)
        refused = {name: at.isoformat() for name, at in rows.values_list("definition__name", "changed_at")}
        return {own: refused} if refused else {}

    def restore(self, profile: Profile, address: str, kept: Any) -> None:
        """Refuse them again, where the new profile says nothing else."""
        known = Consent.objects.filter(profile=profile).exclude(status=ConsentStatus.UNKNOWN)
        held = set(known.values_list("definition__name", flat=True))
        for definition in ConsentDefinition.objects.filter(name__in=kept.keys() - held, is_archived=False):
            set_consent(
                profile,
                definition=definition,
                status=ConsentStatus.REFUSED,
                cause=BROUGHT_BACK,
                source=ConsentSource.OBJECTION,
                occurred_at=datetime.fromisoformat(kept[definition.name]),
            )


@objection_kinds.register
class RefusedTracking(ObjectionKind):
    """That nobody follows what they read."""

    kind = "tracking"

    def remember(self, subject: Subject, own: str) -> Mapping[str, Any]:
        """Return that it was so."""
        refusing = Profile.objects.filter(pk=subject.profile_id, refuses_tracking=True)
        return {own: True} if refusing.exists() else {}

    def restore(self, profile: Profile, address: str, kept: Any) -> None:
        """Follow the new profile no more than the old one."""
        profile.refuses_tracking = True
        models.QuerySet(Profile).filter(pk=profile.pk).update(refuses_tracking=True)


def remember_objections(subject: Subject, *, own: str) -> None:
    """Keep what a person objected to, each under the hash of the address that it belongs to."""
    marks: dict[str, dict[str, Any]] = {}
    for one in objection_kinds:
        for address, kept in one().remember(subject, own).items():
            marks.setdefault(_digests(address)[0], {})[one.kind] = kept
    for digest in sorted(marks):
        row, _made = Objection.objects.get_or_create(digest=digest, defaults={"recorded_at": clock.now()})
        row.marks = {**row.marks, **marks[digest]}
        row.save(update_fields=["marks"])


def restore_objections(changes: Sequence[Change]) -> None:
    """Give back to profiles that are new, or have a new address, what its owner had objected to; one query."""
    owners: dict[str, tuple[Profile, str]] = {}
    for change in changes:
        if change.created or {"email", "external_id", "mobile"} & change.before.keys():
            row: Profile = change.row
            for address in filter(None, (row.email, row.external_id, row.mobile)):
                owners.update(dict.fromkeys(_digests(address), (row, address)))
    for digest, marks in _found(owners):
        for kind, kept in marks.items():
            if kind in objection_kinds:
                objection_kinds[kind]().restore(*owners[digest], kept)


def _found(owners: dict[str, tuple[Profile, str]]) -> "list[tuple[str, Any]]":
    if not owners:
        return []
    return list(Objection.objects.filter(digest__in=sorted(owners)).values_list("digest", "marks"))


def _digests(address: str) -> list[str]:
    """Return the hash of an address under the secret of today, then under those of before."""
    return [
        salted_hmac("crm.objections", email_key(address), secret=secret, algorithm="sha256").hexdigest()
        for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    ]
