"""The page of a profile: who it is, what it has, and all that happened."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path

from crm.admin import timeline
from crm.admin.consent_history import ConsentHistory
from crm.admin.panels import profile_panels, shown
from crm.admin.profile_posts import ProfilePosts
from crm.admin.profile_rights import ProfileRights, rights_of
from crm.models import Profile, Tier


class ProfilePage(ProfilePosts, ConsentHistory, ProfileRights):
    """The addresses of the profile page; mixed into the admin of profiles."""

    admin_site: Any
    has_view_permission: Callable[..., bool]

    def page_urls(self) -> list[URLPattern]:
        """List the addresses: the page and what its forms post to."""
        views = {
            "page": self.page_view,
            "points": self.points_view,
            "reward": self.reward_view,
            "tags": self.tags_view,
            "consent": self.consent_view,
            "consents": self.consents_view,
            "erase": self.erase_view,
            "export": self.export_view,
            "export/<str:token>": self.download_view,
        }
        names = {"export/<str:token>": "download"}
        return [
            path(
                f"<int:profile_id>/{where}/",
                self.admin_site.admin_view(view),
                name=f"crm_profile_{names.get(where, where)}",
            )
            for where, view in views.items()
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
            "may_edit": request.user.has_perm("crm.change_profile") and profile.erased_at is None,
            **rights_of(request, profile),
        }
        return TemplateResponse(request, "crm/admin/profile/page.html", context)


def _tier(profile: Profile) -> Tier | None:
    earned = profile.pot.earned if hasattr(profile, "pot") else 0
    return Tier.objects.filter(threshold__lte=earned).order_by("-threshold").first()


def _before(request: HttpRequest, kinds: list[str]) -> dict[str, int]:
    """Read where each source of the timeline goes on; nonsense counts as the beginning."""
    found = {kind: request.GET.get(f"before-{kind}", "") for kind in kinds}
    return {kind: int(key) for kind, key in found.items() if key.isdecimal() and len(key) < 19}
