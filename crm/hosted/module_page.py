"""What the pages of a module have in common."""

from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views import View

from crm.cause import Cause, Origin
from crm.hosted.content import HOSTED, PageContent, state_of
from crm.hosted.forms import PageForm
from crm.hosted.frame import Frame
from crm.hosted.serving import customers_page, no_page
from crm.models import Module


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
        if not self.leads_somewhere(**kwargs):
            return no_page(request)
        with self.frame.spoken():
            if (state := state_of(self.module)) != "open":
                return self.page("hosted/closed.html", state=state, status=200 if state == "soon" else 410)
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
