"""Form fields for what tables keep as JSON or as a code: nobody is shown either."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.conf.locale import LANG_INFO
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminSelect2Widget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
    UnfoldAdminURLInputWidget,
)

from crm.words import language_name as language_name


class PerLanguageInput(forms.MultiWidget):
    """An input for each language, with its name."""

    template_name = "crm/admin/per_language.html"

    def __init__(self, languages: Sequence[str], attrs: dict[str, Any] | None = None, *, is_url: bool = False) -> None:
        self.languages = languages
        kind = UnfoldAdminURLInputWidget if is_url else UnfoldAdminTextInputWidget
        super().__init__({language: kind(attrs={}) for language in languages}, attrs)

    def decompress(self, value: Mapping[str, str] | None) -> list[str]:
        """Return the text of each language."""
        return [(value or {}).get(language, "") for language in self.languages]

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Name the language of each input."""
        context = super().get_context(name, value, attrs)
        for part, language in zip(context["widget"]["subwidgets"], self.languages, strict=True):
            part["language"] = language_name(language)
        return context


class PerLanguageField(forms.MultiValueField):
    """A text for each language, kept as {language: text} without the empty ones."""

    widget: Any

    def __init__(
        self, *, languages: Sequence[str] | None = None, is_url: bool = False, required: bool = False, **options: Any
    ) -> None:
        self.languages = list(languages or dict(settings.LANGUAGES))
        options.pop("encoder", None)
        options.pop("decoder", None)
        options["widget"] = PerLanguageInput(self.languages, is_url=is_url)
        one = forms.URLField(assume_scheme="https", required=False) if is_url else forms.CharField(required=False)
        super().__init__(
            fields=[one for _language in self.languages], required=required, require_all_fields=False, **options
        )

    def compress(self, data_list: Sequence[str]) -> dict[str, str]:
        """Return the texts by language."""
        return {language: text for language, text in zip(self.languages, data_list, strict=False) if text}

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compare the texts."""
        return list(self.widget.decompress(initial)) != [part or "" for part in data or []]


class ListField(forms.MultipleChoiceField):
    """Several of a few words, as boxes to tick, kept as a list in the order of the choices."""

    def __init__(self, *, choices: Iterable[tuple[str, Any]], required: bool = False, **options: Any) -> None:
        options.setdefault("widget", UnfoldAdminCheckboxSelectMultipleWidget)
        super().__init__(choices=choices, required=required, **options)


class LinesField(forms.CharField):
    """A list of words, one on each line."""

    def __init__(self, *, required: bool = False, **options: Any) -> None:
        options.setdefault("widget", UnfoldAdminTextareaWidget(attrs={"rows": 5}))
        options.setdefault("help_text", _("One on each line."))
        super().__init__(required=required, **options)

    def prepare_value(self, value: Any) -> Any:
        """Show a list as lines."""
        return "\n".join(str(item) for item in value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        """Return the lines that are not empty, each once."""
        return list(dict.fromkeys(line.strip() for line in (value or "").splitlines() if line.strip()))

    def validate(self, value: Any) -> None:
        """Ask for at least one line where the field is required."""
        if self.required and not value:
            raise forms.ValidationError(self.error_messages["required"], code="required")

    def run_validators(self, value: Any) -> None:
        """Check the text that the lines are, not the list."""
        super().run_validators("\n".join(value))

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compare the lists."""
        return list(initial or []) != self.to_python(data)


def language_choices(*, empty: Any = None, also: str = "") -> list[tuple[str, str]]:
    """List languages by name, the ones of the shop first; `also` is offered even if nobody named it."""
    own = list(dict(settings.LANGUAGES))
    others = sorted((code for code in LANG_INFO if len(code) == 2 and code not in own), key=language_name)
    codes = [*own, *others]
    if also and also not in codes:
        codes.append(also)
    return [*([("", empty)] if empty is not None else []), *((code, language_name(code)) for code in codes)]


class LanguageSelect(UnfoldAdminSelectWidget):
    """A list of languages by name, which keeps a value that it does not know."""

    def __init__(self, attrs: dict[str, Any] | None = None, *, empty: Any = None) -> None:
        self.empty = empty
        super().__init__(attrs)

    def optgroups(self, name: str, value: list[str], attrs: dict[str, Any] | None = None) -> list[Any]:
        """Offer the languages."""
        self.choices = language_choices(empty=self.empty, also=value[0] if value else "")
        return list(super().optgroups(name, value, attrs))


class ZoneSelect(UnfoldAdminSelect2Widget):
    """A list of time zones in which one searches by typing."""

    def __init__(self, attrs: dict[str, Any] | None = None, *, empty: Any = None) -> None:
        zones = sorted(zone for zone in available_timezones() if "/" in zone and not zone.startswith("Etc/"))
        super().__init__(attrs, choices=[*([("", empty)] if empty is not None else []), *((z, z) for z in zones)])
