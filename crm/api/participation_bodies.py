"""What POST /participations takes, and which service it calls."""

from typing import Any

from django.utils.translation import gettext as _
from pydantic import Field

from crm.api.people import CustomerRef, nothing_here, row_id, whom
from crm.api.problems import not_found
from crm.api.values import Body, Instant
from crm.cause import current
from crm.models import Module, Participation
from crm.services.participations import record_participation


class ParticipationIn(Body):
    """Which module, and what became of it; with the id of a participation that one is updated."""

    id: str = Field("", max_length=20)
    campaign_id: str = Field("", max_length=80, description="The module's id or slug.")
    complete: bool | None = None
    winner: bool | None = None
    answers: dict[str, Any] | None = None
    occurred_at: Instant | None = None


class ParticipationPost(Body):
    """Who took part, and in what."""

    customer: CustomerRef
    participation: ParticipationIn


def save_participation(body: ParticipationPost) -> Participation:
    """Record or update the participation of a body."""
    given = body.participation
    profile = whom(body.customer)
    if given.id:
        row = Participation.objects.filter(pk=row_id(given.id), profile=profile).first()
        if row is None:
            raise nothing_here(given.id)
    else:
        row = Participation(profile=profile, module=_module(given.campaign_id))
    return record_participation(
        row,
        cause=current(),
        is_complete=given.complete,
        is_winner=given.winner,
        answers=given.answers,
        occurred_at=given.occurred_at,
    )


def _module(named: str) -> Module:
    number = row_id(named)
    rows = Module.objects.filter(is_archived=False)
    found = rows.filter(pk=number).first() if number else rows.filter(slug=named).first()
    if found is None:
        raise not_found(
            "unknown-campaign",
            _("There is no such module"),
            _("No module is called “%(named)s”; GET /api/v2/campaigns lists them.") % {"named": named},
        )
    return found
