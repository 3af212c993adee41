"""Newsletters: the list, and the form of a draft."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import ChoicesDropdownFilter

from actions.admin.mailings import newsletter_pages as pages
from actions.admin.mailings import newsletter_verbs as verbs
from actions.admin.mailings.base import MailingAdmin
from actions.admin.mailings.forms import NewsletterForm
from actions.admin.mailings.pages import TONES
from actions.mailings.progress import with_progress
from actions.tracking.figures import heard_of_newsletters
from crm.admin.base import DeclicChangeList
from crm.admin.display import badge
from crm.models import Newsletter

Status = Newsletter.Status


class NewsletterList(DeclicChangeList):
    """A list that knows what people did with the newsletters it shows."""

    def get_results(self, request: HttpRequest) -> None:
        """Find the rows of the page and, with one query, their opens and clicks."""
        super().get_results(request)
        rows: list[Any] = list(self.result_list)  # type: ignore[has-type]
        heard = heard_of_newsletters(row for row in rows if row.began_at is not None)
        for row in rows:
            row.heard = heard.get(row.pk, (0, 0))
        self.result_list = rows


@admin.register(Newsletter)
class NewsletterAdmin(MailingAdmin):
    """Mailings to a segment at a time."""

    form = NewsletterForm
    list_display = ("name", "shown_status", "template", "shown_segment", "send_at", "shown_recipients", "shown_heard")
    list_select_related = ("template", "segment")
    list_filter = (("status", ChoicesDropdownFilter),)
    fieldsets = (
        (None, {"fields": ("name", "template", "segment")}),
        (_("On what ground"), {"fields": ("purpose", "marketing_consents", "legal_bases")}),
        (_("Pace"), {"fields": ("per_minute",)}),
    )
    autocomplete_fields = ("template", "segment")
    empty_title = _("No newsletters yet")
    empty_text = _("A newsletter goes to a segment, or to everybody, at the time you choose.")
    add_words = _("Write a newsletter")
    pages = (
        ("page", pages.NewsletterPage),
        ("progress", pages.ProgressPage),
        ("count", pages.CountPage),
        ("message", pages.MessagePage),
        ("profiles", pages.ProfilesPage),
        ("test", verbs.TestPage),
        ("send", verbs.SendPage),
        ("unschedule", verbs.UnschedulePage),
        ("pause", verbs.PausePage),
        ("resume", verbs.ResumePage),
        ("cancel", verbs.CancelPage),
        ("copy", verbs.CopyPage),
    )

    @admin.display(description=_("Status"), ordering="status")
    def shown_status(self, row: Newsletter) -> str:
        """Return the status as a badge."""
        return badge(row.get_status_display(), TONES[Status(row.status)])

    @admin.display(description=_("segment"), ordering="segment__name")
    def shown_segment(self, row: Newsletter) -> Any:
        """Return the segment; without one everybody gets it."""
        return row.segment or _("Everybody")

    @admin.display(description=_("Recipients"), ordering="planned")
    def shown_recipients(self, row: Newsletter) -> str:
        """Return for how many it was prepared; while it is under way, how many of them are done."""
        if row.began_at is None:
            return "–"
        planned, done = number_format(row.planned, force_grouping=True), getattr(row, "done", None)
        if done is None:
            return str(planned)
        bar = '<span class="d-number">{} / {}</span> <progress class="d-progress" max="{}" value="{}"></progress>'
        return format_html(bar, number_format(done, force_grouping=True), planned, max(row.planned, 1), done)

    @admin.display(description=_("Opened · clicked"))
    def shown_heard(self, row: Newsletter) -> str:
        """Return how many people opened it and clicked in it; nothing before it began."""
        if row.began_at is None:
            return "–"
        opened, clicked = (number_format(number, force_grouping=True) for number in row.heard)  # type: ignore[attr-defined]
        return f"{opened} · {clicked}"

    def get_changelist(self, request: HttpRequest, **options: Any) -> type[DeclicChangeList]:
        """Return the list with its figures."""
        return NewsletterList

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Newsletter]":
        """Leave the frozen content where it is; say how far those are that are under way."""
        return with_progress(super().get_queryset(request).defer("frozen"))

    def may_be_changed(self, mailing: Any) -> bool:
        """Keep to drafts."""
        return bool(mailing.status == Status.DRAFT)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Keep what was sent: its figures and its messages refer to it."""
        return bool(super().has_delete_permission(request, obj)) and (obj is None or self.may_be_changed(obj))
