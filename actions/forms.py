"""Form fields that several actions share."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from crm.errors import Invalid
from crm.forms import LinesField, ReferenceField, ReferencesField, TextField
from crm.models import ConsentDefinition
from crm.values import parse_email


class ConsentsField(ReferencesField):
    """Consent definitions (of one kind), shown by their label in the current language.

    With a channel those are left out that are for other channels only.
    """

    def __init__(self, kind: str = "", *, channel: str = "", **options: Any) -> None:
        rows: QuerySet[ConsentDefinition] = ConsentDefinition.objects.filter(is_archived=False)
        if kind:
            rows = rows.filter(kind=kind)
        if channel:
            rows = rows.filter(pk__in=[row.pk for row in rows if not row.channels or channel in row.channels])
        super().__init__(rows, by="name", **options)
        self.when_empty = (
            _("There is none for this channel yet: make one under People > Consents.")
            if channel
            else _("There is none yet: make one under People > Consents.")
        )

    def label_from_instance(self, obj: Any) -> str:
        """Return the label."""
        return str(obj.label_in(get_language() or ""))


class ConsentField(ReferenceField):
    """One consent that people give, shown by its label in the current language."""

    def __init__(self, **options: Any) -> None:
        rows = ConsentDefinition.objects.filter(kind=ConsentDefinition.Kind.CONSENT, is_archived=False)
        super().__init__(rows, by="name", **options)

    def label_from_instance(self, obj: Any) -> str:
        """Return the label."""
        return str(obj.label_in(get_language() or ""))


class EmailsField(LinesField):
    """E-mail addresses, one on each line."""

    def clean(self, value: Any) -> list[str]:
        """Return the addresses, each once."""
        try:
            addresses = [parse_email(line) for line in super().clean(value)]
        except Invalid as error:
            raise ValidationError(error.message, code="invalid") from None
        return list(dict.fromkeys(addresses))


class RepeatedLinesField(LinesField):
    """Several texts, one on each line, in their order; the same may come again."""

    def clean(self, value: Any) -> list[str]:
        """Return the lines that are not empty."""
        super().clean(value)  # counts them, asks for one where one is required
        return [line.strip() for line in str(self.to_python(value)).splitlines() if line.strip()]


class EmailField(TextField):
    """An e-mail address."""

    def clean(self, value: Any) -> str:
        """Return the address as it is stored for profiles."""
        try:
            return parse_email(super().clean(value))
        except Invalid as error:
            raise ValidationError(error.message, code="invalid") from None
