"""The form of a module, and the thanks for it."""

from typing import ClassVar

from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from crm.errors import Invalid, Refused
from crm.hosted.forms import PageForm
from crm.hosted.limits import TooOften, count_form
from crm.hosted.module_page import ModulePage
from crm.services.hosted import take_part


class TakePartPage(ModulePage):
    """The form of a module."""

    button: ClassVar[Promise] = gettext_lazy("Send")

    def get(self, request: HttpRequest, **kwargs: str) -> HttpResponse:
        """Show the form."""
        return self.filled(self.form())

    def post(self, request: HttpRequest, **kwargs: str) -> HttpResponse:
        """Take part; what is refused is said, and what was typed is kept."""
        form = self.form(request.POST)
        if not form.is_valid():
            return self.filled(form, status=400)
        if form.is_by_machine:
            return self.go_to("module-thanks")
        try:
            count_form(request, email=form.cleaned_data["email"])
            return self.act(form)
        except TooOften as error:
            form.add_error(None, error.message)
            return error.marked(self.filled(form, status=error.status))
        except (Refused, Invalid) as error:
            form.add_error(None, error.message)
            return self.filled(form, status=400)

    def filled(self, form: PageForm, *, status: int = 200) -> HttpResponse:
        """Return the page with a form."""
        return self.page(form=form, button=self.button, status=status)

    def act(self, form: PageForm) -> HttpResponse:
        """Do what the page is for, and go on."""
        take_part(self.module, form.visitor(), cause=self.cause)
        return self.go_to("module-thanks")


class ThanksPage(ModulePage):
    """What is said after it was done."""

    template_name = "hosted/thanks.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show it."""
        return self.page()
