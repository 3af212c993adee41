"""A form that adapts to the chosen type: the choice of the kind, and the form that this kind declares."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.forms.utils import ErrorDict
from django.http import QueryDict

from crm.admin.choosing import fit_choosers
from crm.forms import PREFIX, ConfigForm
from crm.registry import Registry, upgraded

Row = Mapping[str, Any]
#: a field with these draws the panel anew when it changes, nothing saved
REDRAW = {
    "hx-post": "",
    "hx-trigger": "change",
    "hx-include": "closest form",
    "hx-target": "#builder-panel",
    "hx-select": "#builder-panel",
    "hx-swap": "outerHTML",
    "hx-push-url": "false",
}


@dataclass
class TypedForm:
    """The kind in hand, the kinds offered, and the form of the kind; `is_valid` asks the type's own form."""

    kind: str
    kinds: list[tuple[str, str]]
    form: ConfigForm
    cls: Any
    prefix: str
    redraw: Mapping[str, str]

    @property
    def kind_name(self) -> str:
        """The name of the field that holds the kind."""
        return f"{self.prefix}-kind"

    @property
    def shown_name(self) -> str:
        """The name of the field that tells for which kind the page was drawn."""
        return f"{self.prefix}-shown"

    @property
    def help(self) -> str:
        """What the type says of itself; a template that named the class would call it."""
        return str(getattr(self.cls, "help", ""))

    def is_valid(self) -> bool:
        """Tell whether the form was sent for this kind and its type accepts it."""
        return self.form.is_bound and self.form.is_valid()

    def row(self, key: str) -> dict[str, Any]:
        """Return what goes into the document."""
        return {"kind": self.kind, "schema": self.cls.schema, key: self.form.config()}


def typed_form(
    registry: Registry[Any],
    offered: Iterable[Any],
    *,
    data: QueryDict | None,
    stored: Row | None,
    key: str,
    context: Mapping[str, Any],
    prefix: str = PREFIX,
    chosen: str = "",
) -> TypedForm:
    """Return the form for the kind that was chosen: just now (`data`), by the address, in the draft, or the first.

    Where another kind was chosen since the page was drawn, its form is empty: values of the old one mean nothing to it.
    """
    classes = {cls.kind: cls for cls in offered}
    if stored is not None and (present := registry.get(stored["kind"])):
        classes.setdefault(stored["kind"], present)
    wanted = [data.get(f"{prefix}-kind", "") if data else "", chosen, stored["kind"] if stored else "", *classes]
    kind = next(kind for kind in wanted if kind in classes)
    cls = classes[kind]
    if data is not None and data.get(f"{prefix}-shown") == kind:
        form = cls.form_class(data, context=context, prefix=prefix)
    elif stored is not None and stored["kind"] == kind:
        form = cls.form_class.from_config(upgraded(cls, stored, key), context=context, prefix=prefix)
    else:
        form = cls.form_class(context=context, prefix=prefix)
    if data is not None and not form.fields:  # nothing to ask: it may be saved without having been seen
        form = cls.form_class(data, context=context, prefix=prefix)
    fit(form)
    labels = [(name, str(each.label)) for name, each in classes.items()]
    return TypedForm(kind, labels, form, cls, prefix, REDRAW)


def fit(form: ConfigForm) -> None:
    """Make a form fit the panel: choosers for long lists, and fields that draw it anew."""
    fit_choosers(form)
    for name in form.adapts_on:
        if name in form.fields:
            form.fields[name].widget.attrs.update(REDRAW)


def hide_errors(form: Any) -> None:
    """Show what was typed without complaints: it is being changed, not sent. New fields have their initial value."""
    shown = form.data.copy()
    for name, field in form.fields.items():
        usual = form.get_initial_for_field(field, name)
        if field.required and isinstance(usual, str | int | list | tuple) and form.add_prefix(name) not in form.data:
            shown.setlist(form.add_prefix(name), list(usual) if isinstance(usual, list | tuple) else [usual])
    form.data = shown
    form._errors = ErrorDict()
    form.cleaned_data = {}
