"""Modules: games, forms, quizzes, distributions of coupons and referral programmes."""

from typing import Any

from django.conf import settings
from django.contrib import admin
from django.db.models import Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import ChoicesDropdownFilter

from crm.admin.base import DeclicAdmin
from crm.admin.display import link
from crm.admin.fields import LanguageSelect
from crm.admin.filters import ShownFilter
from crm.admin.inlines import DeclicStackedInline
from crm.admin.module_pages import PAGE_FIELDS, ModuleForm
from crm.admin.participations import participations_of
from crm.hosted.content import HOSTED
from crm.models import Module, ReferralSettings


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

    list_display = ("name", "kind", "slug", "starts_at", "ends_at", "shown_participations")
    list_filter = (ShownFilter, ("kind", ChoicesDropdownFilter))
    search_fields = ("slug",)
    form = ModuleForm
    fieldsets = (
        (
            None,
            {
                "fields": [
                    ("name", "slug"),
                    ("kind", "language"),
                    "starts_at",
                    "ends_at",
                    "is_archived",
                    "shown_participations",
                ]
            },
        ),
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
        return (*(("kind",) if obj else ()), "shown_address", "shown_participations")

    @admin.display(description=_("Address of the page"))
    def shown_address(self, module: Module) -> SafeString | str:
        """Return the address of its page as a link."""
        if not module.pk or module.kind not in HOSTED:
            return "–"
        url = f"{settings.SITE_URL}{reverse('module-page', args=[module.slug])}"
        return link(url, url)

    @admin.display(description=_("Participations"))
    def shown_participations(self, module: Module) -> SafeString | str:
        """Return the way to who took part, with their answers and their export."""
        return link(_("Participations and answers"), participations_of(module.pk)) if module.pk else "–"

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse: a module is archived."""
        return False
