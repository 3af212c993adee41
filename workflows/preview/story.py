"""The story of a run: its steps in the order in which they happened, and its path through the flow."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from actions.admin.words import state_of
from actions.models import Delivery, Track
from actions.models.delivery import UNDER_WAY
from actions.tracking.words import heard_of, say_track
from crm.admin.display import badge, link, page_of, pairs
from triggers.models import Kind
from workflows.drafts import find
from workflows.exits import exits_of
from workflows.models import Entry, Journal, Run
from workflows.models.run import LIVE
from workflows.preview.flow import flow_of
from workflows.preview.picture import Flow
from workflows.preview.recap import StepWords, describe_condition, describe_step, say_seen
from workflows.reasons import say_reason
from workflows.words import say_duration

Row = Mapping[str, Any]
OUTCOMES = {
    "done": gettext_lazy("Done"),
    "failed": gettext_lazy("Failed"),
    "skipped": gettext_lazy("Skipped"),
    "yes": gettext_lazy("Yes"),
    "no": gettext_lazy("No"),
    "waited": gettext_lazy("Waited"),
    "stopped": gettext_lazy("Stopped"),
    "here": gettext_lazy("Here now"),
}
OUTCOME_TONES = {"done": "success", "waited": "", "failed": "danger", "skipped": "warning", "stopped": "warning"}
DELIVERY_TONES = {"sent": "success", "failed": "danger", "skipped": "warning", "unknown": "warning"}
FACTS = {
    "points": gettext_lazy("Points"),
    "balance": gettext_lazy("Balance"),
    "to": gettext_lazy("To"),
    "added": gettext_lazy("Tags added"),
    "removed": gettext_lazy("Tags removed"),
    "field": gettext_lazy("Field"),
    "value": gettext_lazy("Value"),
    "target": gettext_lazy("Target"),
    "code": gettext_lazy("Code"),
    "withdrawn": gettext_lazy("Consents withdrawn"),
}
#: what a journal line saw that is told in a place of its own
TOLD = frozenset({"reason", "error", "conditions", "deliveries", "event"})
PHASES = {
    "delayed": gettext_lazy("waits for its delay"),
    "waiting": gettext_lazy("waits"),
    "listening": gettext_lazy("waits for its event"),
    "sending": gettext_lazy("waits for its messages to leave"),
}


@dataclass(frozen=True, slots=True)
class Seen:
    """A condition as it was decided: what it asked, what it saw, how it came out."""

    words: str
    value: str
    holds: bool | None


@dataclass(frozen=True, slots=True)
class Sent:
    """A delivery in words, with its state as a badge and the address of its page."""

    name: str
    to: str
    state: str
    why: str
    at: datetime | None
    url: str
    heard: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Chapter:
    """A journal line in words."""

    at: datetime
    step_id: str
    said: StepWords
    outcome: str
    label: str
    tone: str
    why: str = ""
    seen: list[Seen] = field(default_factory=list)
    facts: list[tuple[str, str]] = field(default_factory=list)
    event: str = ""
    deliveries: list["Sent"] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Story:
    """All that is known of a run."""

    chapters: list[Chapter]
    entries: list[Entry]
    flow: Flow
    data: list[tuple[str, str]]
    standing: str
    #: the messages that it waits for, each with what holds it and until when
    waited_for: list[Sent]
    ending: str


def story_of(run: Run) -> Story:
    """Tell a run: four queries (journal, deliveries, tracks, entries) besides what describing its steps asks."""
    document = run.version.definition
    lines = list(Journal.objects.filter(run=run).order_by("id"))
    sent: dict[str, list[Delivery]] = defaultdict(list)
    for delivery in Delivery.objects.filter(run_id=run.pk).defer("context").order_by("id"):
        sent[delivery.step_id].append(delivery)
    heard = heard_of([delivery for rows in sent.values() for delivery in rows])
    states = {line.step_id: line.outcome for line in lines}
    if run.status in LIVE and run.position:
        states.setdefault(run.position, "here")
    is_over = run.status not in LIVE
    entries = Entry.objects.filter(run=run).select_related("event").order_by("id")
    return Story(
        chapters=[_chapter(line, document, sent, heard) for line in lines],
        entries=list(entries[:50]),
        flow=flow_of(
            document,
            link=lambda step_id: f"#step-{step_id}" if step_id in states else "",
            states=states,
            is_over=is_over,
            trigger=run.trigger,
        ),
        data=pairs({**run.latest.snapshot, **run.data}),
        standing=_standing(run, document),
        waited_for=[
            replace(_sent(row, ()), why=state_of(row))
            for row in sent.get(run.position, [])
            if not is_over and run.phase == "sending" and row.status in UNDER_WAY
        ],
        ending=say_reason(run.reason) if is_over and run.reason else "",
    )


def _chapter(
    line: Journal, document: Row, sent: Mapping[str, list[Delivery]], heard: Mapping[int, list[Track]]
) -> Chapter:
    found = find(dict(document), line.step_id)
    said = describe_step(found[1]) if found else StepWords("help", "", line.step_id)
    saw = line.saw
    names = exits_of(found[1]) if found else {}
    why = say_reason(saw["reason"]) if saw.get("reason") else saw.get("error", "")
    rest = {name: value for name, value in saw.items() if name not in TOLD}
    event = saw.get("event")
    return Chapter(
        at=line.at,
        step_id=line.step_id,
        said=said,
        outcome=line.outcome,
        label=str(names.get(line.outcome) or OUTCOMES.get(line.outcome, line.outcome)),
        tone=OUTCOME_TONES.get(line.outcome, "info"),
        why=why,
        seen=_seen(saw.get("conditions") or [], found[1] if found else {}),
        facts=[(str(FACTS.get(name, name)), value) for name, value in pairs(rest)],
        event=link(_kind_label(event["kind"]), page_of("triggers.event", event["id"])) if event else "",
        deliveries=[_sent(delivery, heard.get(delivery.pk, [])) for delivery in sent.get(line.step_id, [])],
    )


def _kind_label(kind: str) -> str:
    return str(Kind(kind).label) if kind in Kind.values else kind


def _seen(answers: list[Any], row: Row) -> list[Seen]:
    items = row.get("conditions", [])
    made = []
    for at, answer in enumerate(answers):
        item = items[at] if at < len(items) else None
        words, fact = (describe_condition(item), say_seen(item, answer.get("fact"))) if item else ("", "")
        made.append(Seen(words, fact, answer.get("holds")))
    return made


def _sent(delivery: Delivery, heard: Sequence[Track]) -> Sent:
    return Sent(
        name=delivery.subject or str(delivery.get_channel_display()),
        to=delivery.recipient,
        state=badge(delivery.get_status_display(), DELIVERY_TONES.get(delivery.status, "info")),
        why=say_reason(delivery.reason) if delivery.reason else "",
        at=delivery.ended_at,
        url=page_of("actions.delivery", delivery.pk),
        heard=tuple(say_track(track) for track in heard),
    )


def _standing(run: Run, document: Row) -> str:
    if run.status not in LIVE:
        return ""
    if not run.position:
        delay = say_duration(document.get("settings", {}).get("start_delay"))
        return _("Before the first step (%(delay)s)") % {"delay": delay}
    found = find(dict(document), run.position)
    words = describe_step(found[1]).words if found else run.position
    return f"{words}: {PHASES.get(run.phase, '')}".rstrip(": ")
