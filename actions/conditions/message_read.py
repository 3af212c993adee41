"""C13: the profile opened or clicked a message."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.db.models import OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from actions.models import Track
from crm.conditions.base import condition_types
from crm.conditions.fact_rows import READERS
from crm.conditions.moment import Moment
from crm.conditions.periods import PeriodForm, period_of, say_period
from crm.conditions.rows import RowsCondition
from triggers.messages import ANY, MessagesForm, is_wanted, say_messages

OPENED, CLICKED = Track.Kind.OPEN.value, Track.Kind.CLICK.value
ACTS = [(OPENED, _("opened")), (CLICKED, _("clicked a link in"))]


class MessageReadForm(MessagesForm, PeriodForm):
    """Ask what was done, with which messages, within which period."""

    act = forms.ChoiceField(label=_("What was done"), choices=ACTS, initial=OPENED)

    field_order = ("act", "which", "messages", "within_count", "within_unit")


@condition_types.register
class MessageRead(RowsCondition):
    """The fact is how often people, not machines, did so."""

    kind = "message_read"
    label = _("Opened or clicked a message")
    form_class = MessageReadForm
    value_type = "whole"

    @property
    def needs_zone(self) -> bool:
        """Periods are lengths of time, not days."""
        return False

    @property
    def asks_any(self) -> bool:
        """Once is enough."""
        return True

    def rows(self, moment: Moment) -> "QuerySet[Track]":
        """Return the tracks."""
        tracks = Track.objects.filter(profile=OuterRef("pk"), kind=self.config["act"], is_machine=False)
        if self.config.get("which", ANY) != ANY:
            tracks = tracks.filter(message__in=self.config["messages"])
        if period := period_of(self.config):
            tracks = tracks.filter(occurred_at__gte=moment.inside(period))
        if not moment.is_live:
            tracks = tracks.filter(recorded_at__lte=moment.inside())
        return tracks

    def read(self, facts: Mapping[str, Any], moment: Moment) -> int:
        """Count them in plain facts."""
        assert isinstance(moment.at, datetime)
        period = period_of(self.config)
        since = moment.at - period if period else None
        return sum(
            each["act"] == self.config["act"]
            and is_wanted(each["message"], self.config)
            and (since is None or each["at"] >= since)
            for each in facts["read"]
        )

    def holds(self, fact: Any, moment: Moment) -> bool:
        """Once is enough."""
        return bool(fact)

    def describe(self) -> str:
        """Say it."""
        act = dict(ACTS)[self.config["act"]]
        if self.config.get("which", ANY) == ANY:
            said = _("%(act)s any message") % {"act": act}
        else:
            said = _("%(act)s: %(messages)s") % {"act": act, "messages": say_messages(self.config["messages"])}
        return f"{said} {say_period(self.config)}".strip()


def _read(ids: list[int], seen_at: datetime | None) -> Iterator[tuple[int, Any, Any]]:
    """Yield what people opened and clicked, the oldest first."""
    rows = Track.objects.filter(profile__in=ids, kind__in=[OPENED, CLICKED], is_machine=False).order_by("id")
    if seen_at is not None:
        rows = rows.filter(recorded_at__lte=seen_at)
    for profile_id, act, message, at in rows.values_list("profile_id", "kind", "message", "occurred_at"):
        yield profile_id, None, {"act": act, "message": message, "at": at}


READERS["read"] = _read
