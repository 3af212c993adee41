"""What is kept how long, and how much of it there is: one page, on which the days are chosen."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from unfold.widgets import UnfoldAdminIntegerFieldWidget

from crm.admin.base import ReadOnlyAdmin
from crm.admin.log import log
from crm.models import RetentionRule
from crm.retention import RetentionClass, classes, kept
from crm.services.retention import choose_days

#: a hundred years
_MOST = 36_500


class RetentionForm(forms.Form):
    """A number of days for each class; empty keeps it for ever."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.classes = [one for one in classes() if not one.is_fixed]
        chosen = dict(RetentionRule.objects.filter(is_chosen=True).values_list("kind", "days"))
        for one in self.classes:
            self.fields[one.kind] = forms.IntegerField(
                label=str(one.label),
                required=False,
                min_value=one.least,
                max_value=_MOST,
                initial=chosen.get(one.kind, one.days),
                widget=UnfoldAdminIntegerFieldWidget(),
            )

    def save(self) -> list[RetentionClass]:
        """Keep what was chosen; returns the classes whose days changed."""
        return [
            one
            for one in self.classes
            if one.kind in self.changed_data and choose_days(one.kind, self.cleaned_data[one.kind])
        ]


@admin.register(RetentionRule)
class RetentionAdmin(ReadOnlyAdmin):
    """One page in the place of a list."""

    def changelist_view(self, request: HttpRequest, extra_context: Mapping[str, Any] | None = None) -> HttpResponse:
        """Show the page; save the days."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        may_change = request.user.has_perm("crm.change_retentionrule")
        form = RetentionForm(request.POST if request.method == "POST" else None)
        if request.method == "POST":
            if not may_change:
                raise PermissionDenied
            if form.is_valid():
                for one in form.save():
                    self._note(request, one, form.cleaned_data[one.kind])
                messages.success(request, _("Saved. What is older is cleared little by little."))
                return HttpResponseRedirect(request.path)
        context = {
            **self.admin_site.each_context(request),
            "title": _("What is kept how long"),
            "opts": self.opts,
            "form": form,
            "may_change": may_change,
            "rows": [self._row(one, form) for one in classes()],
            "kept": _kept(),
        }
        return TemplateResponse(request, "crm/admin/retention.html", context)

    def _row(self, one: RetentionClass, form: RetentionForm) -> dict[str, Any]:
        rule = RetentionRule.objects.filter(kind=one.kind).first()
        return {
            "label": one.label,
            "meaning": one.meaning,
            "field": form[one.kind] if one.kind in form.fields else None,
            "days": one.days,
            "least": one.least,
            "number": one.how_many(),
            "oldest": one.oldest(),
            "cleared": rule.cleared if rule else 0,
            "error": rule.error if rule else "",
        }

    def _note(self, request: HttpRequest, one: RetentionClass, days: int | None) -> None:
        words = _("for ever") if days is None else ngettext("%(n)d day", "%(n)d days", days) % {"n": days}
        log(request, RetentionRule.objects.get(kind=one.kind), f"{one.label}: {words}", name=str(one.label))


def _kept() -> list[tuple[str, str]]:
    """Return what has no age, as names and the reason; those of one reason together."""
    found: dict[str, list[str]] = {}
    for model, reason in kept.items():
        found.setdefault(str(reason), []).append(str(model._meta.verbose_name_plural))
    return [(capfirst(", ".join(names)), reason) for reason, names in found.items()]
