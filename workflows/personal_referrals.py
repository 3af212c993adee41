"""What runs of a referral say of the one who is erased in rows of the other: that goes, and the other's stays."""

from collections.abc import Sequence
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from actions.models import Delivery, Track
from actions.personal import IN_HAND, Deliveries, take_out_of_mailbox
from actions.tracking.links import written_links
from crm import db
from crm.personal import PersonalTable, Subject, Unsettled, erased_words, no_object, personal_tables
from crm.personal.others import reduced
from triggers.models import Event
from triggers.personal import OF_REFERRALS, Events, events_of_sponsor
from workflows.models import Journal, Run


class _OfSponsor(PersonalTable):
    """Rows of the sponsor's runs about this referee: those that name them are blanked."""

    hidden = None  # they are the sponsor's
    order = 30

    def erase(self, rows: Sequence[Any], subject: Subject) -> None:
        """Blank the rows that name the person."""
        self.blank([row for row in rows if any(subject.is_in(getattr(row, name)) for name in self.blanks)])


@personal_tables.register
class SponsorsRuns(_OfSponsor):
    """What runs of the sponsor keep."""

    kind = "run_of_sponsor"
    model = Run
    label = _("Runs of the sponsor")
    owner = "profile_id"
    blanks = {"data": no_object, "error": erased_words}

    def rows(self, subject: Subject) -> "QuerySet[Any]":
        """Return the runs that the referral started."""
        return Run.objects.filter(event__in=events_of_sponsor(subject))


@personal_tables.register
class SponsorsJournal(_OfSponsor):
    """What steps of those runs saw."""

    kind = "journal_of_sponsor"
    model = Journal
    label = _("Steps of runs of the sponsor")
    owner = "run__profile_id"
    blanks = {"saw": no_object}

    def rows(self, subject: Subject) -> "QuerySet[Any]":
        """Return their journal."""
        return Journal.objects.filter(run__event__in=events_of_sponsor(subject))


@personal_tables.register
class OthersDeliveries(Deliveries):
    """Messages of those runs to the other one of the two, or to the team about them."""

    kind = "delivery_of_other"
    label = _("Messages about a referral to somebody else")
    hidden = None  # they are the other's
    owner = "profile_id"
    order = 30

    def rows(self, subject: Subject) -> "QuerySet[Any]":
        """Return what went to others in the runs that this person's referrals started."""
        mine = Run.objects.filter(profile=subject.profile_id, event__kind__in=OF_REFERRALS)
        sponsors = Run.objects.filter(event__in=list(events_of_sponsor(subject).values_list("pk", flat=True)))
        runs = [*mine.values_list("pk", flat=True), *sponsors.values_list("pk", flat=True)]
        return Delivery.objects.filter(run_id__any_of=runs).exclude(profile=subject.profile_id)

    def identifiers(self, profile_id: int) -> Sequence[str]:
        """Say nothing: their recipients are others."""
        return ()

    def stop(self, profile_id: int) -> None:
        """Let what the other gets go on."""

    def erase(self, rows: Sequence[Any], subject: Subject) -> None:
        """Take the person out, and out of what followed when those messages were read."""
        held = _held(Delivery.objects.filter(pk__any_of=[row.pk for row in rows]))
        while held:
            _take_out(held, subject)
            held = _what_followed(held)


def _held(rows: "QuerySet[Delivery]") -> list[Delivery]:
    """Lock messages, and read them then; raises Unsettled if a worker has one, and with it what is taken out here."""
    held = list(db.locked(rows.order_by("pk")))
    if any(row.status in IN_HAND for row in held):
        raise Unsettled
    return held


def _take_out(rows: Sequence[Delivery], subject: Subject) -> None:
    """Leave of the person the number; subjects, and the mailbox's copies, may hold their name."""
    for row in rows:
        row.context = reduced(row.context, subject.profile_id.__eq__)
        row.subject = ""  # of what is tried again, too: it is written anew
        row.reason = Deliveries.blanks["reason"](row.reason, row)
    db.update_rows(rows, ["context", "subject", "reason"])
    take_out_of_mailbox(rows)
    tracks = Track.objects.filter(delivery__in=[row.pk for row in rows]).exclude(url="")
    made_for_one = [track for track in tracks.select_related("delivery__content") if not _is_written(track)]
    for track in made_for_one:
        track.url = ""
    db.update_rows(made_for_one, ["url"])


def _is_written(track: Track) -> bool:
    """Tell whether a link stands in the content as it is, without anything merged in."""
    return track.url in written_links(str(track.delivery.content.parts.get("html") or ""))


def _what_followed(rows: Sequence[Delivery]) -> list[Delivery]:
    """Blank the events of their reading, which hold the subject, and return the messages of runs that those started."""
    keys = [Q(once=f"opened:{row.pk}") | db.starts_with("once", f"clicked:{row.pk}:") for row in rows]
    read = list(Event.objects.filter(reduce(or_, keys)))
    Events().blank(read)
    if not read:
        return []
    followed = Run.objects.filter(Q(event__in=read) | Q(latest__in=read))
    found = _held(Delivery.objects.filter(run_id__any_of=list(followed.values_list("pk", flat=True))))
    for row in found:
        row.context = {**row.context, "data": {**row.context.get("data", {}), "message": {}}}
    return found
