"""What the pages of the back-office share: long lists, refusals shown as errors, rows changed one by one."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.text import capfirst
from unfold.views import ChangeList

from crm.admin.inlines import PlainFields
from crm.admin.paging import LimitedPaginator
from crm.admin.refusals import RefusalsShown
from crm.admin.search import begins_with, profile_ids


class DeclicChangeList(ChangeList):
    """A list that says how many rows it has once, below, and whose tab is named for what it lists."""

    def __init__(self, request: HttpRequest, *args: Any, **options: Any) -> None:
        super().__init__(request, *args, **options)
        if not self.is_popup:
            self.title = capfirst(self.opts.verbose_name_plural)
        self.rows_name = getattr(self.model_admin, "rows_name", self.opts.verbose_name_plural)

    def get_results(self, request: HttpRequest) -> None:
        """Find the rows of the page; no other count is taken or shown."""
        super().get_results(request)
        self.full_result_count = self.result_count


class DeclicAdmin(PlainFields, RefusalsShown):
    """A page of the back-office; lists stay quick with a million rows."""

    list_per_page = 50
    show_full_result_count = False
    paginator = LimitedPaginator
    show_facets = False
    warn_unsaved_form = True
    #: columns whose beginning is searched (indexed ones); `search_profile` among them alone shows the search box
    search_fields: ClassVar[Sequence[str]] = ()
    #: the column that names the profile whose name and address are searched too
    search_profile: ClassVar[str] = ""
    #: lists of big tables are not sorted by a click: no index would serve it
    is_big: ClassVar[bool] = False
    #: what an empty list says, and what its button says
    empty_title: ClassVar[Any] = ""
    empty_text: ClassVar[Any] = ""
    add_words: ClassVar[Any] = ""

    def get_changelist(self, request: HttpRequest, **options: Any) -> type[DeclicChangeList]:
        """Return our kind of list."""
        return DeclicChangeList

    def get_sortable_by(self, request: HttpRequest) -> Sequence[str]:
        """Return the columns that a click sorts."""
        return () if self.is_big else super().get_sortable_by(request)

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest) -> bool:
        """Allow what filters ask; a pattern in an address would be a program of its own."""
        return not lookup.endswith(("__regex", "__iregex")) and super().lookup_allowed(lookup, value, request)

    def get_search_fields(self, request: HttpRequest) -> Sequence[str]:
        """Show the search box where rows are found by their profile only."""
        return self.search_fields or ((self.search_profile,) if self.search_profile else ())

    def get_search_results(
        self, request: HttpRequest, queryset: "QuerySet[Any]", search_term: str
    ) -> "tuple[QuerySet[Any], bool]":
        """Find rows by the beginning of the searched columns, and by their profile."""
        term = search_term.strip()
        if not term:
            return queryset, False
        return queryset.filter(self.found(term)), False

    def found(self, term: str) -> Q:
        """Return what a term finds."""
        found = begins_with([name for name in self.search_fields if name != self.search_profile], term)
        if self.search_profile:
            found |= Q(**{f"{self.search_profile}__in": profile_ids(term)})
        return found


class TrackedAdmin(DeclicAdmin):
    """Pages of tracked rows: each is saved and deleted through its model, so that its facts are stated."""

    def delete_queryset(self, request: HttpRequest, queryset: "QuerySet[Any]") -> None:
        """Delete the chosen rows one by one, all or none."""
        with transaction.atomic():
            for row in queryset.order_by("pk"):
                row.delete()


class ReadOnlyAdmin(DeclicAdmin):
    """Pages that show what happened; nothing there can be changed by hand."""

    actions: ClassVar[Any] = None
    warn_unsaved_form = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse."""
        return False
