"""Erase a profile, and hand out all that is known of it: pages beside that of the profile."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from unfold.widgets import UnfoldAdminTextInputWidget

from crm import cause
from crm.admin.log import log
from crm.errors import Refused
from crm.models import Erasure, Profile, ProfileExport
from crm.personal import tables
from crm.personal.logs import ERASED, EXPORTED, TRIED_AGAIN
from crm.services.erasure import erase_profile, try_again
from crm.services.exports import TOKEN_FOR, make_export, open_export

ERASE, EXPORT = "crm.add_erasure", "crm.add_profileexport"


class EraseForm(forms.Form):
    """What must be typed before a person is erased: their address, else their id."""

    typed = forms.CharField(max_length=254, widget=UnfoldAdminTextInputWidget(attrs={"autocomplete": "off"}))

    def __init__(self, profile: Profile, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.wanted = str(profile.email or profile.external_id or f"#{profile.pk}")
        self.fields["typed"].label = _("To confirm, type: %(typed)s") % {"typed": self.wanted}

    def clean_typed(self) -> str:
        """Compare without regard to case."""
        typed = str(self.cleaned_data["typed"]).strip()
        if typed.casefold() != self.wanted.casefold():
            raise forms.ValidationError(_("Type it exactly as it stands here: %(typed)s") % {"typed": self.wanted})
        return typed


class ProfileRights:
    """The addresses of both; mixed into the admin of profiles."""

    admin_site: Any

    def erase_view(self, request: HttpRequest, profile_id: int) -> HttpResponse:
        """Say what goes and what stays and why; erase when the address of the person was typed."""
        profile = _profile(request, profile_id, ERASE)
        erasure = Erasure.objects.filter(profile=profile).first()
        form = EraseForm(profile, request.POST if request.method == "POST" else None, auto_id="erase-%s")
        if request.method == "POST" and (erasure is not None or form.is_valid()):
            if erasure is None:
                log(request, profile, ERASED, name=f"#{profile.pk}")
                erase_profile(profile, cause=cause.current())
            elif erasure.stopped_by:
                log(request, profile, TRIED_AGAIN, name=f"#{profile.pk}")
                try_again(erasure)
            return HttpResponseRedirect(reverse("admin:crm_profile_erase", args=[profile.pk]))
        if form.errors:  # the field lies at the end of a long page
            form.fields["typed"].widget.attrs["autofocus"] = True
        context = {
            **self.admin_site.each_context(request),
            "title": _("Erase %(profile)s") % {"profile": profile},
            "opts": Profile._meta,
            "original": profile,
            "profile": profile,
            "form": form,
            "erasure": erasure,
            "kept": [(table.label, table.keeps) for table in tables() if table.keeps and table.hidden is not None],
            "gone": [table.label for table in tables() if not table.keeps and table.hidden is not None],
        }
        return TemplateResponse(request, "crm/admin/profile/erase.html", context)

    def export_view(self, request: HttpRequest, profile_id: int) -> HttpResponse:
        """Make an export ready, and show its address: good once, for an hour, for who made it."""
        profile = _profile(request, profile_id, EXPORT)
        link = ""
        if request.method == "POST":
            token = make_export(profile, format=request.POST.get("format", ""), cause=cause.current())
            link = reverse("admin:crm_profile_download", args=[profile.pk, token])
            log(request, profile, EXPORTED)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Data of %(profile)s") % {"profile": profile},
            "opts": Profile._meta,
            "original": profile,
            "profile": profile,
            "formats": ProfileExport.Format.choices,
            "link": link,
            "minutes": TOKEN_FOR // 60,
            "tables": [table.label for table in tables() if table.hidden is not None],
            "exports": ProfileExport.objects.filter(profile=profile)[:10],
        }
        return TemplateResponse(request, "crm/admin/profile/export.html", context)

    def download_view(self, request: HttpRequest, profile_id: int, token: str) -> HttpResponseBase:
        """Hand out an export, once."""
        profile = _profile(request, profile_id, EXPORT)
        try:
            return open_export(profile, token=token, cause=cause.current())
        except Refused as error:
            messages.error(request, error.message)
            return HttpResponseRedirect(reverse("admin:crm_profile_export", args=[profile.pk]))


def rights_of(request: HttpRequest, profile: Profile) -> dict[str, Any]:
    """Return what the page of a profile shows of both."""
    is_erased = profile.erased_at is not None
    return {
        "may_erase": request.user.has_perm(ERASE) and not is_erased,
        "may_export": request.user.has_perm(EXPORT) and not is_erased,
        "erasure": Erasure.objects.filter(profile=profile).first() if is_erased else None,
    }


def _profile(request: HttpRequest, profile_id: int, permission: str) -> Profile:
    if not request.user.has_perm(permission):
        raise PermissionDenied
    profile = Profile.objects.filter(pk=profile_id).first()
    if profile is None:
        raise Http404
    return profile
