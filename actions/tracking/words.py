"""What was heard of messages, as people say it."""

from collections import defaultdict
from collections.abc import Iterable

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from actions.models import Delivery, Track
from actions.tracking.figures import Figures
from actions.tracking.recording import BY_CLICK
from actions.tracking.robots import WHY
from crm.words import when

#: what is said of a message among others: machines are left to its own page
_TOLD = (
    *(Track.Kind.OPEN, Track.Kind.CLICK, Track.Kind.HARD_BOUNCE, Track.Kind.COMPLAINT, Track.Kind.UNSUBSCRIBE),
    Track.Kind.REFUSED,
)


def heard_of(deliveries: Iterable[Delivery]) -> dict[int, list[Track]]:
    """Return what people did with deliveries, and what went wrong with them, each for the first time; one query."""
    heard: dict[int, list[Track]] = defaultdict(list)
    ids = [delivery.pk for delivery in deliveries]
    if ids:
        rows = Track.objects.filter(delivery__in=ids, is_first=True, is_machine=False, kind__in=_TOLD)
        for track in rows.order_by("occurred_at", "id"):
            heard[track.delivery_id].append(track)
    return heard


def say_track(track: Track) -> str:
    """Say what was heard: what, when, and which link."""
    said = [f"{track.get_kind_display()} {when(track.occurred_at)}"]
    if track.url:
        said.append(track.url)
    return " · ".join(said)


def say_why(track: Track) -> str:
    """Say how a machine was recognised, or what a provider said."""
    if track.why == BY_CLICK:
        return _("The pictures were not loaded; the click tells that it was read.")
    return str(WHY.get(track.why, track.why))


def say_figures(figures: Figures) -> list[tuple[str, str]]:
    """Return figures with their names; what did not happen is left out, all of it before anything was planned."""
    if not figures.planned:
        return []
    lost = [(_("Failed"), figures.failed), (_("Skipped"), figures.skipped), (_("Unknown"), figures.unknown)]
    sent = (_("Sent"), _said(figures.sent))
    return [sent, *say_heard(figures), *((label, _said(number)) for label, number in lost if number)]


def say_heard(figures: Figures) -> list[tuple[str, str]]:
    """Return what became of messages after they left, with its names.

    Opens and clicks are said as soon as one has left, also where there are none; of the rest, what did happen.
    """
    always = {_("Opened"), _("Clicked")} if figures.sent else set()
    counts = [
        (pgettext("message", "Delivered"), figures.delivered, ""),
        (_("Opened"), figures.opened, _rate(figures.open_rate)),
        (_("Clicked"), figures.clicked, _rate(figures.click_rate)),
        (_("Opened by machines"), figures.opened_by_machine, ""),
        (_("Clicked by machines"), figures.clicked_by_machine, ""),
        (_("Bounced"), figures.bounced, ""),
        (_("Could not be delivered for now"), figures.soft_bounced, ""),
        (_("Complaints"), figures.complained, ""),
        (_("Unsubscribed"), figures.unsubscribed, ""),
    ]
    return [(label, f"{_said(number)}{rate}") for label, number, rate in counts if number or label in always]


def _said(number: int) -> str:
    return str(number_format(number, force_grouping=True))


def _rate(percent: float) -> str:
    return f" ({number_format(round(percent, 1), 1)} %)"
