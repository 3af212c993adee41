"""W10: how many marketing messages a profile gets within a period, over workflows and newsletters together.

What is spent is kept in one row for each profile and channel, which the transaction that marks a message as being sent
locks and writes: two workers cannot both take the last one. What was skipped or failed is given back; what is unknown
may have arrived and is not. A message that is tried again has its place already.
"""

import time
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from actions.guards import Guard, Verdict, guards, purpose_of
from actions.models import CapUse, Delivery, FrequencyCap
from actions.models.delivery import Status
from actions.reasons import CAPPED, WAITS_FOR_CAP
from crm import clock, db

Key = tuple[int, str]  # profile, channel

#: seconds that a process keeps what it read of the caps, so that without one no message costs a query
KEPT_FOR = 2.0
_kept: tuple[float, dict[str, FrequencyCap]] | None = None

#: upper floors say which deliveries are exempt: each is given deliveries and returns the ids of those, by one query
exemptions: list[Callable[[Sequence[Delivery]], set[int]]] = []


def active_caps() -> dict[str, FrequencyCap]:
    """Return the caps that are switched on, by channel; at most 2 seconds old."""
    global _kept
    if _kept is None or time.monotonic() - _kept[0] > KEPT_FOR:
        _kept = (time.monotonic(), {cap.channel: cap for cap in FrequencyCap.objects.filter(is_active=True)})
    return _kept[1]


def forget_caps() -> None:
    """Read the caps anew at the next message."""
    global _kept
    _kept = None


@guards.register
class UnderCap(Guard):
    """Skip what is one too many, or have it wait until one of those before it is old enough, as the cap says."""

    kind = "cap"
    spends = True

    def ask_many(self, deliveries: Sequence[Delivery]) -> Mapping[int, Verdict]:
        """Spend, under the lock of the rows that keep what was spent: as many queries for one as for all."""
        caps, now = active_caps(), clock.now()
        counted = _counted(deliveries, caps)
        for exempt in exemptions if counted else ():
            ids = exempt(counted)
            counted = [delivery for delivery in counted if delivery.pk not in ids]
        if not counted:
            return {}
        uses = _lock({(delivery.profile_id, delivery.channel) for delivery in counted})
        verdicts: dict[int, Verdict] = {}
        for delivery in counted:
            cap, use = caps[delivery.channel], uses[delivery.profile_id, delivery.channel]
            free_at = _spend(use, delivery, cap, now)
            if free_at is not None:
                verdicts[delivery.pk] = _verdict(delivery, cap, free_at, now)
        db.update_rows(list(uses.values()), ["spent"])
        return verdicts


def give_back(deliveries: Sequence[Delivery], **_kwargs: object) -> None:
    """Give back what skipped and failed messages had spent (receiver of `deliveries_ended`)."""
    ended = [delivery for delivery in deliveries if delivery.status in (Status.SKIPPED, Status.FAILED)]
    lost = {delivery.pk for delivery in _counted(ended, active_caps())} if ended else set()
    if not lost:
        return
    keys = {(delivery.profile_id, delivery.channel) for delivery in ended}
    changed = [use for use in _held(keys).values() if any(pk in lost for pk, _at in use.spent)]
    for use in changed:
        use.spent = [each for each in use.spent if each[0] not in lost]
    db.update_rows(changed, ["spent"])


def _counted(deliveries: Iterable[Delivery], caps: Container[str]) -> list[Delivery]:
    """Return those that a cap speaks of."""
    return [each for each in deliveries if each.channel in caps and purpose_of(each) == "marketing"]


def _spend(use: CapUse, delivery: Delivery, cap: FrequencyCap, now: datetime) -> datetime | None:
    """Take a place for a delivery and return None, or return when the next place is free."""
    since = now - cap.period
    recent = [[pk, at] for pk, at in use.spent if pk != delivery.pk and datetime.fromisoformat(at) > since]
    has_place = len(recent) < cap.most
    if has_place:
        recent.append([delivery.pk, now.isoformat()])
        recent.sort(key=lambda each: str(each[1]))
    use.spent = recent
    return None if has_place else datetime.fromisoformat(recent[-cap.most][1]) + cap.period


def _verdict(delivery: Delivery, cap: FrequencyCap, free_at: datetime, now: datetime) -> Verdict:
    """Say wait, but no longer than allowed, counted from when any guard first put it off."""
    begun = delivery.put_off_at or now
    if cap.over == FrequencyCap.Over.WAIT and free_at <= begun + timedelta(hours=cap.wait_hours):
        return Verdict(WAITS_FOR_CAP, until=free_at)
    return Verdict(CAPPED)


def _lock(keys: set[Key]) -> dict[Key, CapUse]:
    """Lock the rows of profiles and channels, in order, making those that are missing."""
    found = _held(keys)
    if missing := sorted(keys - found.keys()):
        CapUse.objects.bulk_create([CapUse(profile_id=pk, channel=name) for pk, name in missing], ignore_conflicts=True)
        found.update(_held(set(missing)))
    return found


def _held(keys: set[Key]) -> dict[Key, CapUse]:
    profiles, channels = ({key[at] for key in keys} for at in (0, 1))
    rows = CapUse.objects.filter(profile_id__any_of=profiles, channel__in=channels).order_by("profile_id", "channel")
    return {(row.profile_id, row.channel): row for row in db.locked(rows)}
