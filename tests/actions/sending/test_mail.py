"""How e-mail leaves."""

import email
import email.policy
import sys
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from actions.models import Delivery, MailboxMessage
from actions.models.delivery import Status
from actions.rendering.process import RendererBroken
from actions.rendering.renderer import renderer
from actions.sending import deliver, mail, turns
from crm import clock
from tests.actions.smtp_sink import Sink
from tests.factories.deliveries import NOON, a_delivery, a_profile

pytestmark = pytest.mark.django_db


def sent_again(delivery: Delivery) -> Delivery:
    delivery.refresh_from_db()
    return delivery


def test_a_mail_leaves_with_the_headers_of_marketing(sink: Sink) -> None:
    delivery = a_delivery(a_profile("zoe@example.com", first_name="Zoé"))

    assert deliver("mail", 10) == 1

    message = email.message_from_bytes(sink.accepted[0][1], policy=email.policy.default)
    assert sent_again(delivery).status == Status.SENT
    assert delivery.provider_id == "2.0.0 queued as Q1"
    assert delivery.subject == message["subject"] == "Hello Zoé"
    assert message["to"] == "zoe@example.com"
    assert str(delivery.uid) in message["message-id"]
    assert message["x-declic-delivery"] == str(delivery.uid)
    assert message["auto-submitted"] == "auto-generated"
    assert message["list-unsubscribe-post"] == "List-Unsubscribe=One-Click"
    link = message["list-unsubscribe"].strip("<>")
    assert link.startswith("http://testserver/unsubscribe/")
    assert link in message.get_body(("html",)).get_content()
    assert link in message.get_body(("plain",)).get_content()


def test_a_mail_for_the_team_has_no_link_to_unsubscribe(sink: Sink) -> None:
    a_delivery(recipient="team@example.com", rules={"purpose": "team", "consents": []})

    deliver("mail", 10)

    message = email.message_from_bytes(sink.accepted[0][1])
    assert "list-unsubscribe" not in message
    assert b"unsubscribe" not in sink.accepted[0][1].lower()


@pytest.mark.parametrize("pipelining", [True, False])
def test_many_mails_leave_on_one_connection(sink: Sink, pipelining: bool) -> None:
    sink.pipelining = pipelining
    deliveries = [a_delivery() for _ in range(23)]

    assert deliver("mail", 100) == 23

    assert sink.connections == 1
    assert sorted(sink.recipients) == sorted(delivery.recipient for delivery in deliveries)
    assert Delivery.objects.filter(status=Status.SENT, attempts=1, lease=None).count() == 23


@pytest.mark.parametrize("stage", ["rcpt", "data", "end"])
@pytest.mark.parametrize("pipelining", [True, False])
def test_a_refusal_for_good_fails_at_once_and_spares_the_others(sink: Sink, stage: str, pipelining: bool) -> None:
    sink.pipelining = pipelining
    refused, other = a_delivery(), a_delivery()
    sink.behaviour[refused.recipient] = (stage, "550 5.1.1 no such user")

    deliver("mail", 10)

    assert sent_again(refused).status == Status.FAILED
    assert "no such user" in refused.reason
    assert refused.ended_at is not None
    assert sent_again(other).status == Status.SENT
    assert sink.recipients == [other.recipient]


def test_what_is_temporary_is_repeated_with_growing_pauses_and_fails_in_the_end(sink: Sink) -> None:
    instant = NOON
    with clock.at(instant):
        delivery = a_delivery()
    sink.behaviour[delivery.recipient] = ("rcpt", "451 try later")
    pauses = []
    for _ in range(5):
        with clock.at(instant):
            assert deliver("mail", 10) == 1
            assert deliver("mail", 10) == 0
        assert sent_again(delivery).status == Status.PLANNED
        assert delivery.due_at is not None
        pauses.append((delivery.due_at - instant).total_seconds())
        instant = delivery.due_at + timedelta(seconds=1)
    with clock.at(instant):
        deliver("mail", 10)

    assert sent_again(delivery).status == Status.FAILED
    assert delivery.attempts == 6
    assert [round(pause / 1.05) for pause in pauses] == pytest.approx([30, 120, 600, 3600, 21600], rel=0.06)


def test_a_repetition_keeps_its_message_id(sink: Sink) -> None:
    delivery = a_delivery()
    sink.behaviour[delivery.recipient] = ("rcpt", "451 try later")
    deliver("mail", 10)
    sink.behaviour.clear()
    with clock.at(clock.now() + timedelta(minutes=1)):
        deliver("mail", 10)

    assert str(delivery.uid).encode() in sink.accepted[0][1]
    assert sent_again(delivery).attempts == 2


@pytest.mark.parametrize("stage", ["rcpt", "data"])
def test_a_break_before_the_end_of_data_is_temporary(sink: Sink, stage: str) -> None:
    broken, other = a_delivery(), a_delivery()
    sink.behaviour[broken.recipient] = (stage, "close")

    deliver("mail", 10)

    assert sent_again(broken).status == Status.PLANNED
    assert broken.attempts == 1
    assert sent_again(other).status == Status.SENT


