"""The page of a segment: its rules as a form; and its archiving."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.models import ADDITION, CHANGE
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views import View

from crm.admin.display import list_of
from crm.admin.log import log
from crm.admin.segment_form import Node, forgive, posted_tree, stored_tree
from crm.admin.segment_uses import uses_of
from crm.conditions.segments import archived_in, rules_in_words, unknown_in
from crm.errors import Invalid
from crm.models import Segment
from crm.services.segments import archive_segment, count_at_once, save_segment


class SegmentPage(View):
    """A page about one segment, or a new one (no pk)."""

    needs = "view"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Find the segment for whom it may be shown."""
        pk = kwargs.pop("pk", None)
        verb = ("change" if pk else "add") if request.method == "POST" and self.needs == "change" else "view"
        if not request.user.has_perm(f"crm.{verb}_segment"):
            raise PermissionDenied
        self.segment = get_object_or_404(Segment, pk=pk) if pk else Segment()
        return super().dispatch(request, *args, **kwargs)

    @property
    def may_save(self) -> bool:
        """Tell whether the user may change the segment."""
        return self.request.user.has_perm("crm.change_segment" if self.segment.pk else "crm.add_segment")

    def address(self, name: str = "change") -> str:
        """Return the address of a page of the segment."""
        if self.segment.pk is None:
            return reverse(f"admin:crm_segment_{name}_new")
        return reverse(f"admin:crm_segment_{name}", args=[self.segment.pk])


class EditPage(SegmentPage):
    """Show the rules; save them, or draw the form again with a row more, less, or of another kind."""

    needs = "change"

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show the segment."""
        if not self.segment.pk and not self.may_save:
            raise PermissionDenied
        return self._draw(stored_tree(self.segment.rules or {}), name=self.segment.name, is_stored=True)

    def post(self, request: HttpRequest) -> HttpResponse:
        """Save, or draw again; what is refused is said above what was typed."""
        name = request.POST.get("name", "")
        try:
            tree = posted_tree(request.POST)
        except Invalid as error:
            return self._draw(stored_tree(self.segment.rules or {}), name=name, refusal=error.message)
        if "save" not in request.POST:
            forgive(tree)
            return self._draw(tree, name=name, refusal=tree.refusal)
        if not tree.is_valid():
            return self._draw(tree, name=name)
        if self.segment.pk and request.POST.get("seen") != self.seen:
            refusal = _("Somebody changed the segment meanwhile. Save again to put what is below over it.")
            return self._draw(tree, name=name, refusal=refusal)
        try:
            return self._save(name, tree)
        except Invalid as error:
            if self.segment.pk:
                self.segment.refresh_from_db()
            return self._draw(tree, name=name, refusal=error.message)

    @property
    def seen(self) -> str:
        """The state of the segment that the page shows."""
        return self.segment.updated_at.isoformat() if self.segment.pk else ""

    def _ways_on(self) -> dict[str, str]:
        """Return where one goes from a segment that is saved, as far as the user may."""
        if self.segment.pk is None:
            return {}
        may, pk = self.request.user.has_perm, self.segment.pk
        may_write = may("crm.add_newsletter") and not self.segment.is_archived
        return {
            "people_url": list_of("crm.profile", segment=pk) if may("crm.view_profile") else "",
            "newsletter_url": f"{reverse('admin:crm_newsletter_add')}?segment={pk}" if may_write else "",
        }

    def _save(self, name: str, tree: Node) -> HttpResponse:
        is_new = self.segment.pk is None
        save_segment(self.segment, name=name, rules=tree.rules())
        log(self.request, self.segment, "", deed=ADDITION if is_new else CHANGE)
        count_at_once(self.segment)
        messages.success(self.request, _("The segment “%(name)s” was saved.") % {"name": self.segment.name})
        return HttpResponseRedirect(self.address())

    def _draw(self, tree: Node, *, name: str, refusal: str = "", is_stored: bool = False) -> HttpResponse:
        stored = self.segment
        context = {
            **admin.site.each_context(self.request),
            "title": stored.name if stored.pk else _("Create a segment"),
            "opts": Segment._meta,
            "segment": stored,
            "original": stored if stored.pk else None,
            "name": name,
            "tree": tree,
            "refusal": refusal,
            "archived": archived_in(stored.rules or {}),
            "unknown": unknown_in(stored.rules or {}),
            "uses": uses_of(stored),
            "seen": self.seen,
            **self._ways_on(),
            "is_stored": is_stored,
            "look_url": self.address("look"),
            "may_save": self.may_save,
            "words": {} if self.may_save else rules_in_words(stored.rules or {}),
        }
        return TemplateResponse(self.request, "crm/admin/segment/page.html", context)


class ArchivePage(SegmentPage):
    """Take a segment out of the choices, or back in."""

    needs = "change"
    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        """Do it."""
        archive_segment(self.segment, is_archived=not self.segment.is_archived)
        said = _("The segment was archived.") if self.segment.is_archived else _("The segment is in use again.")
        log(request, self.segment, said)
        messages.success(request, said)
        if self.segment.is_archived and (uses := uses_of(self.segment)):
            named = ", ".join(f"“{use.name}”" for use in uses)
            messages.warning(request, _("It is still used, and goes on there as before: %(names)s.") % {"names": named})
        return HttpResponseRedirect(self.address())
