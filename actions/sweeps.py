"""What actions repeats besides the sweep of deliveries: newsletters and scenarios (crm/periodic.py)."""

from actions.mailings.counting import count_all
from actions.mailings.preparing import prepare_all
from actions.mailings.releasing import release_all
from actions.mailings.scenarios import check_all
from crm.periodic import periodic


@periodic(every=1)
def prepare_newsletters() -> None:
    """Begin newsletters whose time has come, and prepare them to the end."""
    prepare_all()


@periodic(every=1)
def release_newsletters() -> None:
    """Let newsletters go at the pace of the mail server, or at their own."""
    release_all()


@periodic(every=20)
def check_scenarios() -> None:
    """Write to those whose turn has come."""
    check_all()


@periodic(every=1)
def count_audiences() -> None:
    """Count to the end who would get the newsletters that somebody looks at."""
    count_all()
