"""What an erased person had objected to, kept under a keyed hash, so that they are not written to again (ADR 0017)."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, ClassVar

from django.conf import settings
from django.utils.crypto import salted_hmac

from crm import clock
from crm.cause import Cause, Origin
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
    def remember(self, subject: Subject) -> Any:
        """Return what is to be kept, as JSON; nothing (falsy) where there is no objection."""

    @abstractmethod
    def restore(self, profile: Profile, kept: Any) -> None:
        """Give it back to a profile whose lock the caller holds."""


#: Any app may register.
objection_kinds: Registry[ObjectionKind] = Registry("kind of objection")


@objection_kinds.register
class RefusedConsents(ObjectionKind):
    """Consents and legal bases that were refused, each with its time."""

    kind = "consents"

    def remember(self, subject: Subject) -> Any:
        """Return the technical names with the times."""
        rows = Consent.objects.filter(profile=subject.profile_id, status=ConsentStatus.REFUSED)
        return {name: at.isoformat() for name, at in rows.values_list("definition__name", "changed_at")}

    def restore(self, profile: Profile, kept: Any) -> None:
        """Refuse them again, where the new profile says nothing else."""
        known = Consent.objects.filter(profile=profile).exclude(status=ConsentStatus.UNKNOWN)
        held = set(known.values_list("definition__name", flat=True))
        for definition in ConsentDefinition.objects.filter(name__in=kept.keys() - held, is_archived=False):
            set_consent(
                profile,
                definition=definition,
                status=ConsentStatus.REFUSED,
                cause=BROUGHT_BACK,
                source="objection",
                occurred_at=datetime.fromisoformat(kept[definition.name]),
            )


def remember_objections(subject: Subject, *, addresses: Iterable[str]) -> None:
    """Keep what a person objected to under the hash of each of their addresses and numbers."""
    marks = {one.kind: kept for one in objection_kinds if (kept := one().remember(subject))}
    if not marks:
        return
    for digest in sorted({_digests(address)[0] for address in addresses if address}):
        row, _made = Objection.objects.get_or_create(digest=digest, defaults={"recorded_at": clock.now()})
        row.marks = {**row.marks, **marks}
        row.save(update_fields=["marks"])


def restore_objections(changes: Sequence[Change]) -> None:
    """Give back to profiles that are new, or have a new address, what its owner had objected to; one query."""
    owners: dict[str, Profile] = {}
    for change in changes:
        if change.created or {"email", "mobile"} & change.before.keys():
            row: Profile = change.row
            for address in filter(None, (row.email, row.mobile)):
                owners.update(dict.fromkeys(_digests(address), row))
    for digest, marks in _found(owners):
        for kind, kept in marks.items():
            if kind in objection_kinds:
                objection_kinds[kind]().restore(owners[digest], kept)


def _found(owners: dict[str, Profile]) -> "list[tuple[str, Any]]":
    if not owners:
        return []
    return list(Objection.objects.filter(digest__in=sorted(owners)).values_list("digest", "marks"))


def _digests(address: str) -> list[str]:
    """Return the hash of an address under the secret of today, then under those of before."""
    return [
        salted_hmac("crm.objections", email_key(address), secret=secret, algorithm="sha256").hexdigest()
        for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    ]
