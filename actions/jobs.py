"""RQ entry points and periodic tasks: no logic."""

from actions import bells
from actions.sending import deliver, sweep

__all__ = ["run_http", "run_mail", "sweep"]

MAILS_AT_ONCE = 100
CALLS_AT_ONCE = 50


def run_mail() -> None:
    """Send the mails that are due."""
    bells.drain("mail", lambda: deliver("mail", MAILS_AT_ONCE), full=MAILS_AT_ONCE)


def run_http() -> None:
    """Make the calls that are due."""
    bells.drain("http", lambda: deliver("http", CALLS_AT_ONCE), full=CALLS_AT_ONCE)
