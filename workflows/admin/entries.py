"""Entries: what each event did at each workflow that listened, also where no run came of it."""

from typing import ClassVar

from django.contrib import admin
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import ChoicesDropdownFilter

from crm.admin.base import ReadOnlyAdmin
from crm.admin.display import badge, link, page_of, profile_link
from workflows.admin.runs import ReasonFilter, WorkflowFilter
from workflows.models import Entry
from workflows.reasons import say_reason

TONES = {"started": "success", "updated": "info", "stopped": "warning", "refused": ""}


@admin.register(Entry)
class EntryAdmin(ReadOnlyAdmin):
    """The list of entries."""

    list_display = ("show_event", "workflow", "show_profile", "show_outcome", "show_reason", "recorded_at")
    list_display_links = None
    list_filter = (WorkflowFilter, ("outcome", ChoicesDropdownFilter), ReasonFilter)
    list_select_related = ("workflow", "profile", "event")
    search_profile = "profile"
    search_fields = ()
    ordering = ("-id",)
    is_big: ClassVar[bool] = True
    empty_title = _("Nothing entered yet")
    empty_text = _("Each event that a live workflow listens to leaves a line here, with what came of it.")

    @admin.display(description=_("event"))
    def show_event(self, entry: Entry) -> SafeString | str:
        """Return the event as a link."""
        return link(entry.event, page_of("triggers.event", entry.event_id))

    @admin.display(description=_("profile"))
    def show_profile(self, entry: Entry) -> SafeString | str:
        """Return the profile as a link."""
        return profile_link(entry.profile)

    @admin.display(description=_("outcome"))
    def show_outcome(self, entry: Entry) -> SafeString:
        """Return what came of it, as a link to the run where there is one."""
        said = badge(entry.get_outcome_display(), TONES[entry.outcome])
        return (
            format_html('<a href="{}">{}</a>', page_of("workflows.run", entry.run_id), said) if entry.run_id else said
        )

    @admin.display(description=_("why"))
    def show_reason(self, entry: Entry) -> str:
        """Return the reason in words."""
        return say_reason(entry.reason) if entry.reason else ""
