"""A4: send a template of Brevo."""

from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from actions.base import Problem, action_types
from actions.types.brevo_parts import BrevoAction, PairsField, pairs
from actions.types.grounds import GroundsForm, problems_of_grounds, purpose_in_words, rules_of


class BrevoTemplateForm(GroundsForm):
    """Which template, and its parameters."""

    channel = "email"

    template = forms.IntegerField(
        label=_("Template"), min_value=1, max_value=10**9, help_text=_("Its number in Brevo.")
    )
    params = PairsField(label=_("Parameters"), required=False, most=100)


@action_types.register
class BrevoTemplate(BrevoAction):
    """Have Brevo send a transactional template to the profile's e-mail."""

    kind = "brevo_template"
    channel = "brevo"
    label = _("Brevo: send a template")
    form_class = BrevoTemplateForm
    operation = "template"

    def describe(self) -> str:
        """Say which template."""
        words = {"number": self.config["template"], "kind": purpose_in_words(self.config)}
        return _now("Brevo: send template %(number)d (%(kind)s)") % words

    def rules(self) -> Mapping[str, Any]:
        """Return the grounds: it is a message like any other."""
        return rules_of(self.config)

    def values(self) -> dict[str, str]:
        """Return the parameters, which the template reads as params.NAME."""
        return pairs(self.config.get("params", ()))

    def parts(self) -> dict[str, Any]:
        """Return the template."""
        return {"template": self.config["template"]}

    def problems(self) -> Iterator[Problem]:
        """Block where a chosen consent is gone."""
        yield from problems_of_grounds(self.config)
