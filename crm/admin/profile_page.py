"""The page of a profile: who it is, what it has, and all that happened, with the forms of customer service."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from crm import cause
from crm.admin import timeline
from crm.admin.panels import profile_panels, shown
from crm.admin.profile_forms import ConsentForm, PointsForm, TagForm
from crm.errors import Invalid, Refused
from crm.models import Movement, Profile, Tier
from crm.services.consents import set_consent
from crm.services.pots import move_points
from crm.services.tags import change_tags


class ProfilePage:
    """The addresses of the profile page; mixed into the admin of profiles."""

    admin_site: Any
    has_view_permission: Callable[..., bool]

    def page_urls(self) -> list[URLPattern]:
        """List the addresses: the page and what its forms post to."""
        views = {
            "page": self.page_view,
            "points": self.points_view,
            "tags": self.tags_view,
            "consent": self.consent_view,
        }
        return [
            path(f"<int:profile_id>/{name}/", self.admin_site.admin_view(view), name=f"crm_profile_{name}")
            for name, view in views.items()
        ]

    def page_view(self, request: HttpRequest, profile_id: int) -> HttpResponse:
        """Show the page."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        profile = Profile.objects.select_related("pot", "sponsorship__sponsor").filter(pk=profile_id).first()
        if profile is None:
            raise Http404
        allowed = [one for one in timeline.sources if not one.permission or request.user.has_perm(one.permission)]
        wanted = [one.kind for one in allowed if request.GET.get("show", one.kind) == one.kind]
        context = {
            **self.admin_site.each_context(request),
            "title": str(profile),
            "original": profile,
            "initial": str(profile)[:1].upper(),
            "profile": profile,
            "tier": _tier(profile),
            "panels": shown(profile_panels, request, profile),
            "timeline": timeline.page(profile, _before(request, wanted), kinds=wanted),
            "sources": [(one.kind, one.label) for one in allowed],
            "show": request.GET.get("show", ""),
            "is_first_page": not _before(request, wanted),
            "opts": Profile._meta,
            "may_edit": request.user.has_perm("crm.change_profile"),
        }
        return TemplateResponse(request, "crm/admin/profile/page.html", context)

    def points_view(self, request: HttpRequest, profile_id: int) -> HttpResponse:
        """Give or take points, with a reason."""

        def act(profile: Profile, form: PointsForm) -> str:
            moved = move_points(
                profile,
                points=form.signed(),
                cause=cause.current(),
                source=Movement.Source.BACK_OFFICE,
                reason=form.cleaned_data["reason"],
            )
            given = ngettext("%(n)d point given.", "%(n)d points given.", abs(moved.points))
            taken = ngettext("%(n)d point taken.", "%(n)d points taken.", abs(moved.points))
            return (given if moved.points > 0 else taken) % {"n": abs(moved.points)}

        return self._posted(request, profile_id, "crm.add_movement", PointsForm, act)

    def tags_view(self, request: HttpRequest, profile_id: int) -> HttpResponse:
        """Add a tag, or take one off."""

        def act(profile: Profile, form: TagForm) -> str:
            tag = form.cleaned_data["tag"]
            if "remove" in request.POST:
                change_tags(profile, remove=[tag], cause=cause.current())
                return _("Tag “%(tag)s” taken off.") % {"tag": tag}
            change_tags(profile, add=[tag], cause=cause.current())
            return _("Tag “%(tag)s” added.") % {"tag": tag}

        return self._posted(request, profile_id, "crm.change_profile", TagForm, act)

    def consent_view(self, request: HttpRequest, profile_id: int) -> HttpResponse:
        """Set where a consent stands."""

        def act(profile: Profile, form: ConsentForm) -> str:
            set_consent(profile, **form.cleaned_data, cause=cause.current(), source="back_office")
            return _("Consent saved.")

        return self._posted(request, profile_id, "crm.change_profile", ConsentForm, act)

    def _posted(
        self,
        request: HttpRequest,
        profile_id: int,
        permission: str,
        form_class: type[Form],
        act: Callable[[Profile, Any], str],
    ) -> HttpResponse:
        """Do what a form of the page asks for, say how it went, and go back to the page."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        if not request.user.has_perm(permission):
            raise PermissionDenied
        profile = Profile.objects.filter(pk=profile_id).first()
        if profile is None:
            raise Http404
        form = form_class(request.POST)
        if not form.is_valid():
            for name, errors in form.errors.items():
                label = form.fields[name].label if name in form.fields else ""
                messages.error(request, f"{label}: {' '.join(str(one) for one in errors)}")
        else:
            try:
                messages.success(request, act(profile, form))
            except (Invalid, Refused) as error:
                messages.error(request, error.message)
        return HttpResponseRedirect(reverse("admin:crm_profile_page", args=[profile_id]))


def _tier(profile: Profile) -> Tier | None:
    earned = profile.pot.earned if hasattr(profile, "pot") else 0
    return Tier.objects.filter(threshold__lte=earned).order_by("-threshold").first()


def _before(request: HttpRequest, kinds: list[str]) -> dict[str, int]:
    """Read where each source of the timeline goes on; nonsense counts as the beginning."""
    found = {kind: request.GET.get(f"before-{kind}", "") for kind in kinds}
    return {kind: int(key) for kind, key in found.items() if key.isdecimal() and len(key) < 19}
