"""Double opt-in: the mail that asks to confirm a consent, and what its answer does (A10)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from actions.base import Outcome, StepContext
from actions.links import CONFIRM
from actions.models import Delivery
from actions.models.delivery import Channel, Status
from actions.planning import Contents, Plan, plan_many
from actions.question_text import question_content
from crm import clock
from crm.cause import Cause, Origin
from crm.conditions.base import EventView
from crm.consent_sources import ConsentSource
from crm.models import Consent, ConsentDefinition, ConsentStatus
from crm.services.consents import confirm_consent
from crm.signals import Change

#: so long nobody is asked again about the same consent by itself
PAUSE = timedelta(minutes=10)
#: these causes ask by themselves (a workflow's step), or ask nobody
_SILENT = frozenset({Origin.WORKFLOW, Origin.IMPORT})


@dataclass(frozen=True, slots=True)
class Question:
    """A mail to be planned: whose step it is, which consent waits, and the words that were shown."""

    step: StepContext
    name: str
    wording_version: int | None
    contents: Contents


def ask_many(questions: Sequence[Question]) -> list[Outcome]:
    """Plan the mails; the consents wait to be confirmed already."""
    return plan_many(
        [
            Plan(
                each.step,
                Channel.EMAIL,
                each.contents,
                {"purpose": "service", "consents": [], "confirms": each.name, "wording": each.wording_version},
            )
            for each in questions
        ]
    )


def ask_at_once(sender: type[Consent], changes: list[Change], **_kwargs: Any) -> None:
    """Send the question as soon as somebody accepts what asks for a confirmation, where the definition wants it so."""
    asked = [change for change in changes if _is_question(change)]
    fresh = _asked_lately(asked) if asked else set()
    contents: dict[int, Contents] = {}
    questions = []
    for change in asked:
        definition: ConsentDefinition = change.row.definition
        if (change.row.profile_id, definition.name) in fresh:
            continue  # the link of that mail answers this question too
        if definition.pk not in contents:
            contents[definition.pk] = Contents.of(question_content(definition))
        questions.append(
            Question(_own_step(change), definition.name, change.row.wording_version, contents[definition.pk])
        )
    if questions:
        ask_many(questions)


def question_of(token: str) -> tuple[Delivery, Consent] | None:
    """Return the mail and the consent that a link asks about; None for a link that is not ours or leads nowhere."""
    uid = CONFIRM.uid(token)
    rows = Delivery.objects.select_related("profile", "content").filter(profile__erased_at=None)
    delivery = rows.filter(uid=uid).first() if uid else None
    if delivery is None:
        return None
    consents = Consent.objects.select_related("definition").filter(profile=delivery.profile_id)
    consent = consents.filter(definition__name=str(delivery.rules.get("confirms"))).first()
    return (delivery, consent) if consent else None


def is_open(delivery: Delivery, consent: Consent) -> bool:
    """Tell whether a link may still be answered: its own days are not over, and the consent waits."""
    days = (clock.now() - delivery.planned_at).days
    return consent.waits(clock.now()) and days < consent.definition.confirm_within_days


def wording_shown(delivery: Delivery) -> int | None:
    """Return the version of the words that a mail showed in its language; with a template, of those accepted before."""
    return delivery.content.parts.get("wording") or delivery.rules.get("wording")


def confirm(delivery: Delivery, consent: Consent) -> Consent:
    """Accept what the mail asked, on the words that it showed; a link that is over changes nothing."""
    if not is_open(delivery, consent):
        return consent
    return confirm_consent(
        consent,
        cause=Cause(Origin.MODULE),
        source=ConsentSource.DOUBLE_OPT_IN,
        source_id=str(delivery.uid),
        wording_version=wording_shown(delivery),
    )


def _is_question(change: Change) -> bool:
    row: Consent = change.row
    if change.deleted or row.status != ConsentStatus.TO_CONFIRM or change.cause.origin in _SILENT:
        return False
    return ("status" in change.before or change.created) and row.definition.asks_at_once


def _asked_lately(changes: Sequence[Change]) -> set[tuple[int, str]]:
    """Return whom a mail asked minutes ago, and about what; so that nobody is flooded by a choice made to and fro."""
    rows = Delivery.objects.filter(
        profile_id__in={change.row.profile_id for change in changes}, planned_at__gt=clock.now() - PAUSE
    ).exclude(status__in=[Status.SKIPPED, Status.FAILED])
    return {
        (profile_id, str(rules["confirms"]))
        for profile_id, rules in rows.values_list("profile_id", "rules")
        if "confirms" in rules
    }


def _own_step(change: Change) -> StepContext:
    event = EventView("consent_changed", change.row.profile_id)
    return StepContext(None, None, "", change.row.profile_id, event, {}, change.cause, clock.now())
