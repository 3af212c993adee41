"""What the pages of newsletters and scenarios share: the mailing, who may do what, the message as it would arrive."""

from collections.abc import Callable
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views import View

from actions.framing import message_response
from actions.mailings.message import message_of, render_for
from crm.admin.search import profiles_named
from crm.errors import Invalid, Refused
from crm.models import ConsentDefinition, Newsletter, Profile, User
from crm.models.mailing import Mailing

TONES = {
    Newsletter.Status.DRAFT: "",
    Newsletter.Status.SCHEDULED: "info",
    Newsletter.Status.PREPARING: "info",
    Newsletter.Status.SENDING: "info",
    Newsletter.Status.PAUSED: "warning",
    Newsletter.Status.SENT: "success",
    Newsletter.Status.CANCELLED: "",
}
PROFILES_SHOWN = 10


class MailingPage(View):
    """A page about one mailing; `needs` is the verb of the permission (a POST may need another)."""

    model: ClassVar[type[Mailing]]
    template_name: ClassVar[str] = ""
    needs: ClassVar[str] = "view"
    needs_to_post: ClassVar[str] = "change"
    mailing: Any

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Find the mailing; what a service refuses is said on its page."""
        if not self.may(self.needs_to_post if request.method == "POST" else self.needs):
            raise PermissionDenied
        rows = self.model._default_manager.select_related("template")
        self.mailing = get_object_or_404(rows, pk=kwargs.pop("pk"))
        try:
            return super().dispatch(request, *args, **kwargs)
        except (Refused, Invalid) as error:
            messages.error(request, error.message)
            return self.go_to("page")

    def may(self, verb: str) -> bool:
        """Tell whether the user has a permission on this kind of mailing."""
        return self.request.user.has_perm(f"crm.{verb}_{self.model._meta.model_name}")

    def address(self, name: str) -> str:
        """Return the address of a page of this mailing."""
        return reverse(f"admin:crm_{self.model._meta.model_name}_{name}", args=[self.mailing.pk])

    def go_to(self, name: str) -> HttpResponse:
        """Redirect to a page of this mailing."""
        return HttpResponseRedirect(self.address(name))

    def did(self, said: str, logged: str) -> HttpResponse:
        """Say what was done, keep who did it, and go back to the page."""
        assert isinstance(self.request.user, User)
        LogEntry.objects.log_actions(self.request.user.pk, [self.mailing], CHANGE, logged, single_object=True)
        messages.success(self.request, said)
        return self.go_to("page")

    def grounds(self) -> str:
        """Return the consents or legal bases that it stands on, in words."""
        return ", ".join(str(row) for row in ConsentDefinition.objects.filter(name__in=self.mailing.consents))

    def page(self, **context: Any) -> HttpResponse:
        """Return the page."""
        context = {
            **admin.site.each_context(self.request),
            "opts": self.model._meta,
            "original": self.mailing,
            "mailing": self.mailing,
            "title": str(self.mailing),
            "back": self.address("page"),
            "messages_at": self.address("message"),
            "profiles_at": self.address("profiles"),
            "test_at": self.address("test"),
            **context,
        }
        return TemplateResponse(self.request, self.template_name, context)

    def chosen_profile(self, first: Callable[[], Profile | None]) -> Profile | None:
        """Return the profile that was chosen to show the message for, else the first; nobody to who may see none."""
        if not self.request.user.has_perm("crm.view_profile"):
            return None
        chosen = self.request.GET.get("profile", "") or self.request.POST.get("profile", "")
        if chosen.isdecimal() and len(chosen) < 19:
            found = Profile.objects.filter(pk=chosen, erased_at=None).first()
            if found is not None:
                return found
        return first()


class MailingMessagePage(MailingPage):
    """The message for a profile, alone, to be shown in a sandboxed frame."""

    def content(self) -> Any:
        """Return the frozen content, or the template as it stands."""
        return message_of(self.mailing).content

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Render it."""
        profile = self.chosen_profile(lambda: None)
        shown = render_for(self.content(), profile, is_marketing=self.mailing.purpose == "marketing")
        part = request.GET.get("part", "html")
        if part == "html" and shown.html and not shown.error:
            return message_response(shown.html)
        context = {"text": shown.error or shown.text}
        return message_response(render_to_string("actions/admin/mailings/plain.html", context))


class MailingProfilesPage(MailingPage):
    """Profiles found by the beginning of name or address, as links back to the page."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Search, or go to the page with the first that is found where no script asked."""
        if not request.user.has_perm("crm.view_profile"):
            raise PermissionDenied
        term = request.GET.get("q", "").replace("\0", "").strip()[:100]
        rows = Profile.objects.filter(erased_at=None)
        found = list((rows.filter(profiles_named(term)) if term else rows).order_by("-id")[:PROFILES_SHOWN])
        if "HX-Request" not in request.headers:
            query = f"?profile={found[0].pk}" if found else ""
            return HttpResponseRedirect(f"{self.address('page')}{query}#message")
        context = {"profiles": found, "page": self.address("page")}
        return TemplateResponse(request, "actions/admin/mailings/profiles.html", context)
