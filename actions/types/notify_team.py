"""A12: notify the team."""

from collections.abc import Generator, Iterable, Iterator, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from actions.base import Action, Outcome, Problem, StepContext, action_types
from actions.forms import EmailsField
from actions.leaving import NotifyTeam
from actions.planning import Contents
from actions.types.email_content import PARTS, frozen_message
from crm.forms import ConfigForm, ReferencesField, TextField
from crm.models import User


class NotifyTeamForm(ConfigForm):
    """Whom, and what it says."""

    users = ReferencesField(
        User.objects.filter(is_active=True, is_staff=True).exclude(email=""),
        by="username",
        label=_("Users"),
        required=False,
        help_text=_("Users of the back-office with an e-mail address."),
    )
    addresses = EmailsField(label=_("Other addresses"), most=5, required=False)
    subject = TextField(label=_("Subject"), max_length=250)
    text = TextField(label=_("Text"), max_length=20_000, widget=forms.Textarea({"rows": 6}))

    def clean(self) -> dict[str, Any]:
        """Ask for somebody."""
        cleaned: dict[str, Any] = super().clean() or {}
        if not self.errors and not cleaned["users"] and not cleaned["addresses"]:
            self.add_error("users", _now("Choose a user or give an address."))
        return cleaned


@action_types.register
class NotifyTeamAction(Action):
    """Send an e-mail to people who work here."""

    kind = "notify_team"
    label = _("Notify the team")
    form_class = NotifyTeamForm

    @property
    def content(self) -> Mapping[str, Any]:
        """Return the message."""
        frozen: Mapping[str, Any] | None = self.config.get("content")
        return frozen if frozen is not None else frozen_message(self.config)

    def plan(self, step: StepContext) -> Generator[NotifyTeam, Outcome, None]:
        """Plan a mail to each."""
        users, addresses = tuple(self.config["users"]), tuple(self.config["addresses"])
        yield NotifyTeam(step, Contents.of(self.content), users, addresses)

    def freeze(self) -> dict[str, Any]:
        """Put the message into the version; users stay references."""
        return {**self.config, "content": frozen_message(self.config)}

    def describe(self) -> str:
        """Say whom."""
        return _now("Notify %(who)s: “%(subject)s”") % {
            "who": ", ".join([*self.config["users"], *self.config["addresses"]]),
            "subject": self.config["subject"],
        }

    def texts(self) -> Iterable[str]:
        """List subject and text."""
        yield from (str(self.config[name]) for name in ("subject", "text"))

    def message(self, language: str = "") -> Mapping[str, str] | None:
        """Return the parts."""
        return {name: str(self.config.get(name) or "") for name in PARTS}

    def problems(self) -> Iterator[Problem]:
        """Warn of users who get nothing."""
        users = User.objects.filter(username__in=self.config["users"], is_active=True).exclude(email="")
        gone = set(self.config["users"]) - set(users.values_list("username", flat=True))
        for name in sorted(gone):
            message = _now("The user “%(name)s” is gone or has no e-mail address.") % {"name": name}
            yield Problem(message, blocks=len(gone) == len(self.config["users"]) and not self.config["addresses"])
