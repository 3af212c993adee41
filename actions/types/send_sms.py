"""A2: send an SMS."""

from collections.abc import Generator, Iterable, Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from actions.base import Action, Outcome, Problem, StepContext, action_types
from actions.channels.sms_text import size_of, with_stop
from actions.integrations.sms import sms_provider
from actions.messaging import SendSms
from actions.planning import Contents
from actions.rendering.texts import Rendered
from actions.types.grounds import problems_of_grounds, purpose_in_words, rules_of
from actions.types.sms_form import SendSmsForm, say_size, stop_text
from crm.models import Site


@action_types.register
class SendSmsAction(Action):
    """Send a text to the profile's mobile."""

    kind = "send_sms"
    channel = "sms"
    label = _("Send an SMS")
    form_class = SendSmsForm
    has_stand_in = True
    has_subject = False

    def plan(self, step: StepContext) -> Generator[SendSms, Outcome, None]:
        """Plan the delivery."""
        yield SendSms(step, Contents.of(self._content()), rules_of(self.config))

    def freeze(self) -> dict[str, Any]:
        """Keep the text."""
        return {**self.config, "content": self._content()}

    def describe(self) -> str:
        """Say how it begins."""
        text = " ".join(str(self.config["text"]).split())
        words = {"text": text if len(text) <= 60 else f"{text[:59]}…", "kind": purpose_in_words(self.config)}
        return _now("Send the SMS “%(text)s” (%(kind)s)") % words

    def texts(self) -> Iterable[str]:
        """Return the text."""
        return [str(self.config["text"])]

    def message(self, language: str = "") -> Mapping[str, str] | None:
        """Return the text as the parts of a message."""
        return {"subject": "", "html": "", "text": str(self.config["text"])}

    def finished(self, rendered: Rendered, *, language: str, link: str) -> Rendered:
        """Add how to stop, and say how long it is."""
        text = rendered.text.strip()
        if self.config["purpose"] == "marketing":
            text = with_stop(text, stop_text(), "")
        return Rendered(say_size(size_of(text)), "", text)

    def problems(self) -> Iterator[Problem]:
        """Say what keeps it from arriving, and that it goes nowhere while no provider is set up."""
        yield from problems_of_grounds(self.config)
        if sms_provider() is None:
            message = _now("No provider of SMS is switched on: the messages land in the mailbox of the back-office.")
            yield Problem(message, blocks=False, code="stand_in")

    def _content(self) -> dict[str, Any]:
        frozen: dict[str, Any] | None = self.config.get("content")
        if frozen is not None:
            return frozen
        language = Site.current().language
        return {
            "default": language,
            "languages": {language: {"language": language, "texts": {"text": self.config["text"]}}},
        }
