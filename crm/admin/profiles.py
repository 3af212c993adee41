"""Profiles: the list, the form, and the way to the page."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin, messages
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, reverse
from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import (
    AutocompleteSelectFilter,
    ChoicesDropdownFilter,
    RangeDateFilter,
)
from unfold.decorators import display

from crm import db
from crm.admin.base import DeclicChangeList, TrackedAdmin
from crm.admin.filters import ConsentFilter, LanguageFilter, SegmentFilter
from crm.admin.profile_actions import add_tag, export_csv, remove_tag
from crm.admin.profile_forms import ProfileForm, with_custom_fields
from crm.admin.profile_inlines import ConsentInline, TagInline
from crm.admin.profile_page import ProfilePage
from crm.admin.profile_rights import EXPORT
from crm.admin.search import profiles_named
from crm.consent_sources import ConsentSource
from crm.creation import creation_of
from crm.models import Consent, Profile

#: seconds for which one waits for the profiles of a segment, and for their number
PATIENCE = 2.0


class ProfileList(DeclicChangeList):
    """A list whose rows lead to the page of the profile."""

    def get_results(self, request: HttpRequest) -> None:
        """Find the rows of the page; those of a segment are looked for no longer than one likes to wait."""
        if SegmentFilter.parameter_name not in request.GET:
            super().get_results(request)
            return
        try:
            with db.at_most(PATIENCE):
                super().get_results(request)
                self.result_list = list(self.result_list)  # type: ignore[has-type]
        except db.TooLong:
            messages.warning(request, _("Finding them takes too long: add another filter."))
            self.queryset: Any = Profile.objects.none()
            super().get_results(request)

    def url_for_result(self, result: Model) -> str:
        """Return the address of the page."""
        return reverse("admin:crm_profile_page", args=[result.pk])


@admin.register(Profile)
class ProfileAdmin(ProfilePage, TrackedAdmin):
    """People the shop knows. Nobody is deleted here: what they did stays in the books."""

    form = ProfileForm
    is_big = True
    search_fields = ("email_key", "external_id")
    search_help_text = _("E-mail, name, external id or phone")
    list_display = ("who", "shown_city", "shown_balance", "origin", "created_at")
    list_select_related = ("pot",)
    list_filter = (
        ("tags__tag", AutocompleteSelectFilter),
        SegmentFilter,
        ConsentFilter,
        LanguageFilter,
        ("origin", ChoicesDropdownFilter),
        ("created_at", RangeDateFilter),
    )
    list_filter_submit = True
    ordering = ("-created_at", "-id")
    inlines = (ConsentInline, TagInline)
    actions = (add_tag, remove_tag, export_csv)
    empty_title = _("No profiles yet")
    empty_text = _("They arrive by the API as your shop sends customers and orders, or you add one here.")

    @display(description=_("Profile"), header=True)
    def who(self, row: Profile) -> list[str]:
        """Return name, address and first letter."""
        name = str(row)
        return [name, row.email if row.email != name else row.external_id or "", name[:1].upper()]

    @admin.display(description=_("City"))
    def shown_city(self, row: Profile) -> str:
        """Return city and country."""
        return ", ".join(part for part in (row.city, row.country) if part)

    @admin.display(description=_("Points"))
    def shown_balance(self, row: Profile) -> str:
        """Return the balance of the pot."""
        return number_format(row.pot.balance if hasattr(row, "pot") else 0, force_grouping=True)

    def found(self, term: str) -> Q:
        """Search by name, addresses and numbers."""
        return profiles_named(term)

    def get_changelist(self, request: HttpRequest, **options: Any) -> type[DeclicChangeList]:
        """Lead to the page of the profile."""
        return ProfileList

    def get_urls(self) -> list[URLPattern]:
        """Add the page and what its forms post to."""
        return [*self.page_urls(), *super().get_urls()]

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **options: Any) -> Any:
        """Add the custom fields."""
        return super().get_form(request, obj, change, **{**options, "form": with_custom_fields(ProfileForm)})

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Sequence[Any]:
        """Group the fields; custom ones stand last."""
        custom = list(with_custom_fields(ProfileForm).custom_fields)
        return [*_FIELDSETS, *([(_("Custom fields"), {"fields": custom})] if custom else [])]

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Save tags, consents and custom values; with a new profile they are part of its creation."""
        with creation_of(None if change else form.instance.pk):
            form.save_custom()
            super().save_related(request, form, formsets, change)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """Note where a consent came from."""
        if formset.model is Consent:
            for consent_form in formset.forms:
                if consent_form.has_changed():
                    consent_form.instance.source = ConsentSource.BACK_OFFICE
        super().save_formset(request, form, formset, change)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse: a profile is erased, not deleted."""
        return False

    def has_export_permission(self, request: HttpRequest) -> bool:
        """Allow who may hand out data."""
        return bool(request.user.has_perm(EXPORT))

    def response_post_save_change(self, request: HttpRequest, obj: Profile) -> HttpResponse:
        """Go to the page."""
        return HttpResponseRedirect(reverse("admin:crm_profile_page", args=[obj.pk]))

    def response_post_save_add(self, request: HttpRequest, obj: Profile) -> HttpResponse:
        """Go to the page."""
        return self.response_post_save_change(request, obj)

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Profile]":
        """Leave out the erased."""
        return super().get_queryset(request).filter(erased_at=None)


_FIELDSETS: list[Any] = [
    (
        None,
        {
            "fields": [
                ("email", "external_id"),
                ("first_name", "last_name"),
                ("gender", "birthday"),
                "language",
                "refuses_tracking",
            ]
        },
    ),
    (
        _("Address and phones"),
        {
            "fields": [
                ("phone", "mobile"),
                "address",
                ("address2", "address3"),
                ("postcode", "city"),
                ("country", "time_zone"),
            ]
        },
    ),
    (_("Work"), {"fields": [("company", "job_title")]}),
]
