"""Erase a profile: the one service that changes what is written once (docs/design.md 3.4, ADR 0017)."""

import logging
import time
from datetime import timedelta
from typing import Any

from django.db import OperationalError, transaction
from django.db.models import F, QuerySet

from crm import clock, db
from crm.cause import Cause
from crm.models import Erasure, Profile
from crm.objections import remember_objections
from crm.periodic import periodic
from crm.personal import PersonalTable, Subject, Unsettled, personal_tables, tables
from crm.personal.holders import own_identifiers
from crm.personal.subject import identifiers
from crm.tracked import lock_profiles

logger = logging.getLogger(__name__)

#: what `progress` holds of a table that is done
_THROUGH = -1
#: how long the one who asks waits for a large history; the scheduler does the rest
AT_ONCE = 3.0
#: erasures that the scheduler goes on with in one turn
AT_A_TIME = 20
#: an erasure that the database troubles for longer is parked
COMES_BACK_FOR = timedelta(days=1)


def erase_profile(profile: Profile, *, cause: Cause, for_seconds: float = AT_ONCE) -> Erasure:
    """Erase a profile, for good: nobody finds it or writes to it any more when this returns.

    The rest of a history that takes longer than `for_seconds` is done by the scheduler (`done_at` says when). One that
    meets an error is parked (`stopped_by`). Called again, or twice at once, it goes on with the same erasure.
    """
    erasure = begin_erasure(profile, cause=cause)
    _try(erasure, for_seconds)
    profile.refresh_from_db()
    erasure.refresh_from_db()
    return erasure


def begin_erasure(profile: Profile, *, cause: Cause) -> Erasure:
    """Blank the profile itself, end all that is under way for it, and note what is still to be gone through."""
    with transaction.atomic():
        lock_profiles([profile.pk])
        begun = Erasure.objects.filter(profile=profile).first()
        if begun is not None:
            return begun
        known = identifiers(*(table.identifiers(profile.pk) for table in tables()))
        subject = Subject(profile.pk, own_identifiers(profile.pk, known))
        stands: Profile = QuerySet(Profile).get(pk=profile.pk)
        remember_objections(subject, own=stands.email or stands.external_id or "")
        for table in tables():
            table.stop(profile.pk)
        now = clock.now()
        QuerySet(Profile).filter(pk=profile.pk).update(erased_at=now, updated_at=now)
        personal_tables["profile"]().blank([stands])
        return Erasure.objects.create(
            profile=profile,
            requested_at=now,
            requested_by=cause.actor[:150],
            identifiers=sorted(subject.identifiers),
        )


def carry_on(erasure: Erasure, *, for_seconds: float = AT_ONCE) -> bool:
    """Go through the tables in short transactions, from where the last one ended; true when all is done.

    Raises Unsettled where somebody writes to rows of a batch just now.
    """
    until = time.monotonic() + for_seconds
    for table in tables():
        while not _noted(erasure, table):
            if time.monotonic() >= until or not table.is_settled(_subject(erasure)):
                return False
    for table in tables():
        table.finish()
    Erasure.objects.filter(pk=erasure.pk, done_at=None).update(identifiers=[], progress={}, done_at=clock.now())
    return True


@periodic(every=10)
def carry_on_erasures() -> None:
    """Complete what was too long for one turn, what a crash left, and what waited for a worker; the parked stay."""
    for erasure in Erasure.objects.waiting().order_by(F("tried_at").asc(nulls_first=True), "id")[:AT_A_TIME]:
        _try(erasure, AT_ONCE)


def try_again(erasure: Erasure) -> bool:
    """Go on with an erasure that is parked, once its cause is mended; true when all is done."""
    Erasure.objects.filter(pk=erasure.pk, done_at=None).update(stopped_by="")
    return _try(erasure, AT_ONCE)


def _try(erasure: Erasure, for_seconds: float) -> bool:
    """Carry on; what raises is parked with its error, so that those behind it are erased.

    After trouble of the database (a lock, a deadlock) the scheduler comes back to it, but not for ever.
    """
    Erasure.objects.filter(pk=erasure.pk).update(tried_at=clock.now())
    try:
        return carry_on(erasure, for_seconds=for_seconds)
    except Unsettled:
        return False  # the scheduler comes back to it
    except Exception as error:
        if isinstance(error, OperationalError) and erasure.requested_at > clock.now() - COMES_BACK_FOR:
            logger.warning("The erasure of profile %s goes on later: %s", erasure.profile_id, type(error).__name__)
            return False
        logger.exception("The erasure of profile %s stopped", erasure.profile_id)
        Erasure.objects.filter(pk=erasure.pk, done_at=None).update(stopped_by=_said(error))
    return False


def _said(error: Exception) -> str:
    """Name the table and the kind of an error, which may quote the person's words."""
    return ": ".join([*getattr(error, "__notes__", ()), type(error).__name__])[:200]


def _noted(erasure: Erasure, table: PersonalTable) -> bool:
    try:
        return _piece(erasure.pk, table)
    except Exception as error:
        error.add_note(table.kind)
        raise


def _piece(key: int, table: PersonalTable) -> bool:
    """Erase one batch of a table and note how far that is; true when the table is through."""
    with transaction.atomic():
        found = Erasure.objects.get(pk=key)
        subject = _subject(found)
        lock_profiles([found.profile_id, *_owners(found, table, subject)])
        erasure = db.locked(Erasure.objects.filter(pk=key)).get()
        if erasure.done_at is not None or erasure.progress.get(table.kind) == _THROUGH:
            return True
        if erasure.progress != found.progress or not table.is_settled(subject):
            return False
        rows = list(_next_rows(erasure, table, subject))
        if rows:
            table.erase(rows, subject)
        is_through = len(rows) < table.batch
        erasure.progress[table.kind] = _THROUGH if is_through else rows[-1].pk
        erasure.rows += len(rows)
        erasure.save(update_fields=["progress", "rows"])
        return is_through


def _next_rows(erasure: Erasure, table: PersonalTable, subject: Subject) -> "QuerySet[Any]":
    after = erasure.progress.get(table.kind, 0)
    return table.rows(subject).filter(pk__gt=after).order_by("pk")[: table.batch]


def _owners(erasure: Erasure, table: PersonalTable, subject: Subject) -> set[int]:
    """Return the other profiles whose rows come next."""
    if not table.owner or erasure.progress.get(table.kind) == _THROUGH:
        return set()
    return set(_next_rows(erasure, table, subject).values_list(table.owner, flat=True))


def _subject(erasure: Erasure) -> Subject:
    """Return the person; an address that somebody took meanwhile is theirs."""
    return Subject(erasure.profile_id, own_identifiers(erasure.profile_id, erasure.identifiers))
