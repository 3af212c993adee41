"""The pages of a referral module: get a sponsor's link, and come by one."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy

from crm.hosted.forms import PageForm
from crm.hosted.links import Sponsor, link_by, open_token, opened_here, remember, sponsor_of, stand_in
from crm.hosted.module_page import ModulePage
from crm.hosted.taking_part import TakePartPage, ThanksPage
from crm.services.hosted import accept_invitation, take_part
from crm.services.profiles import find_profile


class SponsorPage(TakePartPage):
    """The form of a referral module: it leads to a sponsor's link."""

    template_name = "hosted/sponsor.html"
    button = gettext_lazy("Get my link")

    def act(self, form: PageForm) -> HttpResponse:
        """Become a sponsor; go on to the sponsor's own page."""
        profile = take_part(self.module, form.visitor(), cause=self.cause).profile
        response = self.go_to("module-link", open_token(self.module, profile.uid))
        remember(self.request, response, profile.uid)
        return response


class BySponsor(ModulePage):
    """A page whose address holds the token of a sponsor's link."""

    sponsor: Sponsor

    def leads_somewhere(self, **kwargs: str) -> bool:
        """Find the sponsor."""
        found = sponsor_of(self.module, kwargs["token"])
        if found is not None:
            self.sponsor = found
        return found is not None


class InvitationPage(BySponsor, TakePartPage):
    """Where a sponsor's link leads."""

    template_name = "hosted/invitation.html"

    def page(self, template: str = "", **options: Any) -> HttpResponse:
        """Return a page that names the sponsor by the first name at most."""
        return super().page(template, sponsor=self.sponsor.name, **options)

    def act(self, form: PageForm) -> HttpResponse:
        """Become the referee; the answer is the same for who may not be one: nobody learns who is known to the shop."""
        visitor = form.visitor()
        accept_invitation(
            self.module,
            visitor,
            sponsor=self.sponsor.profile,
            opened_here=opened_here(self.request),
            cause=self.cause,
        )
        response, known = self.go_to("module-invited"), find_profile(email=visitor.email)
        remember(self.request, response, known.uid if known else stand_in(visitor.email))
        return response


class LinkPage(BySponsor):
    """A sponsor's own page: the link to pass on. The browser remembers whose it was."""

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        """Show the link."""
        response = self.page("hosted/link.html", link=link_by(self.module, token))
        remember(request, response, self.sponsor.profile.uid)
        return response


class InvitedPage(ThanksPage):
    """What is said to whoever came by a sponsor's link, may they be sponsored or not."""

    template_name = "hosted/invited.html"
