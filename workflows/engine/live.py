"""The live workflows as values: parsed once for each version and kept in the process."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from crm import db
from crm.models import Product
from triggers.base import Trigger, trigger_types
from workflows.control.base import control_types
from workflows.definition import ControlStep, Definition, parse
from workflows.models import Version, Workflow
from workflows.models.workflow import Status
from workflows.upgrading import upgraded_document

#: held alone (`crm.db.alone`) by what changes which versions are live, shared by those who act upon it
LIVE = "live workflows"


@dataclass(frozen=True, slots=True)
class Compiled:
    """A version ready to be walked: its definition, its triggers and the references of the products in its scope."""

    id: int
    definition: Definition
    triggers: tuple[Trigger, ...]
    scope: frozenset[str]
    #: the kinds of events that its blocks wait for
    hears: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class LiveWorkflow:
    """A workflow that events may reach."""

    id: int
    name: str
    is_paused: bool
    active_since: datetime
    version: Compiled


def live_workflows() -> list[LiveWorkflow]:
    """Read which workflows are live, in id order: one query, plus one for versions not met before."""
    rows = list(
        Workflow.objects.live().order_by("id").values_list("id", "name", "status", "active_since", "version_id")
    )
    versions = compiled_versions([row[4] for row in rows if row[4] is not None])
    return [
        LiveWorkflow(id=pk, name=name, is_paused=status == Status.PAUSED, active_since=since, version=versions[version])
        for pk, name, status, since, version in rows
        if since is not None and version is not None
    ]


def listeners_by_kind() -> dict[str, list[LiveWorkflow]]:
    """Return which live workflows read, or end by, each kind of event; until the transaction ends none becomes live."""
    db.share(LIVE)
    found: dict[str, list[LiveWorkflow]] = defaultdict(list)
    for workflow in live_workflows():
        kinds = {kind for trigger in workflow.version.triggers for kind in trigger.reads | trigger.ended_by}
        for kind in kinds:
            found[kind].append(workflow)
    return found


_known: dict[int, Compiled] = {}


def compiled_versions(ids: Sequence[int]) -> Mapping[int, Compiled]:
    """Return versions by id, read from the database only where this process has not met them."""
    missing = {pk for pk in ids if pk not in _known}
    if missing:
        for pk, document in Version.objects.filter(pk__in=missing).values_list("pk", "definition"):
            _known[pk] = _compile(pk, parse(upgraded_document(document)))
        if len(_known) > 5000:
            for pk in list(_known)[:1000]:
                if pk not in ids:
                    _known.pop(pk)
    return _known


def forget() -> None:
    """Forget the versions met, as a new database demands (tests)."""
    _known.clear()
    _references.cache_clear()


def _compile(pk: int, definition: Definition) -> Compiled:
    return Compiled(
        id=pk,
        definition=definition,
        triggers=tuple(trigger_types[spec.kind](spec.options) for spec in definition.triggers),
        scope=_references(definition.settings.scope),
        hears=heard_in(definition),
    )


def heard_in(definition: Definition) -> frozenset[str]:
    """Return the kinds of events that the blocks of a definition wait for (K3)."""
    controls = [step for step in definition.walk() if isinstance(step, ControlStep) and step.kind in control_types]
    return frozenset[str]().union(*(control_types[step.kind](step.config).hears() for step in controls))


@lru_cache(maxsize=1000)
def _references(uids: frozenset[str]) -> frozenset[str]:
    """Return the references of products by uid; a reference of a product does not change while versions name it."""
    return frozenset(Product.objects.filter(uid__in=uids).values_list("reference", flat=True)) if uids else frozenset()
