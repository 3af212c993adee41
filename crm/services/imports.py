"""Import profiles: upload, check without changing anything, import in batches that can be resumed."""

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import IO, Any

from django.db import transaction
from django.utils.translation import gettext as _

from crm import clock, db
from crm.cause import Cause
from crm.errors import Invalid, Refused
from crm.imports.columns import choices, guessed
from crm.imports.files import read_lines
from crm.imports.lines import CREATED, REFUSED, UNCHANGED, UPDATED, Outcome, Reader
from crm.imports.naming import LookedFor
from crm.imports.starting import start_counters, starting
from crm.models import Erasure, Import, ImportChunk
from crm.periodic import periodic
from crm.tracked import lock_profiles
from crm.turns import each_alone

Status = Import.Status
#: seconds of a turn of the scheduler
TURN = 5.0
_NOTHING = dict.fromkeys((CREATED, UPDATED, UNCHANGED, REFUSED), 0)
_INSERTED_AT_ONCE = 50


class _Undone(Exception):
    """Carries what a check saw out of the transaction that it undoes."""

    def __init__(self, outcomes: list[Outcome], runs: int) -> None:
        super().__init__()
        self.outcomes, self.runs = outcomes, runs


def upload(file: IO[bytes], *, name: str, cause: Cause) -> Import:
    """Keep a file, its columns guessed by their names; raises Invalid for what is no CSV, and keeps nothing then."""
    lines = read_lines(file)
    header = next(lines)
    with transaction.atomic():
        source = Import.objects.create(
            name=name[:200],
            uploaded_at=clock.now(),
            uploaded_by=cause.actor[:150],
            header=header,
            mapping=guessed(header),
        )
        chunks: list[ImportChunk] = []
        batch: list[list[str]] = []
        for line in lines:
            batch.append(line)
            source.lines += 1
            if len(batch) == ImportChunk.SIZE:
                chunks.append(ImportChunk(source=source, number=source.lines // ImportChunk.SIZE, lines=batch))
                batch = []
            if len(chunks) == _INSERTED_AT_ONCE:
                db.insert_rows(chunks)
                chunks = []
        if batch:
            chunks.append(ImportChunk(source=source, number=source.lines // ImportChunk.SIZE + 1, lines=batch))
        db.insert_rows(chunks)
        if not source.lines:
            raise Invalid(_("The file has no lines below its header."))
        source.save(update_fields=["lines"])
    return source


def check(source: Import, *, mapping: Sequence[str], date_order: str, deletes_empty: bool) -> None:
    """Begin to go through the file without changing anything; raises Invalid for columns that cannot be."""
    known = dict(choices())
    named = [target for target in mapping if target]
    if len(mapping) != len(source.header) or not set(named) <= known.keys():
        raise Invalid(_("Say of each column what it is."))
    if twice := [known[target] for target, number in Counter(named).items() if number > 1]:
        raise Invalid(_("Two columns are the same: %(names)s.") % {"names": ", ".join(twice)})
    if not {"email", "external_id"} & set(named):
        raise Invalid(_("One column must be the e-mail or the external id."))
    _begin(
        source,
        (Status.UPLOADED, Status.CHECKED),
        Status.CHECKING,
        mapping=list(mapping),
        date_order=date_order,
        deletes_empty=deletes_empty,
        runs=0,
    )


def run(source: Import, *, starts_workflows: bool) -> None:
    """Begin to import what was checked."""
    _begin(source, (Status.CHECKED,), Status.RUNNING, starts_workflows=starts_workflows)


def go_on(source: Import) -> None:
    """Go on where an error stopped the import."""
    if not Import.objects.filter(pk=source.pk, status=Status.HALTED).update(status=Status.RUNNING, note=""):
        raise Refused(_("This import stands somewhere else by now: look at it again."))
    source.refresh_from_db()


def cancel(source: Import) -> None:
    """Stop; lines that were imported already stay, the file is forgotten."""
    if (
        not Import.objects.filter(pk=source.pk)
        .exclude(status__in=[Status.DONE, Status.CANCELLED])
        .update(status=Status.CANCELLED, ended_at=clock.now())
    ):
        raise Refused(_("This import has ended already."))
    ImportChunk.objects.filter(source=source).update(lines=[])
    source.refresh_from_db()


def _begin(source: Import, was: Sequence[str], status: str, **values: Any) -> None:
    fresh: Mapping[str, Any] = {**_NOTHING, "position": 0, "status": status, "note": "", **values}
    if not Import.objects.filter(pk=source.pk, status__in=was).update(**fresh):
        raise Refused(_("This import stands somewhere else by now: look at it again."))
    source.refresh_from_db()


def work_on(source: Import, *, for_seconds: float = TURN) -> bool:
    """Go through the next lines for a while; true when the import has nothing left to do."""
    until = time.monotonic() + for_seconds
    while not _chunk(source.pk):
        if time.monotonic() >= until:
            return False
    return True


@periodic(every=2)
def work_on_imports() -> None:
    """Give each import under way a turn; what a dead process began is gone on with from its last batch."""
    each_alone(Import.objects.filter(status__in=Import.AT_WORK).order_by("pk"), work_on, set_aside=_halt)


def _halt(source: Import, note: str) -> None:
    """Stop an import that cannot go on: what came in stays, a check may be begun again."""
    for was, then in ((Status.CHECKING, Status.UPLOADED), (Status.RUNNING, Status.HALTED)):
        Import.objects.filter(pk=source.pk, status=was).update(status=then, note=note)


def _chunk(key: int) -> bool:
    """Do one batch of lines and note how far it is, both or neither; true when nothing is left."""
    with transaction.atomic():
        source = db.locked(Import.objects.filter(pk=key)).get()
        if source.status not in Import.AT_WORK:
            return True
        next_one = ImportChunk.objects.filter(source=source, number=source.position + 1)
        chunk = next_one.first()
        if chunk is None:
            is_check = source.status == Status.CHECKING
            source.status = Status.CHECKED if is_check else Status.DONE
            source.ended_at = None if is_check else clock.now()
            source.save(update_fields=["status", "ended_at"])
            return True
        reader = Reader(source)
        # Profiles first, in order, then the lines: what an erasure takes out is taken out before this or after it.
        lock_profiles(reader.known_people(chunk.lines))
        chunk = db.locked(next_one).get()
        outcomes, runs = _outcomes(reader, _without_erased(source, chunk.lines))
        done = ImportChunk.objects.filter(pk=chunk.pk)
        done.update(
            outcomes=[list(outcome) for outcome in outcomes],
            refused=sum(word == REFUSED for word, _why in outcomes),
            **({"lines": []} if source.status == Status.RUNNING else {}),
        )
        for word, number in Counter(word for word, _why in outcomes).items():
            setattr(source, word, getattr(source, word) + number)
        source.runs += runs
        source.position += 1
        source.save(update_fields=[*_NOTHING, "position", "runs"])
        return False


def _without_erased(source: Import, lines: list[list[str]]) -> list[list[str]]:
    """Return lines without those of people whose erasure is under way; the caller holds the profiles."""
    begun = Erasure.objects.filter(done_at=None).values_list("identifiers", flat=True)
    people = LookedFor({text for some in begun for text in some}, source.mapping)
    return [[] if people.are_in(line) else line for line in lines]


def _outcomes(reader: Reader, lines: list[list[str]]) -> tuple[list[Outcome], int]:
    """Bring in lines; a check undoes them and says how many runs they would have started."""
    if reader.source.status == Status.RUNNING:
        with starting(reader.source.starts_workflows):
            return [reader.bring_in(line) for line in lines], 0
    try:
        with transaction.atomic(), starting(True):
            counts = [begin() for begin in start_counters]
            outcomes = [reader.bring_in(line) for line in lines]
            raise _Undone(outcomes, sum(count() for count in counts))
    except _Undone as seen:
        return seen.outcomes, seen.runs
