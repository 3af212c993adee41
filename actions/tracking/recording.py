"""Write down what is heard of a delivery: tracks, the events of people, and that an unknown message did leave."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import transaction

from actions.models import Delivery, Track
from actions.models.delivery import Status
from actions.tracking.messages import Message, message_of
from actions.tracking.robots import QUICK, TOO_QUICK, why_machine
from crm import clock
from crm.cause import Cause, Origin
from crm.models import Site
from crm.services.expiry import Act, prolong
from crm.tracked import lock_profiles
from triggers.models import Event, Kind
from triggers.services import build, record_once

#: more is not written of one delivery: figures need the first of each kind, and a link may be called without end
MOST = 200
#: an open that a click proves: the pictures were not loaded
BY_CLICK = "click"
_ACTS = {Track.Kind.OPEN: Act.OPEN, Track.Kind.CLICK: Act.CLICK}


@dataclass(frozen=True, slots=True)
class Heard:
    """Something heard of a delivery."""

    kind: str
    why: str = ""
    url: str = ""
    is_machine: bool = False
    occurred_at: datetime | None = None
    once: str | None = None


def record_open(delivery_id: int, *, agent: str, occurred_at: datetime | None = None, once: str | None = None) -> bool:
    """Note that the picture of a delivery was loaded; returns whether a person is taken to have read it."""
    with transaction.atomic():
        delivery = _followed(delivery_id)
        if delivery is None:
            return False
        at = occurred_at or clock.now()
        why = why_machine(agent, sent_at=delivery.ended_at, at=at)
        record_heard(delivery, [Heard(Track.Kind.OPEN, why, "", bool(why), occurred_at, once)])
        return not why


def record_click(
    delivery_id: int, url: str, *, agent: str, occurred_at: datetime | None = None, once: str | None = None
) -> bool:
    """Note that a link of a delivery was followed; a person who clicks has read it; returns whether it was one."""
    with transaction.atomic():
        delivery = _followed(delivery_id)
        if delivery is None:
            return False
        at = occurred_at or clock.now()
        why = why_machine(agent, sent_at=delivery.ended_at, at=at) or _quickness(delivery, url, at)
        heard = [Heard(Track.Kind.CLICK, why, url, bool(why), occurred_at, once)]
        opens = Track.objects.filter(delivery=delivery, kind=Track.Kind.OPEN, is_machine=False, is_first=True)
        if not why and not opens.exists():
            heard.insert(0, Heard(Track.Kind.OPEN, BY_CLICK, "", False, occurred_at))
        record_heard(delivery, heard)
        return not why


def record_heard(delivery: Delivery, heard: Sequence[Heard]) -> list[Track]:
    """Write tracks of a delivery, with the events that follow; what was reported before is not written again.

    Whatever is heard of a message whose fate nobody knew tells that it left, but that it was refused. Locks the profile
    first.
    """
    with transaction.atomic():
        if lock_profiles([delivery.profile_id]):  # erased: what is said of them now would name them
            heard = [replace(each, why="", url="") for each in heard]
        earlier = list(Track.objects.filter(delivery=delivery).order_by("-is_first", "id")[:MOST])
        firsts = {(track.kind, track.is_machine) for track in earlier if track.is_first}
        reported = Track.objects.filter(once__in=[each.once for each in heard if each.once])
        known = set(reported.values_list("once", flat=True))
        message, now = message_of(delivery), clock.now()
        made: list[Track] = []
        for each in heard:
            is_first = (each.kind, each.is_machine) not in firsts
            if (each.once and each.once in known) or (len(earlier) >= MOST and not is_first):
                continue
            firsts.add((each.kind, each.is_machine))
            made.append(_track(delivery, message, each, now, is_first=is_first))
        Track.objects.bulk_create(made)
        if any(track.kind != Track.Kind.REFUSED for track in made):
            Delivery.objects.filter(pk=delivery.pk, status=Status.UNKNOWN).update(status=Status.SENT, reason="")
        record_once(_events(delivery, message, made, earlier))
        _prolong(delivery.profile_id, made)
        return made


def _prolong(profile_id: int, made: Sequence[Track]) -> None:
    """Let what a person did with a message prolong the consents that name it; a machine's doing tells of nobody."""
    for kind, act in _ACTS.items():
        times = [track.occurred_at for track in made if track.kind == kind and not track.is_machine]
        if times:
            prolong([profile_id], act=act, at=max(times))


def _followed(delivery_id: int) -> Delivery | None:
    """Lock the profile and return its delivery; None where it is gone or erased, or where nobody may be followed."""
    delivery = Delivery.objects.select_related("profile").defer("context").filter(pk=delivery_id).first()
    if delivery is None:
        return None
    lock_profiles([delivery.profile_id])
    delivery.profile.refresh_from_db(fields=["refuses_tracking", "erased_at"])
    profile = delivery.profile
    if profile.refuses_tracking or profile.erased_at is not None or not Site.current().tracks_messages:
        return None
    return delivery


def _quickness(delivery: Delivery, url: str, at: datetime) -> str:
    """Return a machine's code where another link of the message was followed an instant ago."""
    others = Track.objects.filter(delivery=delivery, kind=Track.Kind.CLICK, occurred_at__gt=at - TOO_QUICK)
    return QUICK if others.exclude(url=url[:2000]).exists() else ""


def _track(delivery: Delivery, message: Message, each: Heard, now: datetime, *, is_first: bool) -> Track:
    return Track(
        delivery=delivery,
        profile_id=delivery.profile_id,
        kind=each.kind,
        message=message.key,
        is_machine=each.is_machine,
        is_first=is_first,
        why=each.why.replace("\x00", "")[:250],
        url=each.url[:2000],
        once=each.once,
        occurred_at=min(each.occurred_at or now, now),
        recorded_at=now,
    )


def _events(delivery: Delivery, message: Message, made: Sequence[Track], earlier: Sequence[Track]) -> list[Event]:
    """Return the events of what people did for the first time: opened the message, followed a link."""
    links = list(dict.fromkeys(t.url for t in earlier if t.kind == Track.Kind.CLICK and not t.is_machine))
    events: list[Event] = []
    for track in made:
        if track.is_machine:
            continue
        if track.kind == Track.Kind.OPEN and track.is_first:
            events.append(_event(Kind.MESSAGE_OPENED, delivery, message, track, f"opened:{delivery.pk}"))
        elif track.kind == Track.Kind.CLICK and track.url not in links:
            digest = hashlib.sha256(track.url.encode("utf-8", "replace")).hexdigest()[:32]
            once = f"clicked:{delivery.pk}:{digest}"
            seen = {"link": track.url, "is_first": not links, "earlier_links": links}
            events.append(_event(Kind.MESSAGE_CLICKED, delivery, message, track, once, **seen))
    return events


def _event(kind: str, delivery: Delivery, message: Message, track: Track, once: str, **seen: Any) -> Event:
    about = {
        "delivery": delivery.pk,
        "part": message.part,
        "name": message.name,
        "subject": delivery.subject,
        "workflow": delivery.workflow_id,
        "run": delivery.run_id,
        "step": delivery.step_id,
        "sent_at": delivery.ended_at.isoformat() if delivery.ended_at else "",
        **seen,
    }
    return build(
        kind,
        delivery.profile_id,
        Cause(Origin.TRACKER),
        track.occurred_at,
        track.recorded_at,
        name=message.part,
        key=message.key,
        snapshot={"message": about},
        once=once,
    )
