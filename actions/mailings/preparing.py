"""Preparation: what a newsletter says and to whom is frozen, then its deliveries are inserted batch by batch.

A batch is one transaction that inserts deliveries and moves the cursor by compare-and-swap: what a killed worker left
is carried on from there, and of two workers at once one does a batch and the other nothing. Deliveries are inserted as
`held`; `releasing` lets them go.
"""

from collections.abc import Callable

import structlog
from django.db import InterfaceError, OperationalError, transaction
from django.db.models import F, Max

from actions.bells import stopping
from actions.channels.results import storable
from actions.mailings.audience import audience_of, members, reachable
from actions.mailings.message import message_of
from actions.mailings.preflight import own_problems
from actions.mailings.rows import BATCH, Letter, rows_for
from actions.models.delivery import Status as DeliveryStatus
from crm import clock, db, faults
from crm.errors import Invalid
from crm.models import Newsletter, Profile
from crm.tracked import lock_profiles

logger = structlog.get_logger(__name__)

Status = Newsletter.Status


def prepare_all() -> None:
    """Begin the newsletters whose time has come and prepare those that are not prepared; two at once do no harm."""
    for newsletter in Newsletter.objects.to_begin(clock.now()).select_related("template", "segment"):
        _try(newsletter, begin, Status.SCHEDULED, Status.DRAFT)
    for newsletter in Newsletter.objects.filter(status=Status.PREPARING).order_by("began_at"):
        _try(newsletter, prepare, Status.PREPARING, Status.PAUSED)


def _try(newsletter: Newsletter, deed: Callable[[Newsletter], object], status: str, otherwise: str) -> None:
    """Do something with a newsletter; one that cannot be begun or prepared is set aside and keeps no other waiting."""
    try:
        deed(newsletter)
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:
        logger.exception("newsletter_set_aside", newsletter=newsletter.pk)
        stopped = Newsletter.objects.filter(pk=newsletter.pk, status=status)
        stopped.update(status=otherwise, note=storable(f"{type(error).__name__}: {error}", 500))


def begin(newsletter: Newsletter) -> bool:
    """Freeze the content and the audience of a scheduled newsletter; one that cannot begin is a draft again, noted."""
    scheduled = Newsletter.objects.filter(pk=newsletter.pk, status=Status.SCHEDULED)
    try:
        refusal = next((problem.message for problem in own_problems(newsletter) if problem.blocks), "")
        audience = audience_of(newsletter.segment)
    except Invalid as error:
        refusal = error.message
    if refusal:
        scheduled.update(status=Status.DRAFT, note=refusal[:500])
        return False
    frozen = {"content": message_of(newsletter).content, "audience": audience}
    last = Profile.objects.aggregate(last=Max("pk"))["last"] or 0
    begun = scheduled.update(
        status=Status.PREPARING, frozen=frozen, cursor=0, last_profile=last, planned=0, note="", began_at=clock.now()
    )
    return begun == 1


def prepare(newsletter: Newsletter, *, batch: int = BATCH) -> int:
    """Prepare until all is, or somebody pauses, cancels or stops us; returns how many deliveries were inserted."""
    number = 0
    while newsletter.status == Status.PREPARING and not stopping.is_set():
        number += prepare_batch(newsletter, batch=batch)
        # the frozen content stays as it was read: contents are kept by that very mapping
        newsletter.refresh_from_db(fields=["status", "cursor", "planned", "prepared_at"])
    return number


def prepare_batch(newsletter: Newsletter, *, batch: int = BATCH) -> int:
    """Plan the next profiles after the cursor; returns how many deliveries were inserted, 0 where another was first."""
    cursor, last = newsletter.cursor, newsletter.last_profile
    people = reachable(Profile.objects.filter(members(newsletter.frozen["audience"])), newsletter.consents)
    found = people.filter(pk__gt=cursor, pk__lte=last).order_by("pk").values_list("pk", flat=True)
    ids = list(found[:batch])
    upto = ids[-1] if len(ids) == batch else last
    rows = rows_for(ids, letter_of(newsletter)) if ids else []
    faults.point("newsletter.taken")
    with transaction.atomic():
        db.relax_commit()  # a batch that a crash loses is planned anew, its cursor is lost with it
        erased = set(lock_profiles(ids))
        rows = [row for row in rows if row.profile_id not in erased]
        moved = {"cursor": upto, "planned": F("planned") + len(rows)}
        if upto == last:
            moved |= {"status": Status.SENDING, "prepared_at": clock.now()}
        mine = Newsletter.objects.filter(pk=newsletter.pk, status=Status.PREPARING, cursor=cursor).update(**moved)
        if mine:
            db.insert_rows(rows)
        faults.point("newsletter.planned")
    faults.point("newsletter.committed")
    return len(rows) if mine else 0


def letter_of(newsletter: Newsletter) -> Letter:
    """Return what a newsletter that has begun sends."""
    columns = {"newsletter_id": newsletter.pk, "status": DeliveryStatus.HELD.value}
    return Letter(newsletter.frozen["content"], newsletter.purpose, newsletter.consents, columns)
