"""Events that Brevo tells again, and those behind one that cannot be taken."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from actions.models import Delivery, DeliveryReport, Suppression
from crm.services.consents import set_consent
from tests.actions.test_callbacks import from_brevo, status_of
from tests.factories.causes import BY_API
from tests.factories.deliveries import a_definition
from tests.factories.integrations import a_brevo, a_brevo_call

pytestmark = pytest.mark.django_db

RULES = {"purpose": "marketing", "consents": ["NewsEmail"]}
NOON = 1772452800
REFUSING = {
    "sqlite": "CREATE TRIGGER refusing BEFORE INSERT ON actions_deliveryreport WHEN NEW.delivery_id = {0}"
    " BEGIN SELECT RAISE(ABORT, 'no'); END",
    "postgresql": "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS"
    " $$ BEGIN RAISE unique_violation USING MESSAGE = 'no'; END $$;"
    " CREATE TRIGGER refusing BEFORE INSERT ON actions_deliveryreport FOR EACH ROW WHEN (NEW.delivery_id = {0})"
    " EXECUTE FUNCTION refuse()",
}
DROPPED = {
    "sqlite": "DROP TRIGGER refusing",
    "postgresql": "DROP TRIGGER refusing ON actions_deliveryreport; DROP FUNCTION refuse()",
}


@contextmanager
def no_report_of(delivery: Delivery) -> Iterator[None]:
    """Let the database refuse every report of a delivery."""
    with connection.cursor() as cursor:
        cursor.execute(REFUSING[connection.vendor].format(delivery.pk))
    yield
    with connection.cursor() as cursor:
        cursor.execute(DROPPED[connection.vendor])


def event(delivery: Delivery, name: str, *, at: int = NOON) -> dict[str, Any]:
    return {"event": name, "X-Mailin-custom": str(delivery.uid), "ts_event": at}


def accept_again(delivery: Delivery) -> None:
    set_consent(delivery.profile, definition=a_definition("NewsEmail"), status="accepted", cause=BY_API)


def test_who_accepts_again_is_refused_by_a_later_event_only(client: Client) -> None:
    row, delivery = a_brevo(), a_brevo_call("template", template=12, rules=RULES)
    from_brevo(client, row, event(delivery, "unsubscribed"))
    accept_again(delivery)

    from_brevo(client, row, [event(delivery, "unsubscribed"), event(delivery, "unsubscribed", at=NOON - 60)])
    assert status_of(delivery.profile, "NewsEmail") == "accepted"

    from_brevo(client, row, event(delivery, "unsubscribed", at=NOON + 3600))
    assert status_of(delivery.profile, "NewsEmail") == "refused"


def test_an_event_that_cannot_be_taken_keeps_none_of_the_others_and_is_told_again(client: Client) -> None:
    row = a_brevo()
    stuck, other = (a_brevo_call("template", template=12, rules=RULES) for _ in range(2))
    batch = [event(stuck, "spam"), event(stuck, "unsubscribed"), event(other, "unsubscribed")]
    client.raise_request_exception = False
    with no_report_of(stuck):
        assert from_brevo(client, row, batch) == 500
    assert status_of(other.profile, "NewsEmail") == "refused"
    assert status_of(stuck.profile, "NewsEmail") == "accepted"
    assert not Suppression.objects.exists()
    accept_again(other)

    assert from_brevo(client, row, batch) == 200
    assert [status_of(each.profile, "NewsEmail") for each in (stuck, other)] == ["refused", "accepted"]
    assert DeliveryReport.objects.count() == 3
