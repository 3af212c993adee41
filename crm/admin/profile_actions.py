"""What is done to many chosen profiles at once: adding and taking off a tag, handing out as CSV."""

from typing import Any

from django.contrib import admin, messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.template.response import TemplateResponse
from django.utils.formats import number_format
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from crm import cause, db
from crm.admin.log import log
from crm.admin.paging import MOST
from crm.admin.profile_forms import TagForm
from crm.errors import Invalid
from crm.imports.writing import write_profiles
from crm.models import Profile, Tag
from crm.services.tags import TagChange, change_tags_many


@admin.action(description=_("Add a tag"), permissions=["change"])
def add_tag(model_admin: Any, request: HttpRequest, queryset: "QuerySet[Profile]") -> HttpResponse | None:
    """Ask for a tag and add it to the chosen profiles."""
    return _change(model_admin, request, queryset, "add_tag")


@admin.action(description=_("Take off a tag"), permissions=["change"])
def remove_tag(model_admin: Any, request: HttpRequest, queryset: "QuerySet[Profile]") -> HttpResponse | None:
    """Ask for a tag and take it off the chosen profiles."""
    return _change(model_admin, request, queryset, "remove_tag")


@admin.action(description=_("Export as CSV"), permissions=["export"])
def export_csv(model_admin: Any, request: HttpRequest, queryset: "QuerySet[Profile]") -> HttpResponseBase:
    """Hand out the chosen profiles, in the form in which they are imported again."""
    number = queryset.count()
    said = ngettext("%(n)d profile exported as CSV", "%(n)d profiles exported as CSV", number) % {"n": number}
    log(request, Profile, said, name=_now("Profiles"))
    keys = Profile.objects.filter(pk__in=queryset.order_by().values("pk"))
    headers = {"Content-Disposition": 'attachment; filename="profiles.csv"', "Cache-Control": "no-store"}
    return StreamingHttpResponse(write_profiles(keys), content_type="text/csv; charset=utf-8", headers=headers)


def _change(model_admin: Any, request: HttpRequest, rows: "QuerySet[Profile]", action: str) -> HttpResponse | None:
    ids = list(rows.order_by("pk").values_list("pk", flat=True)[: MOST + 1])
    if len(ids) > MOST:
        said = _now("These are more than %(n)s profiles: filter the list first.")
        messages.error(request, said % {"n": number_format(MOST, force_grouping=True)})
        return None
    form = TagForm(request.POST if "tag" in request.POST else None)
    if form.is_valid():
        tag, is_added = form.cleaned_data["tag"], action == "add_tag"
        try:
            number = _apply(ids, tag, is_added=is_added)
        except Invalid as error:
            form.add_error("tag", error.message)
        else:
            log(request, Profile, _logged(tag, number, is_added=is_added), name=_now("Profiles"))
            said = ngettext("%(n)d profile changed.", "%(n)d profiles changed.", number) % {"n": number}
            messages.success(request, said)
            return None
    context = {
        **model_admin.admin_site.each_context(request),
        "title": str(add_tag.short_description if action == "add_tag" else remove_tag.short_description),  # type: ignore[attr-defined]
        "opts": model_admin.opts,
        "form": form,
        "action": action,
        "number": len(ids),
        "posted": [(name, value) for name, values in request.POST.lists() for value in values if name in _KEPT],
        "known": Tag.objects.filter(is_archived=False)[:200],
    }
    return TemplateResponse(request, "crm/admin/choose_tag.html", context)


def _apply(ids: list[int], tag: str, *, is_added: bool) -> int:
    """Change the tag of all or none; returns how many profiles really changed."""
    add, remove = ((tag,), ()) if is_added else ((), (tag,))
    number = 0
    with transaction.atomic():
        for batch in db.batches(ids):
            outcomes = change_tags_many([TagChange(pk, add, remove, cause.current()) for pk in batch])
            number += sum(bool(outcome.added or outcome.removed) for outcome in outcomes)
    return number


def _logged(tag: str, number: int, *, is_added: bool) -> str:
    """Say what was done, for the audit log."""
    said = (
        ngettext("Tag “%(tag)s” added to %(n)d profile", "Tag “%(tag)s” added to %(n)d profiles", number)
        if is_added
        else ngettext("Tag “%(tag)s” taken off %(n)d profile", "Tag “%(tag)s” taken off %(n)d profiles", number)
    )
    return said % {"tag": tag, "n": number}


#: what the list posted, to be posted again with the tag
_KEPT = frozenset({"_selected_action", "select_across", "index"})
