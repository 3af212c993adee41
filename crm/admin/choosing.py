"""Choosing several of many rows: the chosen ones as ticked boxes, the others found by their name."""

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.db.models import Model, Q, QuerySet
from django.forms.models import ModelChoiceIterator
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.views import View

from crm.forms import ReferencesField
from crm.models import Category, Product, Tag

#: up to so many rows stand there to be ticked, without a search
MOST_AT_ONCE = 30
#: more choices than these can be narrowed down by typing
MOST_UNFILTERED = 20
#: what can be searched: name → model, the column that is stored, the columns that are searched
SEARCHED: dict[str, tuple[type[Model], str, tuple[str, ...]]] = {
    "product": (Product, "uid", ("name", "reference")),
    "category": (Category, "reference", ("name", "reference")),
    "tag": (Tag, "key", ("name",)),
}


class Chooser(forms.CheckboxSelectMultiple):
    """Boxes for the rows that are chosen; for all of them where they are few."""

    #: the name under which the rows are searched; empty: all are shown
    searches = ""

    def optgroups(self, name: str, value: list[str], attrs: dict[str, Any] | None = None) -> Any:
        """Return an option for each row that is shown."""
        offered = self.choices
        assert isinstance(offered, ModelChoiceIterator)
        rows: QuerySet[Any] = offered.queryset.all()
        if self.searches:
            rows = rows.filter(**{f"{SEARCHED[self.searches][1]}__in": [item for item in value if item]})
        made = []
        for at, row in enumerate(rows):
            key, label = offered.choice(row)
            option = self.create_option(name, str(key), label, str(key) in value, at, attrs=attrs)
            made.append((None, [option], at))
        return made


class Ticks(forms.CheckboxSelectMultiple):
    """Boxes for choices that are no rows; long lists are narrowed down as one types."""

    is_long = False


def fit_choosers(form: forms.Form) -> None:
    """Give each field of several choices boxes to tick: nobody should have to know of Ctrl and a click."""
    for field in form.fields.values():
        if isinstance(field, ReferencesField):
            _fit_rows(field)
        elif isinstance(field, forms.MultipleChoiceField) and type(field.widget) is forms.SelectMultiple:
            choices = list(field.choices)  # type: ignore[arg-type]
            field.widget = Ticks(choices=choices)
            field.widget.is_long = len(choices) > MOST_UNFILTERED


def _fit_rows(field: ReferencesField) -> None:
    rows: QuerySet[Any] = field.queryset  # type: ignore[assignment]
    chooser = Chooser()
    known = next((name for name, found in SEARCHED.items() if found[0] is rows.model), "")
    if known and len(rows.order_by().values_list("pk")[: MOST_AT_ONCE + 1]) > MOST_AT_ONCE:
        chooser.searches = known
    field.widget = chooser
    chooser.choices = ModelChoiceIterator(field)


class ChoicesPage(View):
    """Rows found by a part of their name, as boxes to tick."""

    def get(self, request: HttpRequest, what: str) -> HttpResponse:
        """Search."""
        if what not in SEARCHED:
            raise Http404
        model, by, columns = SEARCHED[what]
        if not request.user.has_perm(f"crm.view_{what}"):
            raise PermissionDenied
        term = request.GET.get("q", "").replace("\0", "").strip()[:100]
        found = Q()
        for column in columns:
            found |= Q(**{f"{column}__icontains": term})
        rows = model._default_manager.filter(found)
        rows = rows.filter(is_archived=False) if what == "tag" else rows
        context = {
            "name": request.GET.get("name", "")[:100],
            "rows": [(str(getattr(row, by)), str(row)) for row in rows.order_by(columns[0])[:MOST_AT_ONCE]],
        }
        return TemplateResponse(request, "crm/forms/choices.html", context)
