"""Plan deliveries in bulk: the row, its content by hash, and the merge data frozen as it is now."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from actions.base import Outcome, Pending, Skipped, StepContext
from actions.bells import ring
from actions.models import Content, Delivery
from actions.models.content import digest_of
from actions.models.delivery import Channel
from actions.reach import Reach, by_email
from actions.reasons import NO_RECIPIENT
from actions.rendering.namespaces import site_namespace
from actions.sending.leases import CHANNELS
from crm import clock, db
from crm.conditions.facts import facts_of, plain_profile
from crm.models import Site


@dataclass(frozen=True, slots=True)
class Contents:
    """What a message says in each language: language → (hash, parts), and the language of those who have another."""

    by_language: Mapping[str, tuple[str, Mapping[str, Any]]]
    default: str

    @classmethod
    def of(cls, frozen: Mapping[str, Any]) -> Self:
        """Read {"default": language, "languages": {language: parts}}; kept as long as the same mapping is given."""
        kept = _contents.get(id(frozen))
        if kept is None or kept[0] is not frozen:
            if len(_contents) > 50:
                _contents.clear()
            languages = {name: (digest_of(parts), parts) for name, parts in frozen["languages"].items()}
            kept = _contents[id(frozen)] = (frozen, cls(languages, frozen["default"]))
        return kept[1]  # type: ignore[return-value]

    def for_language(self, language: str) -> tuple[str, Mapping[str, Any]]:
        """Return the text in a language (fr_FR is served by fr), else in the default one, else in any."""
        short = language.partition("_")[0]
        for name in (language, short, self.default):
            if name in self.by_language:
                return self.by_language[name]
        return next(iter(self.by_language.values()), _NOTHING)


_NOTHING: tuple[str, Mapping[str, Any]] = (digest_of({}), {})
_contents: dict[int, tuple[Mapping[str, Any], Contents]] = {}


@dataclass(frozen=True, slots=True)
class Plan:
    """What one step sends: to fixed recipients, or (None) to where `reach` finds the profile, or another.

    Another profile is asked for its own consents and reads its own name and language.
    """

    step: StepContext
    channel: str
    contents: Contents
    rules: Mapping[str, Any]
    recipients: Sequence[str] | None = None
    reach: Reach = by_email
    other_id: int | None = None

    @property
    def profile_id(self) -> int:
        """The profile to which it goes."""
        return self.other_id or self.step.profile_id


def plan_many(plans: Sequence[Plan]) -> list[Outcome]:
    """Insert the deliveries of all plans and ring; one without an address is skipped. Queries do not grow with them."""
    facts = facts_of({plan.profile_id for plan in plans}, clock.now(), parts=("custom", "tags"))
    site, now = Site.current(), clock.now()
    outcomes: list[Outcome] = []
    rows: list[tuple[Delivery, str]] = []
    parts_of: dict[str, Mapping[str, Any]] = {}
    for plan in plans:
        if plan.profile_id not in facts:
            outcomes.append(Skipped(NO_RECIPIENT))
            continue
        profile = plain_profile(facts[plan.profile_id])
        reached = plan.reach(profile, site) if plan.recipients is None else Skipped(NO_RECIPIENT)
        recipients = [reached] if isinstance(reached, str) else list(dict.fromkeys(plan.recipients or ()))
        if not recipients:
            outcomes.append(reached if isinstance(reached, Skipped) else Skipped(NO_RECIPIENT))
            continue
        digest, parts = plan.contents.for_language(profile["language"] or site.language)
        parts_of[digest] = parts
        context = frozen_context(profile, site, _data(plan.step))
        rows += [(_delivery(plan, recipient, context, now), digest) for recipient in recipients]
        outcomes.append(Pending(len(recipients), {"to": recipients}))
    ids = content_ids(parts_of)
    for delivery, digest in rows:
        delivery.content_id = ids[digest]
    db.insert_rows([delivery for delivery, _ in rows])
    for queue in {_QUEUES[delivery.channel] for delivery, _ in rows}:
        ring(queue)  # type: ignore[arg-type]
    return outcomes


def _delivery(plan: Plan, recipient: str, context: dict[str, Any], now: Any) -> Delivery:
    step = plan.step
    return Delivery(
        channel=Channel(plan.channel),
        profile_id=plan.profile_id,
        recipient=recipient,
        context=context,
        rules={**plan.rules, **step.rules} if plan.rules["purpose"] == "marketing" else dict(plan.rules),
        workflow_id=step.workflow_id,
        run_id=step.run_id,
        step_id=step.step_id,
        event_id=step.event.id or None,
        planned_at=now,
        due_at=now,
    )


def frozen_context(profile: Mapping[str, Any], site: Site, data: Mapping[str, Any]) -> dict[str, Any]:
    """Return the merge data of a delivery as they are now: what is empty is left out."""
    language = str(profile["language"] or site.language)
    return {
        "profile": {name: value for name, value in profile.items() if value not in ("", None, [], {})},
        "data": data,
        "site": site_namespace(site, language),
        "time_zone": profile["time_zone"] or site.time_zone,
    }


def _data(step: StepContext) -> dict[str, Any]:
    """Return what a text sees under `data`: with a product scope, `product` is the first line within it."""
    data = dict(step.data)
    thing = data.get("order") or data.get("cart")
    if step.scope and "product" in data and isinstance(thing, Mapping):
        lines = [line for line in thing.get("lines") or () if isinstance(line, Mapping)]
        data["product"] = next((line for line in lines if line.get("reference") in step.scope), data["product"])
    return data


def content_ids(parts_of: Mapping[str, Mapping[str, Any]]) -> dict[str, int]:
    """Return the id of each content by its hash, inserting those that are new."""
    ids = _known_contents(parts_of)
    if missing := [digest for digest in parts_of if digest not in ids]:
        now = clock.now()
        rows = [Content(digest=digest, parts=parts_of[digest], created_at=now) for digest in sorted(missing)]
        Content.objects.bulk_create(rows, ignore_conflicts=True)
        ids.update(_known_contents(missing))
    return ids


def _known_contents(digests: Iterable[str]) -> dict[str, int]:
    return dict(Content.objects.filter(digest__in=list(digests)).values_list("digest", "pk"))


_QUEUES = {channel: queue for queue, channels in CHANNELS.items() for channel in channels}
