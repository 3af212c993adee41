"""Several tags in one value, separated by commas; a tag that holds a comma stands between quotation marks."""

import csv
import io
from collections.abc import Iterable

from django.utils.translation import gettext as _

from crm.errors import Invalid


def written_tags(names: Iterable[str]) -> str:
    """Return names as one value."""
    text = io.StringIO()
    csv.writer(text).writerow(names)
    return text.getvalue().removesuffix("\r\n")


def read_tags(value: str) -> list[str]:
    """Return the names in a value; raises Invalid."""
    try:
        rows = list(csv.reader(io.StringIO(value, newline=""), skipinitialspace=True))
    except csv.Error as error:
        raise Invalid(_("These are no tags: %(error)s") % {"error": error}) from error
    return [name.strip() for row in rows for name in row if name.strip()]
