"""Deliveries of mailings, made for a batch of profiles at once: contents by language, merge data frozen as they are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from actions.mailings.people import frozen_profiles
from actions.models import Delivery
from actions.models.delivery import Channel
from actions.planning import Contents, content_ids
from actions.rendering.namespaces import site_namespace
from crm import clock, db
from crm.bare import bare_row
from crm.models import Site

#: profiles that are planned in one transaction
BATCH = db.ID_BATCH
#: what of a profile is frozen for texts, beside its columns and its pot
FACTS = ("custom", "tags")


@dataclass(frozen=True)
class Letter:
    """What is sent: the frozen message, the ground it stands on, and the columns that all its deliveries share."""

    content: Mapping[str, Any]
    purpose: str
    consents: Sequence[str]
    columns: Mapping[str, Any] = field(default_factory=dict)
    #: another address than the profile's own (a test)
    to: str = ""

    @property
    def rules(self) -> dict[str, Any]:
        """Return how a delivery of it may leave."""
        return {"purpose": self.purpose, "consents": list(self.consents)}


def rows_for(profile_ids: Sequence[int], letter: Letter) -> list[Delivery]:
    """Return a delivery for each profile that has an address, not yet inserted; the contents are."""
    now, site = clock.now(), Site.current()
    contents, rules = Contents.of(letter.content), letter.rules
    sites = {"": site_namespace(site, site.language)}
    rows: list[tuple[Delivery, str]] = []
    parts_of: dict[str, Mapping[str, Any]] = {}
    for profile in frozen_profiles(profile_ids):
        recipient = letter.to or profile.get("email")
        if not recipient:
            continue
        language = profile.get("language", "")
        if language not in sites:
            sites[language] = site_namespace(site, language)
        digest, parts = contents.for_language(language or site.language)
        parts_of[digest] = parts
        row = bare_row(
            Delivery,
            channel=Channel.EMAIL.value,
            profile_id=profile["id"],
            recipient=recipient,
            context={
                "profile": profile,
                "data": {},
                "site": sites[language],
                "time_zone": profile.get("time_zone") or site.time_zone,
            },
            rules=rules,
            planned_at=now,
            due_at=now,
            **letter.columns,
        )
        rows.append((row, digest))
    ids = content_ids(parts_of)
    for row, digest in rows:
        row.content_id = ids[digest]
    return [row for row, _digest in rows]
