"""What became of a participation: completed or not, won or not; for conditions about profiles and about events."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from crm.forms import ConfigForm

_ANSWERS = {"yes": True, "no": False}


class OutcomeForm(ConfigForm):
    """Ask whether it was completed, and whether it was won; both may be left open."""

    complete = forms.ChoiceField(
        label=_("Completed"), choices=[("", _("completed or not")), ("yes", _("yes")), ("no", _("no"))], required=False
    )
    winner = forms.ChoiceField(
        label=_("Winner"), choices=[("", _("winner or not")), ("yes", _("yes")), ("no", _("no"))], required=False
    )


def outcome_of(config: Mapping[str, Any], prefix: str = "") -> dict[str, bool]:
    """Return what is asked of a participation: `complete` and `winner`, each only where it is not left open."""
    asked = {name: _ANSWERS.get(str(config.get(name) or "")) for name in ("complete", "winner")}
    return {f"{prefix}{name}": answer for name, answer in asked.items() if answer is not None}


def say_outcome(config: Mapping[str, Any]) -> list[str]:
    """Say what is asked."""
    words = {
        ("complete", True): _("completed"),
        ("complete", False): _("not completed"),
        ("winner", True): _("as a winner"),
        ("winner", False): _("not as a winner"),
    }
    return [str(words[each]) for each in outcome_of(config).items()]
