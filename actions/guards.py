"""Guards: asked about each delivery in the transaction that marks it as being sent. Upper floors register theirs."""

from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from django.db.models import Q

from actions import reasons
from actions.models import Delivery, Suppression
from crm import clock
from crm.models import Consent, ConsentStatus, Profile
from crm.registry import Registry
from crm.values import email_key

#: purposes that go to the profile's own address and need a consent
ASKING = frozenset({"marketing", "service"})


@dataclass(frozen=True, slots=True)
class Verdict:
    """A delivery may not leave: it is skipped for the reason, or kept as `held` until it is released."""

    reason: str
    is_hold: bool = False


class Guard(ABC):
    """Something that may forbid a delivery to leave."""

    kind: ClassVar[str]

    @abstractmethod
    def ask_many(self, deliveries: Sequence[Delivery]) -> Mapping[int, Verdict]:
        """Return verdicts by delivery id for those that may not leave, with a fixed number of queries.

        Called inside a transaction; a guard that spends something (a cap) spends it here.
        """


#: Any app may register; they are asked in the order of registration.
guards: Registry[Guard] = Registry("guard")


def ask_guards(deliveries: Sequence[Delivery]) -> dict[int, Verdict]:
    """Ask every guard about the deliveries that no earlier one refused."""
    verdicts: dict[int, Verdict] = {}
    for guard in guards:
        remaining = [delivery for delivery in deliveries if delivery.pk not in verdicts]
        if not remaining:
            break
        verdicts.update(guard().ask_many(remaining))
    return verdicts


def purpose_of(delivery: Delivery) -> str:
    """Return what a delivery is for: marketing, service, team or none."""
    return str(delivery.rules.get("purpose", "none"))


@guards.register
class ProfileStands(Guard):
    """The profile is not erased, and what is written to it goes to the address it has now."""

    kind = "profile"

    def ask_many(self, deliveries: Sequence[Delivery]) -> Mapping[int, Verdict]:
        """Read the profiles once."""
        ids = {delivery.profile_id for delivery in deliveries}
        rows = {row.pk: row for row in Profile.objects.filter(pk__in=ids).only("email", "erased_at")}
        verdicts = {}
        for delivery in deliveries:
            profile = rows[delivery.profile_id]
            if profile.erased_at:
                verdicts[delivery.pk] = Verdict(reasons.ERASED)
            elif purpose_of(delivery) in ASKING and email_key(profile.email) != email_key(delivery.recipient):
                verdicts[delivery.pk] = Verdict(reasons.ADDRESS_CHANGED if profile.email else reasons.NO_ADDRESS)
        return verdicts


@guards.register
class NotSuppressed(Guard):
    """The address is not among those that must not be written to."""

    kind = "suppression"

    def ask_many(self, deliveries: Sequence[Delivery]) -> Mapping[int, Verdict]:
        """Look the addresses up once."""
        keys = {email_key(delivery.recipient) for delivery in deliveries if delivery.channel == "email"}
        if not keys:
            return {}
        found = set(Suppression.objects.filter(channel="email", address__in=keys).values_list("address", flat=True))
        return {
            delivery.pk: Verdict(reasons.SUPPRESSED)
            for delivery in deliveries
            if delivery.channel == "email" and email_key(delivery.recipient) in found
        }


@guards.register
class ConsentGiven(Guard):
    """One of the consents (or legal bases) that the message names is accepted now."""

    kind = "consent"

    def ask_many(self, deliveries: Sequence[Delivery]) -> Mapping[int, Verdict]:
        """Read the accepted consents of the profiles once."""
        asking = [delivery for delivery in deliveries if purpose_of(delivery) in ASKING]
        if not asking:
            return {}
        names = {name for delivery in asking for name in delivery.rules.get("consents", [])}
        accepted = accepted_consents({delivery.profile_id for delivery in asking}, names)
        return {
            delivery.pk: Verdict(reasons.NO_CONSENT)
            for delivery in asking
            if accepted[delivery.profile_id].isdisjoint(delivery.rules.get("consents", []))
        }


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
