"""Calls of providers that say too much, too little, or more than anybody should lock or look up at once."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from actions.integrations.callbacks import MOST_SAID, callback_url
from actions.models import DeliveryReport, Integration
from actions.reports import PIECE, Report, note_reports
from crm import clock
from tests.actions.test_callbacks import from_meta, meta_status, status_of
from tests.factories.integrations import a_brevo, a_twilio, a_whatsapp, a_whatsapp_message

pytestmark = pytest.mark.django_db


def test_states_of_more_than_a_thousand_whatsapp_messages_are_all_taken_piece_by_piece(client: Client) -> None:
    row, delivery = a_whatsapp(), a_whatsapp_message()
    body = meta_status(delivery, "failed")
    [status] = body["entry"][0]["changes"][0]["value"]["statuses"]
    told = [{**status, "errors": [{"code": number}]} for number in range(2 * PIECE + 1)]
    body["entry"][0]["changes"][0]["value"]["statuses"] = told
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert from_meta(client, row, body) == 200
    assert DeliveryReport.objects.count() == len(told)
    assert sum("SAVEPOINT" in query["sql"] and "RELEASE" not in query["sql"] for query in queries) >= 3
    assert len(queries) < 60


def test_a_thousand_answers_are_looked_up_together(client: Client, django_assert_max_num_queries: Any) -> None:
    row, delivery = a_whatsapp(), a_whatsapp_message()
    senders = [f"336{number:08}" for number in range(1000)] + ["33612345678"] * 1000
    said = [{"from": sender, "text": {"body": "STOP"}} for sender in senders]
    body = {"entry": [{"changes": [{"value": {"messages": said}}]}]}
    with django_assert_max_num_queries(60):
        assert from_meta(client, row, body) == 200
    assert status_of(delivery.profile, "NewsSms") == "refused"


def test_a_report_is_new_once_and_again_when_it_is_told_of_a_later_time() -> None:
    delivery, now = a_whatsapp_message(), clock.now()
    first, later = Report(delivery, "read", at=now.replace(year=2020)), Report(delivery, "read", at=now)
    assert note_reports([first]) == [first]
    assert note_reports([first, later, first]) == [later]
    assert note_reports([later, Report(delivery, "read")]) == []
    assert DeliveryReport.objects.get().occurred_at == now


@pytest.mark.parametrize("length", ["abc", "-1", "", "\u0663"])
def test_a_call_that_says_no_length_is_empty(client: Client, length: str) -> None:
    headers = {"Authorization": "Bearer brevo-calls"}
    answer = client.post(callback_url(a_brevo(), "events"), headers=headers, CONTENT_LENGTH=length)
    assert answer.status_code == 400


def test_a_call_that_says_too_much_is_not_read(client: Client) -> None:
    headers = {"Authorization": "Bearer brevo-calls"}
    answer = client.post(callback_url(a_brevo(), "events"), headers=headers, CONTENT_LENGTH=str(MOST_SAID + 1))
    assert (answer.status_code, answer.content) == (400, b"RequestDataTooBig")


@pytest.mark.parametrize(("make", "what"), [(a_whatsapp, "status"), (a_twilio, "reply")])
def test_the_body_of_a_stranger_is_not_read(client: Client, make: Callable[[], Integration], what: str) -> None:
    answer = client.post(callback_url(make(), what), {"x": "y"})
    assert answer.status_code == 403
    assert not answer.wsgi_request._read_started
