"""The lines of an import, a chunk at a time: tried and undone by a check, written by the import."""

from collections import Counter

from django.db import transaction

from crm import clock, db
from crm.imports.lines import CREATED, REFUSED, UNCHANGED, UPDATED, Outcome, Reader
from crm.imports.naming import LookedFor
from crm.imports.starting import start_counters, starting
from crm.models import Erasure, Import, ImportChunk
from crm.personal.holders import own_identifiers
from crm.services.import_steps import note
from crm.tracked import lock_profiles

Status = Import.Status
#: columns of an import that count what became of its lines
FIGURES = (CREATED, UPDATED, UNCHANGED, REFUSED)


class _Undone(Exception):
    """Carries what a check saw out of the transaction that it undoes."""

    def __init__(self, outcomes: list[Outcome], runs: int) -> None:
        super().__init__()
        self.outcomes, self.runs = outcomes, runs


def bring_in_chunk(source: Import) -> bool:
    """Check or import the next lines and note how far it is; true when none is left. The caller is alone with it."""
    next_one = ImportChunk.objects.filter(source=source, number=source.position + 1)
    chunk = next_one.first()
    if chunk is None:
        is_check = source.status == Status.CHECKING
        note(source, status=Status.CHECKED if is_check else Status.DONE, ended_at=None if is_check else clock.now())
        return True
    reader = Reader(source)
    # Profiles first, in order, then the lines, the import last: an erasure takes lines out before this or after it.
    lock_profiles(reader.known_people(chunk.lines))
    chunk = db.locked(next_one).get()
    outcomes, runs = _outcomes(reader, _without_erased(source, chunk.lines))
    done = ImportChunk.objects.filter(pk=chunk.pk)
    done.update(
        outcomes=[list(outcome) for outcome in outcomes],
        refused=sum(outcome[0] == REFUSED for outcome in outcomes),
        **({"lines": []} if source.status == Status.RUNNING else {}),
    )
    numbers = Counter(outcome[0] for outcome in outcomes)
    figures = {word: getattr(source, word) + numbers[word] for word in FIGURES}
    note(source, position=source.position + 1, runs=source.runs + runs, **figures)
    return False


def _without_erased(source: Import, lines: list[list[str]]) -> list[list[str]]:
    """Return lines without those of people whose erasure is under way; the caller holds the profiles.

    What a living profile holds by now is that one's: an erasure may be parked for long.
    """
    begun = Erasure.objects.filter(done_at=None).values_list("identifiers", flat=True)
    people = LookedFor(own_identifiers(0, {text for some in begun for text in some}), source.mapping)
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
