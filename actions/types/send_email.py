"""A1: send an e-mail."""

from collections.abc import Generator, Iterable, Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from actions.base import Action, Outcome, Problem, StepContext, action_types
from actions.leaving import SendEmail
from actions.planning import Contents
from actions.rendering.texts import Rendered
from actions.sending.letters import with_footer
from actions.types.email_content import PARTS, frozen_message
from actions.types.email_form import PURPOSES, REFEREE, SendEmailForm
from crm.models import ConsentDefinition, Template

#: large mailbox providers cut a mail that is longer, in bytes
LONGEST_HTML = 102_000


def referee_in(step: StepContext) -> int | None:
    """Return the profile of the referee in a run that a referral started (T11); None in any other."""
    referral = step.event.snapshot.get("referral")
    referee = referral.get("referee") if isinstance(referral, Mapping) else None
    found = referee.get("id") if isinstance(referee, Mapping) else None
    return found if isinstance(found, int) else None


@action_types.register
class SendEmailAction(Action):
    """Send a template or a message written here, to the profile or to fixed addresses."""

    kind = "send_email"
    channel = "email"
    label = _("Send an e-mail")
    form_class = SendEmailForm
    is_followed = True

    @property
    def is_to_team(self) -> bool:
        """Tell whether it goes to fixed addresses, which nobody asks for a consent."""
        return self.config.get("to") == "team"

    @property
    def content(self) -> Mapping[str, Any]:
        """Return the frozen message of a version, or the message as it stands now."""
        frozen: Mapping[str, Any] | None = self.config.get("content")
        return frozen if frozen is not None else frozen_message(self.config)

    def plan(self, step: StepContext) -> Generator[SendEmail, Outcome, None]:
        """Plan the delivery."""
        contents = Contents.of(self.content)
        if self.is_to_team:
            rules = {"purpose": "team", "consents": []}
            yield SendEmail(step, contents, rules, tuple(self.config["addresses"]))
            return
        rules = {name: self.config[name] for name in ("purpose", "consents")}
        if self.config.get("to") == REFEREE:
            referee = referee_in(step)
            yield SendEmail(step, contents, rules, () if referee is None else None, referee)
        else:
            yield SendEmail(step, contents, rules)

    def freeze(self) -> dict[str, Any]:
        """Put the message in all its languages into the version."""
        return {**self.config, "content": frozen_message(self.config)}

    def describe(self) -> str:
        """Say what goes to whom."""
        names = {"name": self._name(), "to": ", ".join(self.config.get("addresses", []))}
        if self.is_to_team:
            return _now("Send the e-mail “%(name)s” to %(to)s") % names
        kind = str(dict(PURPOSES).get(self.config.get("purpose", ""), "")).lower()
        if self.config.get("to") == REFEREE:
            return _now("Send the e-mail “%(name)s” to the referee (%(kind)s)") % {**names, "kind": kind}
        return _now("Send the e-mail “%(name)s” (%(kind)s)") % {**names, "kind": kind}

    def texts(self) -> Iterable[str]:
        """List all parts in all languages."""
        for parts in self.content["languages"].values():
            yield from (parts[name] for name in PARTS if parts[name])

    def message(self, language: str = "") -> Mapping[str, str] | None:
        """Return the parts in a language."""
        content = self.content
        return Contents.of(content).for_language(language)[1] if content["languages"] else dict.fromkeys(PARTS, "")

    def finished(self, rendered: Rendered, *, language: str, link: str) -> Rendered:
        """Add the link to unsubscribe to marketing."""
        is_marketing = not self.is_to_team and self.config.get("purpose") == "marketing"
        return with_footer(rendered, language, link) if is_marketing else rendered

    def problems(self) -> Iterator[Problem]:
        """Say what keeps it from being sent well."""
        content = self.content
        template = Template.objects.filter(uid=self.config["template"]).first() if "template" in self.config else None
        if "template" in self.config and (template is None or template.is_archived):
            yield Problem(_now("The template is archived or gone: choose another."), code="template_gone")
        elif not content["languages"]:
            yield Problem(_now("The template has no text in any language."), code="template_empty")
        elif content["default"] not in content["languages"]:
            yield Problem(_now("The template has no text in the default language."), blocks=False, code="no_default")
        if any(len(parts["html"].encode()) > LONGEST_HTML for parts in content["languages"].values()):
            yield Problem(_now("The HTML is over 102 kB: mailboxes will cut it."), blocks=False, code="too_long")
        if not self.is_to_team:
            yield from self._problems_of_consents(template)

    def _problems_of_consents(self, template: Template | None) -> Iterator[Problem]:
        names = set(self.config["consents"])
        used = set(ConsentDefinition.objects.filter(name__in=names, is_archived=False).values_list("name", flat=True))
        for name in sorted(names - used):
            yield Problem(_now("The consent “%(name)s” is archived or gone.") % {"name": name}, code="consent_gone")
        if template is not None and template.kind != self.config["purpose"]:
            yield Problem(_now("The template is of another kind than this message."), blocks=False, code="kind_differs")

    def _name(self) -> str:
        if "template" in self.config:
            frozen = self.config.get("content") or {}
            template = None if frozen.get("name") else Template.objects.filter(uid=self.config["template"]).first()
            return str(frozen.get("name") or template or _now("template that is gone"))
        return str(self.config["subject"])
