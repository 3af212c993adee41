"""A11: call a webhook."""

from collections.abc import Generator, Iterator
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from actions.base import Action, Outcome, Problem, StepContext, action_types
from actions.leaving import CallTarget
from actions.models import Integration
from actions.planning import Contents
from crm.forms import ConfigForm, ReferenceField, TextField

INCLUDED = [("profile", _("The profile")), ("data", _("The data of the event"))]


class CallWebhookForm(ConfigForm):
    """Which target, and what it is told."""

    target = ReferenceField(Integration.objects.filter(kind="webhook", is_active=True), label=_("Target"))
    event = TextField(
        label=_("Event type"),
        max_length=80,
        initial="workflow.action",
        validators=[RegexValidator(r"^[A-Za-z0-9_]+(\.[A-Za-z0-9_]+)*$", _("Words joined by full stops."))],
        help_text=_("The receiver reads it as “type”."),
    )
    include = forms.MultipleChoiceField(label=_("Tell"), choices=INCLUDED, initial=["profile", "data"])

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["include"].required = False


@action_types.register
class CallWebhook(Action):
    """POST a signed JSON body to a target."""

    kind = "call_webhook"
    label = _("Call a webhook")
    form_class = CallWebhookForm

    def plan(self, step: StepContext) -> Generator[CallTarget, Outcome, None]:
        """Plan the call."""
        yield CallTarget(step, Contents.of(self._content()), str(self.config["target"]))

    def freeze(self) -> dict[str, Any]:
        """Keep what is told; the target stays a reference, its address and secret may change."""
        return {**self.config, "content": self._content()}

    def describe(self) -> str:
        """Say which target."""
        target = Integration.objects.filter(uid=self.config["target"]).first()
        return _now("Call the webhook “%(name)s”") % {"name": target or _now("target that is gone")}

    def problems(self) -> Iterator[Problem]:
        """Block where the target is off."""
        if not Integration.objects.filter(uid=self.config["target"], is_active=True).exists():
            yield Problem(_now("The webhook target is switched off or deleted."), code="integration_off")

    def _content(self) -> dict[str, Any]:
        frozen: dict[str, Any] | None = self.config.get("content")
        if frozen is not None:
            return frozen
        parts = {"type": self.config["event"], "include": sorted(self.config["include"])}
        return {"default": "", "languages": {"": parts}}
