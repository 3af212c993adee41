"""The pages of a module: fill in its form, get a sponsor's link, come by one."""

from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views import View

from crm.cause import Cause, Origin
from crm.errors import Invalid, Refused
from crm.hosted.content import HOSTED, PageContent, state_of
from crm.hosted.forms import PageForm
from crm.hosted.frame import Frame
from crm.hosted.limits import TooOften, count_form
from crm.hosted.links import Sponsor, link_by, open_token, opened_here, remember, sponsor_of
from crm.hosted.serving import customers_page, no_page
from crm.models import Module
from crm.services.hosted import accept_invitation, take_part


# A subclass that overrides `dispatch` would lose the decorator.
@method_decorator(customers_page, name="dispatch")
class ModulePage(View):
    """A page of a module, in the module's language."""

    template_name: ClassVar[str] = "hosted/form.html"
    module: Module
    frame: Frame

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Find the module; one that is closed says so."""
        found = Module.objects.filter(slug=kwargs.pop("slug"), kind__in=HOSTED, is_archived=False).first()
        if found is None:
            return no_page(request)
        self.module, self.frame = found, Frame.of(language=found.language)
        with self.frame.spoken():
            if (state := state_of(self.module)) != "open":
                return self.page("hosted/closed.html", state=state, status=200 if state == "soon" else 410)
            if not self.leads_somewhere(**kwargs):
                return no_page(request)
            return super().dispatch(request, *args, **kwargs)  # type: ignore[return-value]

    def leads_somewhere(self, **kwargs: str) -> bool:
        """Tell whether the rest of the address is right."""
        return True

    def page(self, template: str = "", *, status: int = 200, **context: Any) -> HttpResponse:
        """Return a page."""
        context |= {"module": self.module, "content": PageContent.of(self.module)}
        return self.frame.page(self.request, template or self.template_name, context, status=status)

    def form(self, data: Any = None) -> PageForm:
        """Return the form of the page."""
        return PageForm(data, content=PageContent.of(self.module), language=self.frame.language)

    @property
    def cause(self) -> Cause:
        """What is done here is done through the module."""
        return Cause(Origin.MODULE, actor=self.module.slug)

    def go_to(self, name: str, *args: str) -> HttpResponse:
        """Redirect to a page of the module."""
        return HttpResponseRedirect(reverse(name, args=[self.module.slug, *args]))


class TakePartPage(ModulePage):
    """The form; on a referral module it leads to the sponsor's link."""

    def get(self, request: HttpRequest, **kwargs: str) -> HttpResponse:
        """Show the form."""
        return self.page(form=self.form())

    def post(self, request: HttpRequest, **kwargs: str) -> HttpResponse:
        """Take part; what is refused is said, and what was typed is kept."""
        form = self.form(request.POST)
        if not form.is_valid():
            return self.page(form=form, status=400)
        if form.is_by_machine:
            return self.go_to("module-thanks")
        try:
            count_form(request, email=form.cleaned_data["email"])
            return self.act(form)
        except TooOften as error:
            form.add_error(None, error.message)
            return error.marked(self.page(form=form, status=error.status))
        except (Refused, Invalid) as error:
            form.add_error(None, error.message)
            return self.page(form=form, status=400)

    def act(self, form: PageForm) -> HttpResponse:
        """Do what the page is for; go on to the sponsor's own page, or to the thanks."""
        profile = take_part(self.module, form.visitor(), cause=self.cause).profile
        if self.module.kind == Module.Kind.REFERRAL:
            return self.go_to("module-link", open_token(self.module, profile.uid))
        return self.go_to("module-thanks")


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
        accept_invitation(
            self.module,
            form.visitor(),
            sponsor=self.sponsor.profile,
            opened_here=opened_here(self.request),
            cause=self.cause,
        )
        return self.go_to("module-invited")


class LinkPage(BySponsor):
    """A sponsor's own page: the link to pass on. The browser remembers whose it was."""

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        """Show the link."""
        response = self.page("hosted/link.html", link=link_by(self.module, token))
        remember(request, response, self.sponsor.profile.uid)
        return response


class ThanksPage(ModulePage):
    """What is said after it was done."""

    template_name = "hosted/thanks.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show it."""
        return self.page()


class InvitedPage(ThanksPage):
    """What is said to whoever came by a sponsor's link, may they be sponsored or not."""

    template_name = "hosted/invited.html"


@customers_page
def nowhere(request: HttpRequest, elsewhere: str) -> HttpResponse:
    """Say that there is no such page, to customers: what else is served here is not theirs."""
    return no_page(request)
