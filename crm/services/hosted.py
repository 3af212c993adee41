"""What somebody does on a hosted page of a module: take part, or come by a sponsor's link."""

import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from crm.cause import Cause, caused_by
from crm.errors import Refused
from crm.models import ConsentDefinition, ConsentStatus, Module, Participation, Profile, Referral
from crm.services.consents import set_consent
from crm.services.participations import record_participation
from crm.services.profiles import find_profile, upsert_profile
from crm.services.referrals import start_referral
from crm.tracked import lock_profiles


@dataclass(frozen=True, slots=True)
class Visitor:
    """What somebody filled in: fields, answers, and the consents ticked, with the version of the words they saw."""

    email: str
    values: Mapping[str, Any] = field(default_factory=dict)
    answers: Mapping[str, str] = field(default_factory=dict)
    consents: Mapping[str, int | None] = field(default_factory=dict)
    language: str = ""


def take_part(module: Module, visitor: Visitor, *, cause: Cause) -> Participation:
    """Record that somebody filled in a module's page; whoever did so before has their answers replaced.

    Nobody has to prove whose address it is, so what a known profile holds is kept: only empty fields are filled.
    Raises Invalid and Refused, with nothing written.
    """
    with caused_by(cause), transaction.atomic():
        profile = _profile_of(visitor, cause)
        row = Participation.objects.filter(module=module, profile=profile).order_by("pk").first()
        row = row or Participation(module=module, profile=profile)
        return record_participation(row, cause=cause, is_complete=True, answers=visitor.answers or None)


def accept_invitation(
    module: Module, visitor: Visitor, *, sponsor: Profile, opened_here: Collection[uuid.UUID], cause: Cause
) -> Referral | None:
    """Make somebody the referee of the sponsor whose link they followed; None, with nothing written, who may be none.

    Why not is not told: anybody may have typed the address. Raises Refused in a browser that opened the sponsor's own
    page (`opened_here`: sponsors by uid), and Invalid.
    """
    if sponsor.uid in opened_here:
        raise Refused(_("The sponsor's own page was opened in this browser, and nobody sponsors themself."))
    try:
        with caused_by(cause), transaction.atomic():
            known = find_profile(email=visitor.email)
            lock_profiles([sponsor.pk, *([known.pk] if known else [])])
            referee = take_part(module, visitor, cause=cause).profile
            return start_referral(sponsor, referee, module=module, cause=cause)
    except Refused:
        return None


def _profile_of(visitor: Visitor, cause: Cause) -> Profile:
    known = find_profile(email=visitor.email)
    given = {**visitor.values, "language": visitor.language}
    given = {name: value for name, value in given.items() if value not in ("", None)}
    if known is not None:
        lock_profiles([known.pk])
        known.refresh_from_db()
        given = {name: value for name, value in given.items() if getattr(known, name) in ("", None)}
    profile = upsert_profile(cause=cause, email=visitor.email, fields=given)[0]
    # nobody proved whose address it is: who refused says so themself
    refused = profile.consents.filter(status=ConsentStatus.REFUSED).values("definition")
    ticked = ConsentDefinition.objects.filter(name__in=visitor.consents, is_archived=False).exclude(pk__in=refused)
    for definition in ticked.order_by("pk"):
        version = visitor.consents[definition.name]
        set_consent(profile, definition=definition, status=ConsentStatus.ACCEPTED, cause=cause, wording_version=version)
    return profile
