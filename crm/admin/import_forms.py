"""The forms of an import: the file, and what its columns are."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminFileFieldWidget, UnfoldAdminSelectWidget, UnfoldBooleanWidget

from crm.imports.columns import choices
from crm.imports.encodings import ENCODINGS
from crm.imports.files import MOST_BYTES
from crm.models import Import

_ORDERS = [("ymd", _("year-month-day: 1985-01-31")), ("dmy", _("31/01/1985")), ("mdy", _("01/31/1985"))]


class UploadForm(forms.Form):
    """A file, and how it is written."""

    file = forms.FileField(label=_("CSV file"), widget=UnfoldAdminFileFieldWidget)
    encoding = forms.ChoiceField(
        label=_("Encoding"),
        choices=[("", _("Recognised by itself")), *ENCODINGS.items()],
        required=False,
        help_text=_("Choose one only where accents look wrong on the next page."),
        widget=UnfoldAdminSelectWidget,
    )

    def clean_file(self) -> Any:
        """Refuse what is too large."""
        file = self.cleaned_data["file"]
        if (file.size or 0) > MOST_BYTES:
            raise forms.ValidationError(_now("The file is too large."))
        return file


class ColumnsForm(forms.Form):
    """What each column is, and how the file is read."""

    def __init__(self, source: Import, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.source = source
        targets = choices()
        for index, (name, target) in enumerate(zip(source.header, source.mapping, strict=True)):
            self.fields[f"column-{index}"] = forms.ChoiceField(
                label=name or f"#{index + 1}",
                choices=targets,
                required=False,
                initial=target,
                widget=UnfoldAdminSelectWidget,
            )
        self.fields["date_order"] = forms.ChoiceField(
            label=_("Dates are written"), choices=_ORDERS, initial=source.date_order, widget=UnfoldAdminSelectWidget
        )
        self.fields["deletes_empty"] = forms.BooleanField(
            label=_("Empty fields delete data"),
            required=False,
            initial=source.deletes_empty,
            widget=UnfoldBooleanWidget,
        )

    def mapping(self) -> list[str]:
        """Return what was chosen, in the order of the columns."""
        return [self.cleaned_data[f"column-{index}"] for index in range(len(self.source.header))]
