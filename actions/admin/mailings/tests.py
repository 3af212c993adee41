"""Sending a test of a mailing from its page."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from actions.admin.mailings.forms import TestForm
from actions.admin.mailings.pages import MailingPage
from actions.mailings.testing import send_test
from crm.errors import Invalid
from crm.models import Profile


class MailingTestPage(MailingPage):
    """Send a test to an address."""

    http_method_names = ["post"]
    needs_to_post = "change"

    def example(self) -> Profile | None:
        """Return whose data stand in it where no profile was chosen."""
        return Profile.objects.filter(erased_at=None).order_by("-pk").first()

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Send it."""
        form = TestForm(request.POST)
        if not form.is_valid():
            raise Invalid(" ".join(str(error) for errors in form.errors.values() for error in errors))
        to = form.cleaned_data["to"]
        send_test(self.mailing, to=to, profile=self.chosen_profile(self.example))
        return self.did(_("A test is on its way to %(to)s.") % {"to": to}, _("A test was sent."))
