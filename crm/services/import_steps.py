"""How far an import is: written last, under all other locks, and only where nobody moved it meanwhile."""

from typing import Any

from crm import db
from crm.models import Import


def be_alone_with(key: int) -> None:
    """Keep others who work on an import or end it waiting until the end of the transaction; before any other lock."""
    db.alone(f"import {key}")


class Moved(Exception):
    """Somebody cancelled or moved the import meanwhile: what was done of it in this transaction is undone."""


def note(source: Import, **values: Any) -> None:
    """Write how far an import is that still stands where it stood; raises Moved."""
    if not Import.objects.filter(pk=source.pk, status=source.status).update(**values):
        raise Moved
