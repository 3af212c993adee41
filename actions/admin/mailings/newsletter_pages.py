"""The page of a newsletter: looked through and tested, sent, watched, paused, cancelled."""

from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.timesince import timeuntil
from django.utils.translation import gettext as _

from actions.admin.mailings.pages import TONES, MailingMessagePage, MailingPage, MailingProfilesPage
from actions.mailings.counting import count_audience, recipient_of
from actions.mailings.course import what_left, what_was_opened
from actions.mailings.message import message_of, render_for
from actions.mailings.preflight import newsletter_problems
from actions.mailings.progress import Progress
from actions.reasons import reason_label
from actions.tracking.spam_rate import mailing_is_broken
from actions.tracking.words import say_heard
from crm import clock
from crm.admin.display import badge
from crm.models import Newsletter, Profile, Site
from crm.wallclock import zone_of

Status = Newsletter.Status
#: the figures are asked for again after so many seconds at least, and after one more for each so many messages
SOON, PER_SECOND = 2, 20_000


class OneNewsletter(MailingPage):
    """A page about one newsletter."""

    model = Newsletter
    mailing: Newsletter

    def a_recipient(self) -> Profile | None:
        """Return somebody who would get it, as far as that is counted, else the newest profile."""
        return recipient_of(self.mailing) or Profile.objects.filter(erased_at=None).order_by("-pk").first()

    def content(self) -> Any:
        """Return what it says: frozen since it began."""
        return self.mailing.frozen.get("content") or message_of(self.mailing).content

    def progress(self) -> dict[str, Any]:
        """Return what the panel of figures shows, and after how many seconds it is asked for again (0: never)."""
        progress = Progress.of(self.mailing)
        is_live = self.mailing.status in (Status.SCHEDULED, Status.PREPARING, Status.SENDING)
        return {
            "progress": progress,
            "figures": progress.figures,
            "skipped": [(reason_label(reason), number) for reason, number in progress.skipped],
            "begins_now": self.mailing.status == Status.SCHEDULED
            and (self.mailing.send_at or clock.now()) <= clock.now(),
            "is_stopped": is_live and mailing_is_broken(),
            "left": _left(progress.ends_at),
            "heard": say_heard(progress.figures),
            "left_over_time": what_left(self.mailing),
            "opened_over_time": what_was_opened(self.mailing),
            "seconds": SOON + progress.figures.planned // PER_SECOND if is_live else 0,
        }


class NewsletterPage(OneNewsletter):
    """All about it in words, what is wrong with it, its message, its figures, and what can be done."""

    template_name = "actions/admin/mailings/newsletter.html"

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Show it; who would get it is being counted as long as it is a draft."""
        newsletter, site = self.mailing, Site.current()
        is_draft = newsletter.status == Status.DRAFT
        problems, count = newsletter_problems(newsletter) if is_draft else ([], None)
        profile = self.chosen_profile(self.a_recipient)
        return self.page(
            **({} if is_draft else self.progress()),
            badge=badge(newsletter.get_status_display(), TONES[Status(newsletter.status)]),
            errors=[problem for problem in problems if problem.blocks],
            warnings=[problem for problem in problems if not problem.blocks],
            count=count,
            is_draft=is_draft,
            can_pause=newsletter.status in (Status.PREPARING, Status.SENDING),
            can_cancel=newsletter.status in (Status.SCHEDULED, Status.PREPARING, Status.SENDING, Status.PAUSED),
            may={verb: self.may(verb) for verb in ("change", "add", "send")},
            send_at=newsletter.send_at and timezone.localtime(newsletter.send_at, zone_of(site.time_zone)),
            zone=site.time_zone,
            grounds=self.grounds(),
            profile=profile,
            shown=render_for(self.content(), profile, is_marketing=newsletter.purpose == "marketing"),
        )


class ProgressPage(OneNewsletter):
    """The figures alone, asked for again and again while it is being sent."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Show them; the page is loaded anew when the status is another than it shows."""
        context = {"mailing": self.mailing, **self.progress()}
        response = TemplateResponse(request, "actions/admin/mailings/figures.html", context)
        if request.GET.get("status", self.mailing.status) != self.mailing.status:
            response["HX-Refresh"] = "true"
        return response


class CountPage(OneNewsletter):
    """The number of recipients alone, asked for again and again while it is counted."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Show it; a page that says what is wrong besides is loaded anew when the number is known (`refresh`)."""
        count = count_audience(self.mailing) if self.mailing.status == Status.DRAFT else None
        context = {"count": count, "mailing": self.mailing, "refreshes": "refresh" in request.GET}
        response = TemplateResponse(request, "actions/admin/mailings/count.html", context)
        if context["refreshes"] and (count is None or count.number is not None or count.error):
            response["HX-Refresh"] = "true"
        return response


class MessagePage(OneNewsletter, MailingMessagePage):
    """The message for a profile, in a frame."""


class ProfilesPage(OneNewsletter, MailingProfilesPage):
    """Profiles to choose from."""


def _is_due(newsletter: Newsletter) -> bool:
    return newsletter.send_at is not None and newsletter.send_at <= clock.now()


def _left(until: datetime | None) -> str:
    """Say how long it still takes; empty where nobody can tell."""
    now = clock.now()
    if until is None:
        return ""
    if until - now < timedelta(minutes=1):
        return _("A minute at most to go.")
    return _("About %(left)s to go.") % {"left": timeuntil(until, now)}
