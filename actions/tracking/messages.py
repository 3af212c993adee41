"""Which message a delivery is, among all that are sent: its key and its name (triggers.messages)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from actions.models import Delivery
from crm.models import Newsletter, Scenario
from triggers.messages import NEWSLETTER, SCENARIO, WORKFLOW, newsletter_key, scenario_key, workflow_key


@dataclass(frozen=True, slots=True)
class Message:
    """What a delivery is one of: the part (newsletter, scenario, workflow), its key, its name."""

    part: str = ""
    key: str = ""
    name: str = ""


NOTHING = Message()


def messages_of(deliveries: Iterable[Delivery]) -> Mapping[int, Message]:
    """Return the message of each delivery by its id; two queries at most."""
    rows = list(deliveries)
    newsletters = {row.newsletter_id for row in rows if row.newsletter_id is not None}
    scenarios = {row.scenario_id for row in rows if row.scenario_id is not None and row.newsletter_id is None}
    mailings: dict[tuple[str, int], Message] = {}
    if newsletters:
        for pk, uid, name in Newsletter.objects.filter(pk__in=newsletters).values_list("pk", "uid", "name"):
            mailings[NEWSLETTER, pk] = Message(NEWSLETTER, newsletter_key(uid), name)
    if scenarios:
        for pk, uid, name in Scenario.objects.filter(pk__in=scenarios).values_list("pk", "uid", "name"):
            mailings[SCENARIO, pk] = Message(SCENARIO, scenario_key(uid), name)
    return {row.pk: _message_of(row, mailings) for row in rows}


def message_of(delivery: Delivery) -> Message:
    """Return the message of one delivery."""
    return messages_of([delivery])[delivery.pk]


def _message_of(row: Delivery, mailings: Mapping[tuple[str, int], Message]) -> Message:
    if row.newsletter_id is not None:
        return mailings.get((NEWSLETTER, row.newsletter_id), NOTHING)
    if row.scenario_id is not None:
        return mailings.get((SCENARIO, row.scenario_id), NOTHING)
    if row.workflow_id is not None:
        return Message(WORKFLOW, workflow_key(row.workflow_id, row.step_id))
    return NOTHING
