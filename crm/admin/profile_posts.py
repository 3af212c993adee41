"""What the forms on the page of a profile do: points, rewards, tags, consents."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from crm import cause
from crm.admin.log import log
from crm.admin.profile_forms import ConsentForm, PointsForm, RewardForm, TagForm
from crm.consent_sources import ConsentSource
from crm.errors import Invalid, Refused
from crm.models import Movement, Profile
from crm.services.consents import set_consent
from crm.services.pots import move_points
from crm.services.rewards import redeem_reward
from crm.services.tags import change_tags


class ProfilePosts:
    """The addresses to which the small forms post; each answers with a message on the page."""

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

    def reward_view(self, request: HttpRequest, profile_id: int) -> HttpResponse:
        """Turn points into the coupon of a reward."""

        def act(profile: Profile, form: RewardForm) -> str:
            coupon = redeem_reward(profile, reward=form.cleaned_data["reward"], cause=cause.current())
            return _("The coupon %(code)s is given.") % {"code": coupon.code}

        return self._posted(request, profile_id, "crm.add_movement", RewardForm, act)

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
            set_consent(profile, **form.cleaned_data, cause=cause.current(), source=ConsentSource.BACK_OFFICE)
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
        profile = Profile.objects.filter(pk=profile_id, erased_at=None).first()
        if profile is None:
            raise Http404
        form = form_class(request.POST)
        if not form.is_valid():
            for name, errors in form.errors.items():
                label = form.fields[name].label if name in form.fields else ""
                messages.error(request, f"{label}: {' '.join(str(one) for one in errors)}")
        else:
            try:
                done = act(profile, form)
                log(request, profile, done)
                messages.success(request, done)
            except (Invalid, Refused) as error:
                messages.error(request, error.message)
        return HttpResponseRedirect(reverse("admin:crm_profile_page", args=[profile_id]))
