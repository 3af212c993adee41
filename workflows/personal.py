"""Runs and their journal: what they saw of a person."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from actions.models import Delivery
from actions.models.delivery import ENDED
from actions.personal import Deliveries, take_out_of_mailbox
from crm import db
from crm.models import Referral
from crm.personal import PersonalTable, Subject, erased_words, no_object, personal_tables
from crm.values import email_key
from triggers.models import Kind
from workflows.models import Entry, Journal, Run
from workflows.reasons import ERASED
from workflows.services.runs import stop_all

_OF_REFERRALS = (Kind.REFERRAL_CREATED, Kind.REFERRAL_VALIDATED)


@personal_tables.register
class Runs(PersonalTable):
    """Where they were sent along."""

    kind = "run"
    model = Run
    label = _("Runs of workflows")
    keeps = _("Which workflow, when, and how it ended: the figures of workflows still add up.")
    hidden = frozenset({"live_key", "error"})
    blanks = {"data": no_object, "error": erased_words}

    def stop(self, profile_id: int) -> None:
        """Stop what is under way."""
        stop_all(Run.objects.filter(profile=profile_id), reason=ERASED)


@personal_tables.register
class Entries(PersonalTable):
    """What events did at workflows."""

    kind = "entry"
    model = Entry
    label = _("What events did")
    keeps = _("Which workflow, when, started or refused and why.")


@personal_tables.register
class JournalLines(PersonalTable):
    """What each step saw and decided."""

    kind = "journal"
    model = Journal
    label = _("Steps of runs")
    keeps = _("Which step, when, and how it came out: without what it saw.")
    path = "run__profile"
    blanks = {"saw": no_object}


def runs_of_sponsor(subject: Subject) -> "QuerySet[Run]":
    """Return the runs of their sponsor that speak of this referee."""
    referral = Referral.objects.filter(referee=subject.profile_id).values_list("pk", "sponsor_id").first()
    if referral is None:
        return Run.objects.none()
    return Run.objects.filter(profile=referral[1], event__kind__in=_OF_REFERRALS, event__key=str(referral[0]))


class _OfSponsor(PersonalTable):
    """Rows of the sponsor's runs: only what names the referee is taken out of them."""

    hidden = None  # they are the sponsor's
    order = 30

    def erase(self, rows: Sequence[Any], subject: Subject) -> None:
        """Blank the rows that name the person."""
        found = [row for row in rows if any(subject.is_in(getattr(row, name)) for name in self.blanks)]
        self.blank(found)


@personal_tables.register
class SponsorsRuns(_OfSponsor):
    """What runs of the sponsor keep."""

    kind = "run_of_sponsor"
    model = Run
    label = _("Runs of the sponsor")
    keeps = Runs.keeps
    blanks = Runs.blanks

    def rows(self, subject: Subject) -> "QuerySet[Any]":
        """Return the runs that speak of the referee."""
        return runs_of_sponsor(subject)


@personal_tables.register
class SponsorsJournal(_OfSponsor):
    """What steps of those runs saw."""

    kind = "journal_of_sponsor"
    model = Journal
    label = _("Steps of runs of the sponsor")
    keeps = JournalLines.keeps
    blanks = JournalLines.blanks

    def rows(self, subject: Subject) -> "QuerySet[Any]":
        """Return their journal."""
        return Journal.objects.filter(run__in=runs_of_sponsor(subject))


@personal_tables.register
class SponsorsDeliveries(Deliveries):
    """Messages that told the sponsor of them, or went to them in the sponsor's name."""

    kind = "delivery_of_sponsor"
    label = _("Messages of the sponsor's runs")
    hidden = None  # they are the sponsor's
    order = 30

    def rows(self, subject: Subject) -> "QuerySet[Any]":
        """Return the deliveries of those runs."""
        return Delivery.objects.filter(run_id__in=runs_of_sponsor(subject).values("pk"))

    def identifiers(self, profile_id: int) -> Iterable[str]:
        """Say nothing: their recipients may be the sponsor."""
        return ()

    def stop(self, profile_id: int) -> None:
        """Let what the sponsor gets go on."""

    def erase(self, rows: Sequence[Any], subject: Subject) -> None:
        """Blank what went to the person; of what goes to the sponsor, take out who was brought."""
        theirs = [row for row in rows if email_key(row.recipient) in subject.emails]
        super().erase(theirs, subject)
        others = [row for row in rows if email_key(row.recipient) not in subject.emails]
        for row in others:
            referral = row.context.get("data", {}).get("referral", {})
            if "referee" in referral:
                referral["referee"] = {"id": subject.profile_id}
            if row.status in ENDED:
                row.subject = ""
        db.update_rows(others, ["context", "subject"])
        take_out_of_mailbox([row for row in others if row.status in ENDED])
