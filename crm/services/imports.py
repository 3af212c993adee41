"""Import profiles: upload, check without changing anything, import, each in pieces that can be resumed."""

import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import IO, Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from crm import clock
from crm.cause import Cause
from crm.errors import Invalid, Refused
from crm.imports.columns import choices
from crm.models import Import
from crm.periodic import periodic
from crm.services.import_files import broken_off, forget_files, keep_file, read_piece
from crm.services.import_lines import FIGURES, bring_in_chunk
from crm.services.import_steps import Moved, be_alone_with
from crm.turns import LONGEST, each_alone

Status = Import.Status
#: seconds of a turn of the scheduler, and for which somebody waits who uploads a file
TURN, AT_ONCE = 5.0, 2.0


def upload(file: IO[bytes], *, name: str, cause: Cause, encoding: str = "") -> Import:
    """Keep a file, its columns guessed by their names; raises Invalid for what is no CSV, and keeps nothing then.

    A small file is read into lines before this returns, the rest of a large one by the scheduler.
    """
    source = Import.objects.create(
        name=name[:200],
        status=Status.UPLOADING,
        uploaded_at=clock.now(),
        uploaded_by=cause.actor[:150],
        language=get_language() or "",
    )
    try:
        keep_file(source, file, encoding=encoding)
        work_on(source, for_seconds=AT_ONCE)
    except Invalid:
        with transaction.atomic():
            be_alone_with(source.pk)
            source.delete()
        raise
    source.refresh_from_db()
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
    if not _end(source.pk, Import.NOT_ENDED, ""):
        raise Refused(_("This import has ended already."))
    source.refresh_from_db()


def _begin(source: Import, was: Sequence[str], status: str, **values: Any) -> None:
    fresh: Mapping[str, Any] = {
        **dict.fromkeys(FIGURES, 0),
        "position": 0,
        "status": status,
        "note": "",
        "language": get_language() or "",
        **values,
    }
    if not Import.objects.filter(pk=source.pk, status__in=was).update(**fresh):
        raise Refused(_("This import stands somewhere else by now: look at it again."))
    source.refresh_from_db()


def work_on(source: Import, *, for_seconds: float = TURN) -> bool:
    """Do the next pieces of an import's work for a while; true when nothing is left. Raises Invalid for no CSV."""
    until = time.monotonic() + for_seconds
    while not _piece(source.pk):
        if time.monotonic() >= until:
            return False
    return True


#: what is done while an import stands somewhere: a piece of it, and the answer whether that was the last
_WORK: Mapping[str, Callable[[Import], bool]] = {
    Status.READING: read_piece,
    Status.CHECKING: bring_in_chunk,
    Status.RUNNING: bring_in_chunk,
}


def _piece(key: int) -> bool:
    """Do a piece of an import's work and note how far it is, both or neither; true when nothing is left."""
    try:
        with transaction.atomic():
            be_alone_with(key)
            source = Import.objects.filter(pk=key, status__in=_WORK).first()
            if source is None:
                return True
            with override(source.language or settings.LANGUAGE_CODE):
                return _WORK[source.status](source)
    except Moved:
        return False


@periodic(every=2)
def work_on_imports() -> None:
    """Give each import under way a turn; what a dead process began is gone on with from its last piece."""
    for key in broken_off():
        _end(key, (Status.UPLOADING,), _("The upload was broken off."))
    each_alone(Import.objects.filter(status__in=Import.AT_WORK).order_by("pk"), _turn, set_aside=_halt)


def _turn(source: Import) -> None:
    try:
        work_on(source)
    except Invalid as error:
        _end(source.pk, (Status.READING,), error.message)


def _halt(source: Import, note: str) -> None:
    """Stop an import that cannot go on: what came in stays, a check may be begun again."""
    _end(source.pk, (Status.READING,), note)
    for was, then in ((Status.CHECKING, Status.UPLOADED), (Status.RUNNING, Status.HALTED)):
        Import.objects.filter(pk=source.pk, status=was).update(status=then, note=note)


def _end(key: int, was: Sequence[str], note: str) -> bool:
    """End an import that stands where it is thought to, and forget the file; false where it stands elsewhere."""
    with transaction.atomic():
        be_alone_with(key)
        standing = Import.objects.filter(pk=key, status__in=was)
        if not standing.update(status=Status.CANCELLED, note=note[:LONGEST], ended_at=clock.now()):
            return False
        forget_files([key])
        return True