@pytest.mark.parametrize("how", ["close", "stall"])
def test_a_break_after_the_end_of_data_is_unknown_and_not_repeated(sink: Sink, how: str) -> None:
    broken, other = a_delivery(), a_delivery()
    sink.behaviour[broken.recipient] = ("end", how)

    deliver("mail", 10)

    assert sent_again(broken).status == Status.UNKNOWN
    assert sent_again(other).status == Status.SENT
    with clock.at(clock.now() + timedelta(days=1)):
        assert deliver("mail", 10) == 0


def test_a_server_that_is_down_costs_no_attempt_says_why_and_is_left_alone(settings: Any, sink: Sink) -> None:
    settings.EMAIL_PORT = 1
    deliveries = [a_delivery() for _ in range(3)]

    assert deliver("mail", 10) == 3

    assert mail.breaker.is_open()
    assert {sent_again(delivery).status for delivery in deliveries} == {Status.PLANNED}
    assert {delivery.attempts for delivery in deliveries} == {0}
    assert all("refused" in delivery.reason for delivery in deliveries)
    late = a_delivery()
    assert deliver("mail", 10) == 0
    assert sent_again(late).status == Status.PLANNED


def test_mails_wait_for_days_until_the_server_is_back(settings: Any, sink: Sink) -> None:
    port, settings.EMAIL_PORT = settings.EMAIL_PORT, 1
    delivery = a_delivery()
    for hours in range(0, 96, 8):
        mail.breaker.close()
        with clock.at(clock.now() + timedelta(hours=hours)):
            assert deliver("mail", 10) == 1
    mail.breaker.close()
    settings.EMAIL_PORT = port

    deliver("mail", 10)

    assert (sent_again(delivery).status, delivery.attempts, delivery.reason) == (Status.SENT, 1, "")


def test_a_mail_does_not_wait_for_ever(settings: Any, sink: Sink) -> None:
    settings.EMAIL_PORT = 1
    delivery = a_delivery()
    with clock.at(clock.now() + turns.LONGEST_WAIT + timedelta(minutes=1)):
        deliver("mail", 10)
    assert sent_again(delivery).status == Status.FAILED


def test_a_server_that_goes_away_in_the_middle_keeps_the_rest_waiting(sink: Sink) -> None:
    first, second, third = (a_delivery() for _ in range(3))
    sink.behaviour[first.recipient] = ("end", "leave")

    deliver("mail", 10)

    assert sent_again(first).status == Status.UNKNOWN
    assert [(sent_again(row).status, row.attempts) for row in (second, third)] == [(Status.PLANNED, 0)] * 2
    assert mail.breaker.is_open()


def test_without_a_server_mail_lands_in_the_mailbox() -> None:
    delivery = a_delivery(a_profile("zoe@example.com", first_name="Zoé"))

    deliver("mail", 10)

    message = MailboxMessage.objects.get()
    assert sent_again(delivery).status == Status.SENT
    assert (message.recipient, message.subject) == ("zoe@example.com", "Hello Zoé")
    assert "Hello Zoé" in message.html
    assert message.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert str(delivery.uid) in message.message_id


def test_another_backend_of_django_is_used(settings: Any, mailoutbox: list[Any]) -> None:
    settings.HAS_EMAIL_SERVER = True
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    delivery = a_delivery(a_profile("zoe@example.com", first_name="Zoé"))

    deliver("mail", 10)

    assert sent_again(delivery).status == Status.SENT
    assert mailoutbox[0].extra_headers["X-Declic-Delivery"] == str(delivery.uid)
    assert mailoutbox[0].alternatives


def test_a_text_that_cannot_be_rendered_fails_and_spares_the_others(sink: Sink) -> None:
    broken = a_delivery(parts={"language": "en", "subject": "{% if %}", "html": "", "text": "x"})
    other = a_delivery()

    deliver("mail", 10)

    assert sent_again(broken).status == Status.FAILED
    assert broken.reason
    assert sent_again(other).status == Status.SENT


def test_a_renderer_that_does_not_start_costs_no_message(sink: Sink, monkeypatch: pytest.MonkeyPatch) -> None:
    deliveries = [a_delivery(), a_delivery()]
    renderer().close()
    with monkeypatch.context() as patch:
        patch.setattr(sys, "executable", "/nowhere/python")
        with pytest.raises(RendererBroken):
            deliver("mail", 10)
    assert {sent_again(delivery).status for delivery in deliveries} == {Status.PLANNED}

    deliver("mail", 10)

    assert {sent_again(delivery).status for delivery in deliveries} == {Status.SENT}


def test_a_newline_in_a_subject_makes_no_header(sink: Sink) -> None:
    delivery = a_delivery(a_profile("a@example.com"), parts={"language": "en", "subject": "{{ data.x }}", "text": "t"})
    delivery.context["data"] = {"x": "one\r\nBcc: evil@example.com"}
    delivery.save()

    deliver("mail", 10)

    message = email.message_from_bytes(sink.accepted[0][1])
    assert message["bcc"] is None


def test_a_group_takes_as_many_queries_for_one_mail_as_for_ten(sink: Sink) -> None:
    counts = []
    for number in (1, 10):
        for _ in range(number):
            a_delivery(a_profile(first_name="P"))
        with CaptureQueriesContext(connection) as queries:
            deliver("mail", 100)
        counts.append(len(queries))
    assert counts[1] <= counts[0]
