"""The page of a newsletter: looked through and tested, sent, watched, paused, cancelled."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone

from actions.admin.mailings.pages import (
    TONES,
    MailingMessagePage,
    MailingPage,
    MailingProfilesPage,
    newsletter_panels,
)
from actions.mailings.audience import audience_of, members, reachable
from actions.mailings.figures import figures_of_newsletter, progress_of
from actions.mailings.message import message_of, render_for
from actions.mailings.preflight import newsletter_problems
from crm.admin.display import badge
from crm.admin.panels import shown
from crm.errors import Invalid
from crm.models import Newsletter, Profile, Site
from crm.wallclock import zone_of

Status = Newsletter.Status


class OneNewsletter(MailingPage):
    """A page about one newsletter."""

    model = Newsletter
    mailing: Newsletter

    def a_recipient(self) -> Profile | None:
        """Return somebody who would get it, else the newest profile."""
        try:
            people = Profile.objects.filter(members(audience_of(self.mailing.segment)))
            found = reachable(people, self.mailing.consents).order_by("pk").first()
        except Invalid:
            found = None
        return found or Profile.objects.filter(erased_at=None).order_by("-pk").first()

    def content(self) -> Any:
        """Return what it says: frozen since it began."""
        return self.mailing.frozen.get("content") or message_of(self.mailing).content

    def progress(self) -> dict[str, Any]:
        """Return what the panel of figures shows."""
        figures = figures_of_newsletter(self.mailing.pk)
        prepared, sent = progress_of(self.mailing, figures)
        is_live = self.mailing.status in (Status.SCHEDULED, Status.PREPARING, Status.SENDING)
        return {
            "figures": figures,
            "prepared_share": prepared,
            "sent_share": sent,
            "is_live": is_live,
            "badge": badge(self.mailing.get_status_display(), TONES[Status(self.mailing.status)]),
        }


class NewsletterPage(OneNewsletter):
    """All about it in words, what is wrong with it, its message, its figures, and what can be done."""

    template_name = "actions/admin/mailings/newsletter.html"

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Show it; who would get it is counted as long as it is a draft."""
        newsletter, site = self.mailing, Site.current()
        is_draft = newsletter.status == Status.DRAFT
        problems, number = newsletter_problems(newsletter) if is_draft else ([], newsletter.planned)
        profile = self.chosen_profile(self.a_recipient)
        return self.page(
            **self.progress(),
            errors=[problem for problem in problems if problem.blocks],
            warnings=[problem for problem in problems if not problem.blocks],
            number=number,
            is_draft=is_draft,
            can_pause=newsletter.status in (Status.PREPARING, Status.SENDING),
            can_cancel=newsletter.status in (Status.SCHEDULED, Status.PREPARING, Status.SENDING, Status.PAUSED),
            may={verb: self.may(verb) for verb in ("change", "add", "send")},
            send_at=newsletter.send_at and timezone.localtime(newsletter.send_at, zone_of(site.time_zone)),
            zone=site.time_zone,
            grounds=self.grounds(),
            profile=profile,
            shown=render_for(self.content(), profile, is_marketing=newsletter.purpose == "marketing"),
            panels=shown(newsletter_panels, request, newsletter),
        )


class ProgressPage(OneNewsletter):
    """The figures alone, asked for again and again while it is being sent."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Show them; the page is loaded anew when the status is another than it shows."""
        context = {"mailing": self.mailing, "progress_at": self.address("progress"), **self.progress()}
        response = TemplateResponse(request, "actions/admin/mailings/figures.html", context)
        if request.GET.get("status", self.mailing.status) != self.mailing.status:
            response["HX-Refresh"] = "true"
        return response


class MessagePage(OneNewsletter, MailingMessagePage):
    """The message for a profile, in a frame."""


class ProfilesPage(OneNewsletter, MailingProfilesPage):
    """Profiles to choose from."""
