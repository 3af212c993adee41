"""Consents of many profiles moved at once, as steps of workflows do; nothing here accepts for somebody."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import models, transaction

from crm import clock, db
from crm.cause import Cause
from crm.consent_sources import ConsentSource
from crm.models import Consent, ConsentDefinition, ConsentStatus, ConsentWording
from crm.services.consents import end_of
from crm.signals import Change, state
from crm.tracked import lock_profiles

_COLUMNS = ("status", "source", "source_id", "wording_version", "changed_at", "expires_at")
Key = tuple[int, int]


@dataclass(frozen=True, slots=True)
class ConsentMove:
    """A consent of a profile to be refused, or to be confirmed; only where it stands at one of `only_from` now."""

    profile_id: int
    definition_id: int
    status: str
    only_from: frozenset[str]
    cause: Cause
    source: str = ConsentSource.WORKFLOW


def move_consents_many(moves: Sequence[ConsentMove]) -> list[tuple[str, Consent]]:
    """Move consents with a fixed number of queries; where each stood, and how it stands, in order.

    A question that is asked again (to confirm, and it was already) lasts from now on and is no change.
    """
    if any(move.status not in (ConsentStatus.REFUSED, ConsentStatus.TO_CONFIRM) for move in moves):
        raise ValueError("only refusals and questions are moved in bulk")
    outcomes: list[tuple[str, Consent]] = []
    with transaction.atomic():
        lock_profiles(move.profile_id for move in moves)
        definitions = ConsentDefinition.objects.in_bulk({move.definition_id for move in moves})
        newest = _newest_wordings(definitions)
        consents = _held({move.profile_id for move in moves}, definitions)
        now = clock.now()
        touched: dict[Key, Consent] = {}
        changes: list[Change] = []
        for move in moves:
            key = (move.profile_id, move.definition_id)
            definition = definitions[move.definition_id]
            consent = consents.setdefault(key, Consent(profile_id=move.profile_id))
            consent.definition = definition
            old = str(consent.status)
            outcomes.append((old, consent))
            if old not in move.only_from:
                continue
            is_new = consent.pk is None and key not in touched
            touched[key] = consent
            consent.status, consent.source, consent.source_id = move.status, move.source, ""
            consent.wording_version = newest.get(move.definition_id)
            consent.expires_at = end_of(definition, move.status, now)
            if old != move.status:
                consent.changed_at = now
                before = {} if is_new else {"status": old}
                changes.append(Change(consent, move.cause, now, now, created=is_new, before=before))
        _write(list(touched.values()))
        state(changes)
    return outcomes


def _write(consents: Sequence[Consent]) -> None:
    there = [consent for consent in consents if consent.pk is not None]
    db.insert_rows([consent for consent in consents if consent.pk is None])
    db.update_rows(there, _COLUMNS)


def _held(profile_ids: Iterable[int], definition_ids: Iterable[int]) -> dict[Key, Consent]:
    rows = Consent.objects.filter(profile__any_of=list(profile_ids), definition__in=list(definition_ids))
    return {(row.profile_id, row.definition_id): row for row in rows}


def _newest_wordings(definition_ids: Iterable[int]) -> dict[int, int]:
    rows = ConsentWording.objects.filter(definition__in=list(definition_ids)).order_by().values("definition")
    return dict(rows.annotate(newest=models.Max("version")).values_list("definition", "newest"))
