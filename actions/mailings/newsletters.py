"""What is done with a newsletter: each verb is one compare-and-swap of its status."""

from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from actions.mailings.preflight import newsletter_problems
from crm import clock
from crm.errors import Refused
from crm.models import Newsletter

Status = Newsletter.Status
#: a time just past is taken for now
PATIENCE = timedelta(minutes=5)


def schedule_newsletter(newsletter: Newsletter, *, send_at: datetime | None = None) -> int | None:
    """Have a draft sent, now or at a time; returns the number of recipients as of now, None while it is counted.

    Raises Refused with the first problem that stands in the way.
    """
    now = clock.now()
    if send_at is not None and send_at < now - PATIENCE:
        raise Refused(_("This time is over: choose another."))
    problems, count = newsletter_problems(newsletter)
    for problem in problems:
        if problem.blocks:
            raise Refused(problem.message)
    _swap(newsletter, [Status.DRAFT], _("Only a draft can be sent."), status=Status.SCHEDULED, send_at=send_at or now)
    return count.number if count else None


def unschedule_newsletter(newsletter: Newsletter) -> None:
    """Make a scheduled newsletter a draft again."""
    _swap(newsletter, [Status.SCHEDULED], _("It has begun already: pause or cancel it."), status=Status.DRAFT)


def pause_newsletter(newsletter: Newsletter, *, reason: str = "") -> None:
    """Stop a newsletter at once: nothing more is prepared or sent until it is resumed; `reason` is shown."""
    under_way = [Status.PREPARING, Status.SENDING]
    refusal = _("Only a newsletter that is being sent can be paused.")
    _swap(newsletter, under_way, refusal, status=Status.PAUSED, note=reason[:500])


def resume_newsletter(newsletter: Newsletter) -> None:
    """Go on where it was paused: nobody gets it twice, nobody is left out."""
    refusal = _("This newsletter is not paused.")
    newsletter.refresh_from_db(fields=["prepared_at"])
    status = Status.PREPARING if newsletter.prepared_at is None else Status.SENDING
    _swap(newsletter, [Status.PAUSED], refusal, status=status)


def cancel_newsletter(newsletter: Newsletter) -> None:
    """End a newsletter for good: what has not left never does."""
    live = [Status.SCHEDULED, Status.PREPARING, Status.SENDING, Status.PAUSED]
    _swap(newsletter, live, _("It has been sent or cancelled already."), status=Status.CANCELLED)


def copy_newsletter(newsletter: Newsletter) -> Newsletter:
    """Make a draft of the same message to the same audience."""
    name = _("%(name)s (copy)") % {"name": newsletter.name[:100]}
    columns = ("template_id", "segment_id", "purpose", "consents", "per_minute")
    return Newsletter.objects.create(name=name, **{column: getattr(newsletter, column) for column in columns})


def _swap(newsletter: Newsletter, expected: list[Status], refusal: str, **columns: Any) -> None:
    """Change the status from one of those expected; raises Refused where somebody was quicker."""
    changed = Newsletter.objects.filter(pk=newsletter.pk, status__in=expected).update(**{"note": "", **columns})
    newsletter.refresh_from_db()
    if not changed:
        raise Refused(refusal)
