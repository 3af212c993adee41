"""What is done with a newsletter on its page: tested, sent, paused, resumed, cancelled, copied."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from actions.admin.mailings.forms import SendForm
from actions.admin.mailings.newsletter_pages import OneNewsletter
from actions.admin.mailings.tests import MailingTestPage
from actions.mailings import newsletters
from actions.mailings.preflight import newsletter_problems
from actions.tracking.figures import figures_of_newsletters
from crm import clock
from crm.models import Newsletter, Profile, Site
from crm.wallclock import zone_of

Status = Newsletter.Status


class TestPage(OneNewsletter, MailingTestPage):
    """Send a test, with the data of somebody who would get it."""

    def example(self) -> Profile | None:
        """Return a recipient."""
        return self.a_recipient()


class SendPage(OneNewsletter):
    """Ask once more, with the number of recipients as it is counted; POST sends it, now or later."""

    template_name = "actions/admin/mailings/send.html"
    needs = "send"
    needs_to_post = "send"

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Ask."""
        return self._ask(SendForm({"when": "now"}))

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Send it."""
        form = SendForm(request.POST)
        if not form.is_valid():
            return self._ask(form)
        number = newsletters.schedule_newsletter(self.mailing, send_at=form.cleaned_data["send_at"])
        said = _("Who gets it is settled when it begins.")
        if number is not None:
            said = ngettext("It goes to %(count)d recipient.", "It goes to %(count)d recipients.", number)
            said %= {"count": number}
        return self.did(said, _("It was handed over to be sent."))

    def _ask(self, form: SendForm) -> HttpResponse:
        problems, count = newsletter_problems(self.mailing)
        blocking = [problem for problem in problems if problem.blocks]
        if blocking or self.mailing.status != Status.DRAFT:
            messages.error(self.request, blocking[0].message if blocking else _("Only a draft can be sent."))
            return self.go_to("page")
        zone = Site.current().time_zone
        now = timezone.localtime(clock.now(), zone_of(zone))
        return self.page(form=form, count=count, zone=zone, earliest=f"{now:%Y-%m-%dT%H:%M}")


class UnschedulePage(OneNewsletter):
    """Make it a draft again."""

    http_method_names = ["post"]
    needs_to_post = "send"

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Do it."""
        newsletters.unschedule_newsletter(self.mailing)
        return self.did(_("It is a draft again."), _("It was made a draft again."))


class PausePage(OneNewsletter):
    """Pause it."""

    http_method_names = ["post"]
    needs_to_post = "send"

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Do it."""
        newsletters.pause_newsletter(self.mailing)
        return self.did(_("It is paused."), _("Paused"))


class ResumePage(OneNewsletter):
    """Go on."""

    http_method_names = ["post"]
    needs_to_post = "send"

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Do it."""
        newsletters.resume_newsletter(self.mailing)
        return self.did(_("It goes on: nobody gets it twice."), _("Resumed"))


class CancelPage(OneNewsletter):
    """Ask, then cancel it for good."""

    template_name = "actions/admin/mailings/cancel.html"
    needs = "send"
    needs_to_post = "send"

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Ask, with what is still to leave."""
        return self.page(figures=figures_of_newsletters([self.mailing])[self.mailing.pk])

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Cancel it."""
        newsletters.cancel_newsletter(self.mailing)
        return self.did(_("It is cancelled."), _("Cancelled"))


class CopyPage(OneNewsletter):
    """Make a draft like it."""

    http_method_names = ["post"]
    needs_to_post = "add"

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Do it, and lead to the draft."""
        made = newsletters.copy_newsletter(self.mailing)
        messages.success(request, _("Here is a draft of the same message to the same audience."))
        return HttpResponseRedirect(reverse("admin:crm_newsletter_change", args=[made.pk]))
