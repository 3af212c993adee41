"""Panels and buttons that change the order of steps: move, duplicate, remove, undo."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from crm.errors import Refused
from workflows.admin.builder.page import BuilderPage
from workflows.admin.pages import posted_revision
from workflows.drafts import (
    Document,
    Place,
    all_steps,
    duplicate_step,
    find,
    lists_of,
    move_step,
    places_for,
    remove_step,
)
from workflows.exits import exits_of
from workflows.preview.recap import describe_step
from workflows.services.drafts import undo_change


class MovePage(BuilderPage):
    """Choose another place for a step; "up" and "down" come here with the place already chosen."""

    panel = "workflows/builder/panel_move.html"
    needs = "change"

    def get(self, request: HttpRequest, *, step_id: str = "", **kwargs: Any) -> HttpResponse:
        """Show the places."""
        words = say_step(self.document, step_id)
        places = [(str(place), say_place(self.document, place)) for place in places_for(self.document, step_id)]
        return self.builder(open_id=step_id, words=words, places=places, panel_title=_("Move"))

    def post(self, request: HttpRequest, *, step_id: str = "", **kwargs: Any) -> HttpResponse:
        """Move it."""
        words = say_step(self.document, step_id)
        place = Place.read(request.POST.get("at", ""))
        self.save(move_step(self.document, step_id, place), _("Moved: %(what)s") % {"what": words})
        return self.go_to("change")


class RemovePage(BuilderPage):
    """Ask, and take a step out; a block with exits may leave the steps of one of them in its place."""

    panel = "workflows/builder/panel_remove.html"
    needs = "change"

    def get(self, request: HttpRequest, *, step_id: str = "", **kwargs: Any) -> HttpResponse:
        """Ask."""
        found = find(self.document, step_id)
        if found is None:
            raise Http404
        row = found[1]
        inside = sum(1 for _step in all_steps({"steps": [row]})) - 1
        return self.builder(
            open_id=step_id,
            words=describe_step(row).words,
            exits=list(exits_of(row).items()),
            inside=inside,
            panel_title=_("Remove"),
        )

    def post(self, request: HttpRequest, *, step_id: str = "", **kwargs: Any) -> HttpResponse:
        """Remove it."""
        summary = _("Removed: %(what)s") % {"what": say_step(self.document, step_id)}
        self.save(remove_step(self.document, step_id, keep=request.POST.get("keep", "")), summary)
        return self.go_to("change")


class DuplicatePage(BuilderPage):
    """Put a copy of a step behind it."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, *, step_id: str = "", **kwargs: Any) -> HttpResponse:
        """Copy it."""
        summary = _("Duplicated: %(what)s") % {"what": say_step(self.document, step_id)}
        self.save(duplicate_step(self.document, step_id), summary)
        return self.go_to("change")


class UndoPage(BuilderPage):
    """Take back the newest change of the draft."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Undo."""
        summary = undo_change(self.workflow, revision=posted_revision(request), user=self.user)
        self.log(_("Draft: %(what)s") % {"what": _("Undo")})
        messages.success(request, _("Undone: %(what)s") % {"what": summary})
        return self.go_to("change")


def say_step(document: Document, step_id: str) -> str:
    """Say a step of the draft; raises Refused when it is gone."""
    found = find(document, step_id)
    if found is None:
        raise Refused(_("This step is not there any more."))
    return describe_step(found[1]).words


def say_place(document: Document, place: Place) -> str:
    """Say a place by its neighbours: the exit it is in and the step it follows."""
    rows = next(rows for name, rows in lists_of(document) if name == place.branch)
    block_id, _dot, key = place.branch.partition(".")
    where = _("at the start") if not block_id else ""
    if block_id:
        block = found[1] if (found := find(document, block_id)) else {}
        where = _("“%(exit)s” of “%(block)s”") % {"exit": exits_of(block)[key], "block": describe_step(block).words}
    if place.index == 0:
        return where
    after = describe_step(rows[place.index - 1]).words
    said = _("after “%(step)s”") % {"step": after}
    return f"{where}: {said}" if block_id else said
