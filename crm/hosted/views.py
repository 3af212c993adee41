"""The pages of a module: fill in its form, get a sponsor's link, come by one."""

from typing import Any, ClassVar

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from crm.cause import Cause, Origin
from crm.errors import Invalid, Refused
from crm.hosted.content import HOSTED, PageContent, language_of, state_of
from crm.hosted.forms import PageForm
from crm.hosted.links import known_here, link_of, remember, sponsor_of, token_of
from crm.models import Module, Profile, Site
from crm.services.hosted import accept_invitation, take_part


# No login stands behind these pages, so a form posted from elsewhere can do no more than one posted here. A subclass
# that overrides `dispatch` would lose this.
@method_decorator([csrf_exempt, never_cache], name="dispatch")
class ModulePage(View):
    """A page of a module, in the module's language."""

    template_name: ClassVar[str] = "hosted/form.html"
    module: Module

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Find the module; one that is closed says so."""
        found = Module.objects.filter(slug=kwargs.pop("slug"), kind__in=HOSTED, is_archived=False).first()
        if found is None:
            raise Http404
        self.module, self.language = found, language_of(found)
        with translation.override(self.language):
            if (state := state_of(self.module)) != "open":
                return self.page("hosted/closed.html", state=state, status=200 if state == "soon" else 410)
            return super().dispatch(request, *args, **kwargs)  # type: ignore[return-value]

    def page(self, template: str = "", *, status: int = 200, **context: Any) -> HttpResponse:
        """Return a page."""
        site = Site.current()
        context |= {
            "module": self.module,
            "content": PageContent.of(self.module),
            "site": site,
            "shop_url": site.address(self.language),
            "language": self.language,
        }
        response = render(self.request, template or self.template_name, context, status=status)
        response["Content-Language"] = self.language
        response["Referrer-Policy"] = "no-referrer"
        return response

    def form(self, data: Any = None) -> PageForm:
        """Return the form of the page."""
        return PageForm(data, content=PageContent.of(self.module), language=self.language)

    @property
    def cause(self) -> Cause:
        """What is done here is done through the module."""
        return Cause(Origin.MODULE, actor=self.module.slug)

    def go_to(self, name: str, *args: str) -> HttpResponse:
        """Redirect to a page of the module."""
        return HttpResponseRedirect(reverse(name, args=[self.module.slug, *args]))


class TakePartPage(ModulePage):
    """The form; on a referral module it leads to the sponsor's link."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Show the form."""
        return self.page(form=self.form())

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Take part; what is refused is said, and what was typed is kept."""
        form = self.form(request.POST)
        if not form.is_valid():
            return self.page(form=form, status=400)
        if form.is_by_machine:
            return self.go_to("module-thanks")
        try:
            profile = self.act(form)
        except (Refused, Invalid) as error:
            form.add_error(
                error.field if isinstance(error, Invalid) and error.field in form.fields else None, error.message
            )
            return self.page(form=form, status=400)
        response = self.after(profile)
        remember(request, response, profile.pk)
        return response

    def act(self, form: PageForm) -> Profile:
        """Do what the page is for; return who did it."""
        return take_part(self.module, form.visitor(), cause=self.cause).profile

    def after(self, profile: Profile) -> HttpResponse:
        """Go on to the sponsor's own page, or to the thanks."""
        if self.module.kind == Module.Kind.REFERRAL:
            return self.go_to("module-link", token_of(self.module, profile))
        return self.go_to("module-thanks")


class InvitationPage(TakePartPage):
    """Where a sponsor's link leads."""

    template_name = "hosted/invitation.html"

    def page(self, template: str = "", **options: Any) -> HttpResponse:
        """Return a page that names the sponsor by the first name only."""
        sponsor = sponsor_of(self.module, self.kwargs["token"])
        if sponsor is None:
            raise Http404
        return super().page(template, sponsor=sponsor.first_name, **options)

    def act(self, form: PageForm) -> Profile:
        """Become the referee."""
        sponsor = sponsor_of(self.module, self.kwargs["token"])
        if sponsor is None:
            raise Refused(_("This link does not work any more."))
        return accept_invitation(
            self.module, form.visitor(), sponsor=sponsor, known_here=known_here(self.request), cause=self.cause
        ).referee

    def after(self, profile: Profile) -> HttpResponse:
        """Go on to the thanks."""
        return self.go_to("module-thanks")


class LinkPage(ModulePage):
    """A sponsor's own page: the link to pass on."""

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        """Show the link."""
        sponsor = sponsor_of(self.module, token)
        if sponsor is None:
            raise Http404
        return self.page("hosted/link.html", link=link_of(self.module, sponsor))


class ThanksPage(ModulePage):
    """What is said after it was done."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show it."""
        return self.page("hosted/thanks.html")
