"""Try an integration out, now."""

from actions.integrations.base import Tested, integration_kinds
from actions.integrations.store import note_test
from actions.models import Integration
from actions.reasons import KEY_CHANGED, reason_label
from actions.secrets import Undecipherable


def try_integration(row: Integration) -> Tested:
    """Test the connection now, and keep how it went. Not inside a transaction."""
    try:
        result = integration_kinds[row.kind](row).test_connection()
    except Undecipherable:
        result = Tested(False, reason_label(KEY_CHANGED))
    note_test(row, is_fine=result.is_fine, said=result.said)
    return result
