"""A3: send a WhatsApp message."""

from collections.abc import Generator, Iterable, Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from actions.base import Action, Outcome, Problem, StepContext, action_types
from actions.integrations import active
from actions.integrations.kinds import WhatsApp
from actions.messaging import SendWhatsApp
from actions.planning import Contents
from actions.types.grounds import problems_of_grounds, purpose_in_words, rules_of
from actions.types.whatsapp_form import SendWhatsAppForm


@action_types.register
class SendWhatsAppAction(Action):
    """Send a template that Meta has approved to the profile's mobile."""

    kind = "send_whatsapp"
    channel = "whatsapp"
    label = _("Send a WhatsApp message")
    form_class = SendWhatsAppForm
    has_stand_in = True

    def plan(self, step: StepContext) -> Generator[SendWhatsApp, Outcome, None]:
        """Plan the delivery."""
        yield SendWhatsApp(step, Contents.of(self._content()), rules_of(self.config))

    def freeze(self) -> dict[str, Any]:
        """Keep the name of the template and its parameters; Meta keeps its text."""
        return {**self.config, "content": self._content()}

    def describe(self) -> str:
        """Say which template."""
        words = {"name": self.config["template"], "kind": purpose_in_words(self.config)}
        return _now("Send the WhatsApp template “%(name)s” (%(kind)s)") % words

    def texts(self) -> Iterable[str]:
        """List the parameters."""
        return list(self._parameters().values())

    def message(self, language: str = "") -> Mapping[str, str] | None:
        """Return the parameters as the text of a message."""
        lines = "\n".join(f"{name}: {text}" for name, text in self._parameters().items())
        return {"subject": str(self.config["template"]), "html": "", "text": lines}

    def problems(self) -> Iterator[Problem]:
        """Say what keeps it from arriving, and that it goes nowhere while WhatsApp is not set up."""
        yield from problems_of_grounds(self.config)
        if active(WhatsApp) is None:
            message = _now("WhatsApp is not switched on: the messages land in the mailbox of the back-office.")
            yield Problem(message, blocks=False, code="stand_in")

    def _parameters(self) -> dict[str, str]:
        named = {str(number): text for number, text in enumerate(self.config.get("body", ()), 1)}
        return {**{name: self.config[name] for name in ("header", "button") if self.config.get(name)}, **named}

    def _content(self) -> dict[str, Any]:
        frozen: dict[str, Any] | None = self.config.get("content")
        if frozen is not None:
            return frozen
        texts = self._parameters()
        numbered = [name for name in texts if name.isdecimal()]
        components = [
            *([{"type": "header", "texts": ["header"]}] if "header" in texts else []),
            *([{"type": "body", "texts": numbered}] if numbered else []),
            *([{"type": "button", "sub_type": "url", "index": "0", "texts": ["button"]}] if "button" in texts else []),
        ]
        parts = {"template": self.config["template"], "components": components, "texts": texts}
        codes = [code.strip() for code in self.config["codes"].split(",")]
        return {
            "default": codes[0],
            "languages": {code: {"language": code, "code": code, **parts} for code in codes},
        }
