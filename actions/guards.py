"""Guards: asked about each delivery in the transaction that marks it as being sent. Upper floors register theirs."""

from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, ClassVar

from django.db.models import Exists, FilteredRelation, OuterRef, Q, QuerySet

from actions import reasons
from actions.models import Delivery, Suppression
from actions.phones import mobile_number
from crm import clock
from crm.models import Consent, ConsentStatus, Profile
from crm.registry import Registry
from crm.values import email_key

#: purposes that go to the profile's own address and need a consent
ASKING = frozenset({"marketing", "service"})
#: purposes whose recipient is the profile's own address: a contact is kept elsewhere, nobody is written to
PERSONAL = ASKING | {"contact"}
#: channels whose recipients are mobile numbers
PHONES = frozenset({"sms", "whatsapp"})


@dataclass(frozen=True, slots=True)
class Verdict:
    """A delivery may not leave now: skipped for the reason, kept as `held` until it is released, or due `until`."""

    reason: str
    is_hold: bool = False
    #: the instant at which it is due again; it stays planned, and no attempt is counted
    until: datetime | None = None


class Guard(ABC):
    """Something that may forbid a delivery to leave."""

    kind: ClassVar[str]
    #: a guard that spends something is asked after all others, about what they let pass
    spends: ClassVar[bool] = False

    @abstractmethod
    def ask_many(self, deliveries: Sequence[Delivery]) -> Mapping[int, Verdict]:
        """Return verdicts by delivery id for those that may not leave, with a fixed number of queries.

        Called inside a transaction; a guard that spends something (a cap) spends it here.
        """


#: Any app may register; they are asked in the order of registration, those that spend last.
guards: Registry[Guard] = Registry("guard")


def ask_guards(deliveries: Sequence[Delivery]) -> dict[int, Verdict]:
    """Ask every guard about the deliveries that no earlier one refused."""
    verdicts: dict[int, Verdict] = {}
    for guard in sorted(guards, key=lambda guard: guard.spends):
        remaining = [delivery for delivery in deliveries if delivery.pk not in verdicts]
        if not remaining:
            break
        verdicts.update(guard().ask_many(remaining))
    return verdicts


def purpose_of(delivery: Delivery) -> str:
    """Return what a delivery is for: marketing, service, contact, team or none."""
    return str(delivery.rules.get("purpose", "none"))


@guards.register
class MayBeWrittenTo(Guard):
    """The profile is not erased, has the address that is written to, and accepts one of the consents now.

    Nothing goes to an address that is suppressed. All of it is one query, since it is asked for every few messages.
    """

    kind = "profile"

    def ask_many(self, deliveries: Sequence[Delivery]) -> Mapping[int, Verdict]:
        """Read the profiles with their accepted consents, and the addresses of others that are suppressed."""
        standing = _standing({delivery.profile_id for delivery in deliveries})
        others = {row.recipient for row in deliveries if row.channel in PHONES}
        others |= {email_key(row.recipient) for row in deliveries if row.channel == "email" and not _asks(row)}
        suppressed = _suppressed(others) if others else set()
        verdicts = {}
        for delivery in deliveries:
            reason = standing[delivery.profile_id].refusal(delivery, suppressed)
            if reason:
                verdicts[delivery.pk] = Verdict(reason)
        return verdicts


@dataclass(slots=True)
class _Standing:
    """What a profile allows."""

    key: str
    mobile: str
    country: str
    is_erased: bool
    is_suppressed: bool
    accepted: set[str]

    def refusal(self, delivery: Delivery, suppressed: set[tuple[str, str]]) -> str:
        """Return why a delivery may not leave, or empty."""
        if self.is_erased:
            return reasons.ERASED
        is_phone = delivery.channel in PHONES
        key = delivery.recipient if is_phone else email_key(delivery.recipient)
        if (delivery.channel, key) in suppressed:
            return reasons.SUPPRESSED
        if purpose_of(delivery) not in PERSONAL:
            return ""
        if is_phone and key not in (self.mobile, mobile_number(self.mobile, self.country)):
            return reasons.NUMBER_CHANGED if self.mobile else reasons.NO_MOBILE
        if not is_phone and self.key != key:
            return reasons.ADDRESS_CHANGED if self.key else reasons.NO_ADDRESS
        if not _asks(delivery):
            return ""
        if self.is_suppressed and not is_phone:
            return reasons.SUPPRESSED
        if "confirms" in delivery.rules:
            return ""  # the question itself is the ground, see QuestionStands
        return "" if self.accepted.intersection(delivery.rules.get("consents", ())) else reasons.NO_CONSENT


@guards.register
class QuestionStands(Guard):
    """A mail that asks to confirm a consent leaves only while that consent waits to be confirmed."""

    kind = "question"

    def ask_many(self, deliveries: Sequence[Delivery]) -> Mapping[int, Verdict]:
        """Read which of the consents in question wait; one query, none where nothing is asked."""
        asked = {row.pk: str(row.rules["confirms"]) for row in deliveries if "confirms" in row.rules}
        if not asked:
            return {}
        waiting = Consent.objects.filter(
            Q(expires_at=None) | Q(expires_at__gt=clock.now()),
            profile_id__in={row.profile_id for row in deliveries if row.pk in asked},
            definition__name__in=set(asked.values()),
            status=ConsentStatus.TO_CONFIRM,
        ).values_list("profile_id", "definition__name")
        stand = set(waiting)
        gone = [row for row in deliveries if row.pk in asked and (row.profile_id, asked[row.pk]) not in stand]
        return {row.pk: Verdict(reasons.ANSWERED) for row in gone}


def _asks(delivery: Delivery) -> bool:
    return purpose_of(delivery) in ASKING


def _standing(profile_ids: Iterable[int]) -> dict[int, _Standing]:
    now = clock.now()
    standing: dict[int, _Standing] = {}
    for pk, key, mobile, country, erased_at, is_suppressed, name, expires_at in _people().filter(pk__in=profile_ids):
        row = _Standing(key or "", mobile, country, erased_at is not None, is_suppressed, set())
        found = standing.setdefault(pk, row)
        if name and (expires_at is None or expires_at > now):
            found.accepted.add(name)
    return standing


@cache
def _people() -> "QuerySet[Profile, tuple[Any, ...]]":
    """Return what is asked of profiles; built once, since building takes longer than asking."""
    return Profile.objects.annotate(
        given=FilteredRelation("consents", condition=Q(consents__status=ConsentStatus.ACCEPTED)),
        is_suppressed=Exists(Suppression.objects.filter(channel="email", address=OuterRef("email_key"))),
    ).values_list(*_ASKED)


_ASKED = (
    *("pk", "email_key", "mobile", "country", "erased_at", "is_suppressed"),
    *("given__definition__name", "given__expires_at"),
)


def _suppressed(keys: Iterable[str]) -> set[tuple[str, str]]:
    return set(Suppression.objects.filter(address__in=keys).values_list("channel", "address"))


def accepted_consents(profile_ids: Iterable[int], names: Iterable[str]) -> dict[int, set[str]]:
    """Return, for each profile, which of the named consents are accepted and have not expired; one query."""
    rows = Consent.objects.filter(
        Q(expires_at=None) | Q(expires_at__gt=clock.now()),
        profile_id__in=profile_ids,
        definition__name__in=names,
        status=ConsentStatus.ACCEPTED,
    ).values_list("profile_id", "definition__name")
    accepted: dict[int, set[str]] = defaultdict(set)
    for profile_id, name in rows:
        accepted[profile_id].add(name)
    return accepted
