"""Modules, and who took part in them."""

from typing import Any

from django.conf import settings
from django.contrib import admin
from django.db.models import Q
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import ChoicesDropdownFilter, RelatedDropdownFilter

from crm.admin.base import DeclicAdmin, TrackedAdmin
from crm.admin.display import link, profile_link
from crm.admin.fields import LanguageSelect
from crm.admin.filters import ShownFilter
from crm.admin.inlines import DeclicStackedInline
from crm.admin.module_pages import PAGE_FIELDS, ModuleForm
from crm.hosted.content import HOSTED
from crm.models import Module, Participation, ReferralSettings
from crm.words import pairs


class ReferralSettingsInline(DeclicStackedInline):
    """What a referee must do, and what it brings."""

    model = ReferralSettings
    money = ("minimum_order",)
    max_num = 1
    can_delete = False
    autocomplete_fields = ("sponsor_pool", "referee_pool")
    verbose_name_plural = _("referral: objectives and rewards")
    fieldsets = (
        (None, {"fields": ["needs_signup", "needs_confirmed_email", ("needs_order", "minimum_order")]}),
        (None, {"fields": [("sponsor_points", "referee_points"), ("sponsor_pool", "referee_pool"), "takes_back"]}),
    )


@admin.register(Module)
class ModuleAdmin(DeclicAdmin):
    """Games, forms, quizzes, distributions of coupons and referral programmes."""

    list_display = ("name", "kind", "slug", "starts_at", "ends_at")
    list_filter = (ShownFilter, ("kind", ChoicesDropdownFilter))
    search_fields = ("slug",)
    form = ModuleForm
    fieldsets = (
        (None, {"fields": [("name", "slug"), ("kind", "language"), "starts_at", "ends_at", "is_archived"]}),
        (
            _("Page"),
            {
                "fields": ["shown_address", *PAGE_FIELDS],
                "description": _("Forms and referral modules have a page of their own."),
            },
        ),
    )
    prepopulated_fields = {"slug": ("name",)}
    inlines = (ReferralSettingsInline,)
    empty_title = _("No modules yet")
    empty_text = _("A module is a game, a form, a quiz, a distribution of coupons or a referral programme.")

    def found(self, term: str) -> Q:
        """Search anywhere: there are few."""
        return Q(slug__icontains=term) | Q(name__icontains=term)

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **options: Any) -> Any:
        """Offer languages by name."""
        if db_field.name == "language":
            options["widget"] = LanguageSelect(empty=_("All languages"))
        return super().formfield_for_dbfield(db_field, request, **options)

    def get_prepopulated_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Fill in the slug of a new module only."""
        return {} if obj else super().get_prepopulated_fields(request, obj)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Keep the kind of a module that exists."""
        return ("kind", "shown_address") if obj else ("shown_address",)

    @admin.display(description=_("Address of the page"))
    def shown_address(self, module: Module) -> SafeString | str:
        """Return the address of its page as a link."""
        if not module.pk or module.kind not in HOSTED:
            return "–"
        url = f"{settings.SITE_URL}{reverse('module-page', args=[module.slug])}"
        return link(url, url)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse: a module is archived."""
        return False


@admin.register(Participation)
class ParticipationAdmin(TrackedAdmin):
    """Who took part."""

    is_big = True
    list_display = ("shown_profile", "module", "is_complete", "is_winner", "created_at")
    list_display_links = ("created_at",)
    list_select_related = ("profile", "module")
    list_filter = (("module", RelatedDropdownFilter), "is_complete", "is_winner")
    search_fields = ("profile",)
    search_profile = "profile"
    search_help_text = _("The customer's e-mail or name")
    ordering = ("-id",)
    autocomplete_fields = ("profile", "module")
    fields = (("profile", "module"), ("is_complete", "is_winner"), "shown_answers")
    readonly_fields = ("shown_answers",)
    empty_title = _("Nobody has taken part yet")

    @admin.display(description=_("Profile"))
    def shown_profile(self, row: Participation) -> str:
        """Return the profile as a link."""
        return profile_link(row.profile)

    @admin.display(description=_("Answers"))
    def shown_answers(self, row: Participation) -> SafeString:
        """Return questions and answers."""
        return render_to_string("crm/admin/pairs.html", {"pairs": pairs(row.answers or {})})

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Keep who took part in what."""
        return ("profile", "module", "shown_answers") if obj else ("shown_answers",)
