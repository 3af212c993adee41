"""Who took part in a module: the list, the page with questions and answers, and the export."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.contrib.filters.admin import RelatedDropdownFilter

from crm.admin.base import TrackedAdmin
from crm.admin.display import link, list_of, page_of, profile_link
from crm.admin.log import log
from crm.admin.profile_rights import EXPORT
from crm.imports.answers import write_participations
from crm.models import Participation
from crm.words import pairs


def participations_of(module_id: int) -> str:
    """Return the address of the list of who took part in a module."""
    return list_of("crm.participation", module__id__exact=module_id)


@admin.action(description=_("Export as CSV"), permissions=["export"])
def export_csv(model_admin: Any, request: HttpRequest, queryset: "QuerySet[Participation]") -> HttpResponseBase:
    """Hand out the chosen participations with their answers."""
    number = queryset.count()
    said = ngettext("%(n)d participation exported as CSV", "%(n)d participations exported as CSV", number)
    log(request, Participation, said % {"n": number}, name=capfirst(_now("participations")))
    keys = Participation.objects.filter(pk__in=queryset.order_by().values("pk"))
    headers = {"Content-Disposition": 'attachment; filename="participations.csv"', "Cache-Control": "no-store"}
    return StreamingHttpResponse(write_participations(keys), content_type="text/csv; charset=utf-8", headers=headers)


@admin.register(Participation)
class ParticipationAdmin(TrackedAdmin):
    """Who took part."""

    is_big = True
    list_display = ("who", "module", "is_complete", "is_winner", "created_at")
    list_select_related = ("profile", "module")
    list_filter = (("module", RelatedDropdownFilter), "is_complete", "is_winner")
    search_fields = ("profile",)
    search_profile = "profile"
    search_help_text = _("The customer's e-mail or name")
    ordering = ("-id",)
    actions = (export_csv,)
    autocomplete_fields = ("profile", "module")
    empty_title = _("Nobody has taken part yet")
    empty_text = _("Who fills in the page of a module, or is recorded by the API, is listed here with their answers.")

    @admin.display(description=_("Profile"))
    def who(self, row: Participation) -> str:
        """Return the name of the profile; the row leads to the participation."""
        return str(row.profile)

    @admin.display(description=_("Profile"))
    def shown_profile(self, row: Participation) -> SafeString | str:
        """Return the profile as a link."""
        return profile_link(row.profile)

    @admin.display(description=_("Module"))
    def shown_module(self, row: Participation) -> SafeString | str:
        """Return the module as a link."""
        return link(row.module, page_of("crm.module", row.module_id))

    @admin.display(description=_("Answers"))
    def shown_answers(self, row: Participation) -> SafeString:
        """Return questions and answers."""
        return render_to_string("crm/admin/pairs.html", {"pairs": pairs(row.answers or {})})

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Show when and how it was recorded, and what was answered, on the page of one that exists."""
        if obj is None:
            return [(None, {"fields": [("profile", "module"), ("is_complete", "is_winner")]})]
        about = [("shown_profile", "shown_module"), ("created_at", "completed_at"), ("is_complete", "is_winner")]
        return [(None, {"fields": [*about, "origin"]}), (_("Answers"), {"fields": ["shown_answers"]})]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Keep who took part in what, and when."""
        return _KEPT if obj else ()

    def has_export_permission(self, request: HttpRequest) -> bool:
        """Allow who may hand out data of profiles."""
        return bool(request.user.has_perm(EXPORT))


_KEPT = ("shown_profile", "shown_module", "created_at", "completed_at", "origin", "shown_answers")
