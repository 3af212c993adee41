"""One after the other, each for itself: what one row of a user's breaks keeps no other waiting."""

from collections.abc import Callable, Iterable
from typing import TypeVar

import structlog
from django.db import InterfaceError, OperationalError

from crm.errors import Invalid, Refused

logger = structlog.get_logger(__name__)
T = TypeVar("T")
#: letters of an error that are kept
LONGEST = 500


def each_alone(
    rows: Iterable[T], deed: Callable[[T], object], *, set_aside: Callable[[T, str], object] | None = None
) -> None:
    """Do something with each row; one that raises is reported, and given to `set_aside` with the error in words.

    Trouble of the database itself (a deadlock, a lost connection) sets nothing aside: it is raised when all had their
    turn, so that the scheduler reports it and comes again.
    """
    trouble: Exception | None = None
    for row in rows:
        try:
            deed(row)
        except (OperationalError, InterfaceError) as error:
            trouble = error
        except Exception as error:
            logger.exception("set_aside", row=type(row).__name__, id=getattr(row, "pk", None))
            if set_aside is not None:
                set_aside(row, in_words(error))
    if trouble is not None:
        raise trouble


def in_words(error: Exception) -> str:
    """Return what an error of ours says, as any database can hold it.

    Of another only its kind: it may quote a row, as those of databases do, and stands longer than the row.
    """
    if not isinstance(error, (Invalid, Refused)):
        return type(error).__name__
    return error.message.replace("\0", "").encode("utf-8", "replace").decode()[:LONGEST]
