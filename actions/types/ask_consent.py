"""A10: ask to confirm a consent (double opt-in)."""

from collections.abc import Generator, Iterable, Iterator, Mapping
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from actions.asking import AskConsent
from actions.base import Action, Outcome, Problem, StepContext, action_types
from actions.forms import ConsentField
from actions.planning import Contents
from actions.question_text import question_content
from actions.types.email_content import PARTS
from crm.forms import ConfigForm
from crm.models import ConsentDefinition


class AskConsentForm(ConfigForm):
    """Which consent; its definition holds the mail and the days to answer."""

    consent = ConsentField(
        label=_("Consent"),
        help_text=_("The mail and the days to answer are set with the consent. Who refused it is not asked."),
    )


@action_types.register
class AskConsentAction(Action):
    """Send the mail whose link accepts the consent; only the person can click on it."""

    kind = "ask_consent"
    label = _("Ask to confirm a consent")
    form_class = AskConsentForm
    own_tags = frozenset({"confirm_url"})

    @property
    def content(self) -> Mapping[str, Any]:
        """Return the frozen mail of a version, or the mail as it stands now."""
        frozen: Mapping[str, Any] | None = self.config.get("content")
        if frozen is not None:
            return frozen
        definition = self._definition()
        return question_content(definition) if definition else {"name": "", "default": "", "languages": {}}

    def plan(self, step: StepContext) -> Generator[AskConsent, Outcome, None]:
        """Let the consent wait, and plan the mail."""
        yield AskConsent(step, str(self.config["consent"]), Contents.of(self.content))

    def freeze(self) -> dict[str, Any]:
        """Put the mail in all its languages into the version."""
        return {**self.config, "content": self.content}

    def describe(self) -> str:
        """Say which consent."""
        definition = self._definition()
        label = definition.label_in(get_language() or "") if definition else self.config["consent"]
        return _now("Ask by e-mail to confirm “%(consent)s”") % {"consent": label}

    def texts(self) -> Iterable[str]:
        """List all parts in all languages."""
        for parts in self.content["languages"].values():
            yield from (parts[name] for name in PARTS if parts[name])

    def message(self, language: str = "") -> Mapping[str, str] | None:
        """Return the parts in a language."""
        content = self.content
        return Contents.of(content).for_language(language)[1] if content["languages"] else dict.fromkeys(PARTS, "")

    def problems(self) -> Iterator[Problem]:
        """Say what keeps it from being asked well."""
        definition = self._definition()
        if definition is None or definition.is_archived:
            name = self.config["consent"]
            yield Problem(_now("The consent “%(name)s” is archived or gone.") % {"name": name}, code="consent_gone")
        elif definition.is_double_opt_in and definition.asks_at_once:
            message = _now("This consent asks by itself as soon as somebody accepts it: this mail is one more.")
            yield Problem(message, blocks=False, code="asks_at_once")

    def _definition(self) -> ConsentDefinition | None:
        rows = ConsentDefinition.objects.select_related("confirmation_template")
        return rows.filter(name=self.config["consent"]).first()
