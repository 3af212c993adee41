"""Messages as triggers and conditions name them: a newsletter, a scenario, or a sending step of a workflow."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, ClassVar

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from crm.conditions.base import EventView
from crm.forms import ConfigForm
from crm.models import Newsletter, Scenario
from triggers.base import Trigger, Variable

#: what a message is part of: the name of its events, and the beginning of its key
NEWSLETTER, SCENARIO, WORKFLOW = "newsletter", "scenario", "workflow"
ANY, LISTED = "any", "list"

#: key, what it is called
Named = tuple[str, str]
#: a heading, and the messages under it
Group = tuple[str | Promise, Sequence[Named]]

MESSAGE_VARIABLES = (
    Variable("message.name", _("Name of the newsletter or scenario")),
    Variable("message.subject", _("Subject of the message")),
    Variable("message.sent_at", _("When the message was sent")),
)


def newsletter_key(uid: Any) -> str:
    """Return the key of a newsletter's messages."""
    return f"{NEWSLETTER}:{uid}"


def scenario_key(uid: Any) -> str:
    """Return the key of a scenario's messages."""
    return f"{SCENARIO}:{uid}"


def workflow_key(workflow_id: int, step_id: str) -> str:
    """Return the key of the messages of a step of a workflow."""
    return f"{WORKFLOW}:{workflow_id}:{step_id}"


def _newsletters() -> Group:
    rows = Newsletter.objects.order_by("-id").values_list("uid", "name")
    return _("Newsletters"), [(newsletter_key(uid), name) for uid, name in rows]


def _scenarios() -> Group:
    rows = Scenario.objects.order_by("name").values_list("uid", "name")
    return _("Scenarios"), [(scenario_key(uid), name) for uid, name in rows]


#: who names messages, by what they are part of; upper floors add theirs
NAMES: dict[str, Callable[[], Group]] = {NEWSLETTER: _newsletters, SCENARIO: _scenarios}


def choices_of(parts: Iterable[str]) -> list[Group]:
    """Return the messages that may be chosen, under headings; headings with nothing below are left out."""
    return [group for name in parts if name in NAMES and (group := NAMES[name]())[1]]


def say_messages(keys: Iterable[str]) -> str:
    """Name messages; one that is gone is said to be."""
    wanted = list(keys)
    names = {key: name for _title, rows in choices_of({key.partition(":")[0] for key in wanted}) for key, name in rows}
    return ", ".join(names.get(key) or str(_("a message that is gone")) for key in wanted)


class MessagesForm(ConfigForm):
    """Ask for any message, or a list; subclasses say of what."""

    adapts_on: ClassVar[tuple[str, ...]] = ("which",)
    parts: ClassVar[tuple[str, ...]] = (NEWSLETTER, SCENARIO, WORKFLOW)
    any_words: ClassVar[str | Promise] = _("any message, also a future one")

    which = forms.ChoiceField(label=_("Which messages"), required=False, initial=ANY)
    messages = forms.MultipleChoiceField(label=_("Messages"), required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        which, messages = self.fields["which"], self.fields["messages"]
        assert isinstance(which, forms.ChoiceField)
        assert isinstance(messages, forms.MultipleChoiceField)
        which.choices = [(ANY, self.any_words), (LISTED, _("only these"))]
        messages.choices = choices_of(self.parts)
        if self.chosen("which") != LISTED:
            del self.fields["messages"]
        elif not messages.choices:
            messages.help_text = str(_("There is none yet."))

    def clean(self) -> dict[str, Any]:
        """Ask for a list where one is wanted."""
        cleaned = super().clean() or {}
        if "which" not in self.errors:
            cleaned["which"] = cleaned.get("which") or ANY
        if cleaned.get("which") == LISTED and not cleaned.get("messages") and "messages" not in self.errors:
            self.add_error("messages", _("Choose at least one."))
        return cleaned


def is_wanted(key: str, options: Mapping[str, Any]) -> bool:
    """Tell whether a message is among those of cleaned options."""
    return options.get("which", ANY) == ANY or key in options.get("messages", ())


def seen_of(event: EventView) -> Mapping[str, Any]:
    """Return the message that an event saw."""
    seen = event.snapshot.get("message")
    return seen if isinstance(seen, Mapping) else {}


class MessageTrigger(Trigger):
    """What starts runs when a message is read: once for each message, by its first reading by a person."""

    topics = frozenset({"message"})
    #: the part (newsletter, scenario) whose messages it listens to; empty: all
    part: ClassVar[str] = ""

    def accepts(self, event: EventView, workflow_id: int) -> bool:
        """Look at which message it is."""
        return (not self.part or event.name == self.part) and is_wanted(event.key, self.options)

    def variables(self) -> Iterable[Variable]:
        """Offer the message."""
        return MESSAGE_VARIABLES

    def say(self, any_words: Any, listed_words: Any) -> str:
        """Say it, with the names of the messages in the place of %(messages)s."""
        if self.options.get("which", ANY) == ANY:
            return str(any_words)
        return str(listed_words) % {"messages": say_messages(self.options.get("messages", ()))}
