"""What the actions of Brevo (A4) share."""

from collections.abc import Generator, Iterable, Mapping
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from actions.base import Action, Outcome, StepContext
from actions.messaging import CallBrevo
from actions.planning import Contents
from crm.forms import ConfigForm, LinesField


class PairsField(LinesField):
    """Names with a text each: NAME = text, one on each line."""

    def clean(self, value: Any) -> list[str]:
        """Return the lines; refuse one without a name."""
        lines = super().clean(value)
        for line in lines:
            name, equals, _text = line.partition("=")
            if not equals or not name.strip().replace("_", "").isalnum() or not name.strip().isascii():
                raise ValidationError(_("Write NAME = text, with letters, digits and _ in the name."), code="invalid")
        return lines


def pairs(lines: Iterable[str]) -> dict[str, str]:
    """Read the lines of a PairsField."""
    return {name.strip(): text.strip() for name, _equals, text in (line.partition("=") for line in lines)}


class BrevoListForm(ConfigForm):
    """Which list."""

    list = forms.IntegerField(label=_("List"), min_value=1, max_value=10**9, help_text=_("Its number in Brevo."))


class BrevoAction(Action):
    """Something done with one contact; `operation` is known to the channel."""

    operation: ClassVar[str]

    def plan(self, step: StepContext) -> Generator[CallBrevo, Outcome, None]:
        """Plan the call."""
        yield CallBrevo(step, Contents.of(self._content()), self.rules())

    def freeze(self) -> dict[str, Any]:
        """Keep what is done."""
        return {**self.config, "content": self._content()}

    def texts(self) -> Iterable[str]:
        """List the values."""
        return list(self.values().values())

    def rules(self) -> Mapping[str, Any]:
        """Return under which rules it may be done: whom the shop may hold data of, Brevo may for it."""
        return {"purpose": "contact", "consents": []}

    def values(self) -> dict[str, str]:
        """Return the texts by their name in Brevo."""
        return {}

    def parts(self) -> dict[str, Any]:
        """Return what the operation needs besides them."""
        return {}

    def _content(self) -> dict[str, Any]:
        frozen: dict[str, Any] | None = self.config.get("content")
        if frozen is not None:
            return frozen
        parts = {"operation": self.operation, "name": str(self.label), "texts": self.values(), **self.parts()}
        return {"default": "", "languages": {"": parts}}
