"""Segments: the list of saved audiences, and the addresses of their pages."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import URLPattern, path
from django.utils.formats import date_format, number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from crm.admin import choosing, segment_look, segment_pages
from crm.admin.display import badge, link, list_of
from crm.admin.filters import ShownFilter
from crm.admin.mailings import Named
from crm.conditions.segments import rules_in_words
from crm.models import Segment


@admin.register(Segment)
class SegmentAdmin(Named):
    """Saved audiences."""

    list_display = ("name", "shown_size", "updated_at", "is_archived")
    list_filter = (ShownFilter,)
    #: a former version, as the history shows it
    fields = ("name", "is_archived", "shown_rules")
    readonly_fields = ("shown_rules",)
    empty_title = _("No segments yet")
    empty_text = _("A segment is an audience: everybody for whom certain conditions hold.")
    add_words = _("Create a segment")

    @admin.display(description=_("profiles"), ordering="size")
    def shown_size(self, row: Segment) -> SafeString | str:
        """Return how many were in it when it was counted last."""
        if row.count_error:
            return badge(_("cannot be counted"), "danger")
        if row.size is None or row.counted_at is None:
            return _now("not counted yet")
        when = date_format(localtime(row.counted_at), "SHORT_DATETIME_FORMAT")
        number = link(number_format(row.size, force_grouping=True), list_of("crm.profile", segment=row.pk))
        return format_html('{} <span class="d-quiet">{}</span>', number, when)

    @admin.display(description=_("Who is in it"))
    def shown_rules(self, row: Segment) -> SafeString:
        """Return the rules in words."""
        return render_to_string("crm/admin/rules.html", {"tree": rules_in_words(row.rules or {})})

    def get_urls(self) -> list[URLPattern]:
        """Put our pages before those of the admin."""

        def at(where: str, name: str, view: Any) -> URLPattern:
            return path(where, self.admin_site.admin_view(view.as_view()), name=f"crm_{name}")

        ours = [
            at("add/", "segment_add", segment_pages.EditPage),
            at("look/", "segment_look_new", segment_look.LookPage),
            at("choices/<slug:what>/", "choices", choosing.ChoicesPage),
            at("<int:pk>/change/", "segment_change", segment_pages.EditPage),
            at("<int:pk>/look/", "segment_look", segment_look.LookPage),
            at("<int:pk>/archive/", "segment_archive", segment_pages.ArchivePage),
        ]
        return [*ours, *super().get_urls()]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse: a segment is archived."""
        return False
