"""How webhooks leave."""

import json
import threading
import time
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from actions import bells
from actions.channels.results import Final, Sent
from actions.channels.webhook import WebhookChannel, try_target
from actions.integrations import make_target, set_target
from actions.models import Delivery, Integration
from actions.models.delivery import Status
from actions.outbound.standard_webhooks import verify
from actions.sending import deliver, hosts
from actions.sending.http import hosts as known_hosts
from crm import clock
from tests.actions.http_sink import HttpSink
from tests.factories.deliveries import NOON, a_call

pytestmark = pytest.mark.django_db


def sent_again(delivery: Delivery) -> Delivery:
    delivery.refresh_from_db()
    return delivery


def a_target(sink: HttpSink, path: str = "/hook", host: str = "127.0.0.1") -> Integration:
    return make_target(name="Shop", url=sink.url(path, host))[0]


def test_a_call_is_signed_and_says_what_happened(http_sink: HttpSink) -> None:
    target, secret = make_target(name="Shop", url=http_sink.url("/hook"))
    delivery = a_call(target, context={"profile": {"first_name": "Zoé"}, "data": {"order": {"reference": "A1"}}})

    assert deliver("http", 10) == 1

    got = http_sink.got[0]
    assert sent_again(delivery).status == Status.SENT
    verify(secret, got.headers, got.body)
    assert got.headers["webhook-id"] == str(delivery.uid)
    assert got.headers["content-type"] == "application/json"
    body = json.loads(got.body)
    assert body["type"] == "workflow.action"
    assert body["timestamp"] == delivery.planned_at.isoformat()
    assert body["data"]["profile"] == {"first_name": "Zoé"}
    assert body["data"]["data"] == {"order": {"reference": "A1"}}


@pytest.mark.parametrize(
    ("status", "ends"),
    [
        *((status, "sent") for status in (200, 204)),
        *((status, "failed") for status in (301, 400, 404, 410)),
        *((status, "planned") for status in (408, 429, 500, 503)),
    ],
)
def test_an_answer_decides(http_sink: HttpSink, status: int, ends: str) -> None:
    http_sink.answers["/hook"] = (status, {}, 0)
    delivery = a_call(a_target(http_sink))

    deliver("http", 10)

    assert sent_again(delivery).status == ends
    assert delivery.attempts == 1
    assert (str(status) in delivery.reason) is (ends != "sent")


def test_a_call_is_repeated_with_the_same_id_and_body(http_sink: HttpSink) -> None:
    http_sink.answers["/hook"] = (503, {}, 0)
    with clock.at(NOON):
        delivery = a_call(a_target(http_sink))
        deliver("http", 10)
    http_sink.answers.clear()
    with clock.at(NOON + timedelta(seconds=40)):
        deliver("http", 10)

    first, second = http_sink.got
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert first.body == second.body
    assert sent_again(delivery).status == Status.SENT


def test_retry_after_is_heeded(http_sink: HttpSink) -> None:
    http_sink.answers["/hook"] = (429, {"Retry-After": "1800"}, 0)
    with clock.at(NOON):
        delivery = a_call(a_target(http_sink))
        deliver("http", 10)
    assert sent_again(delivery).due_at == NOON + timedelta(minutes=30)


def test_an_unknown_end_of_a_webhook_is_repeated_with_the_same_id(http_sink: HttpSink) -> None:
    http_sink.answers["/hook"] = (200, {}, -0.01)
    with clock.at(NOON):
        delivery = a_call(a_target(http_sink))
        deliver("http", 10)
        assert sent_again(delivery).status == Status.PLANNED
    http_sink.answers.clear()
    with clock.at(NOON + timedelta(minutes=1)):
        deliver("http", 10)
    assert sent_again(delivery).status == Status.SENT
    assert len({got.headers["webhook-id"] for got in http_sink.got}) == 1


def test_a_target_that_was_switched_off_is_skipped(http_sink: HttpSink) -> None:
    target = a_target(http_sink)
    delivery = a_call(target)
    set_target(target, name="Shop", url=http_sink.url("/hook"), is_active=False)

    deliver("http", 10)

    assert sent_again(delivery).status == Status.SKIPPED
    assert delivery.reason == "integration_off"
    assert http_sink.got == []


def test_an_address_that_was_mended_is_called_where_it_is_now(http_sink: HttpSink) -> None:
    target = a_target(http_sink, "/wrong")
    delivery = a_call(target)
    set_target(target, name="Shop", url=http_sink.url("/right"))
    deliver("http", 10)
    assert http_sink.count("/right") == 1
    assert sent_again(delivery).status == Status.SENT


def test_an_address_inside_the_house_is_refused_for_good(http_sink: HttpSink, settings: object) -> None:
    settings.DECLIC_OUTBOUND_ALLOW = ""  # type: ignore[attr-defined]
    delivery = a_call(a_target(http_sink))
    deliver("http", 10)
    assert sent_again(delivery).status == Status.FAILED
    assert http_sink.got == []


def test_at_most_two_calls_reach_a_host_at_once(http_sink: HttpSink) -> None:
    target = a_target(http_sink)
    http_sink.answers["/hook"] = (200, {}, 0.05)
    for _ in range(10):
        a_call(target)

    assert deliver("http", 50) == 10

    assert http_sink.most_at_once == 2
    assert Delivery.objects.filter(status=Status.SENT).count() == 10


def test_a_slow_host_holds_up_no_other(http_sink: HttpSink) -> None:
    slow, fast = a_target(http_sink, "/slow", "localhost"), a_target(http_sink, "/fast")
    http_sink.answers["/slow"] = (200, {}, 1.5)
    for _ in range(30):
        a_call(slow)
    for _ in range(30):
        a_call(fast)
    began, ends = time.monotonic(), []
    http_sink.when_called = lambda: ends.append((http_sink.count("/fast"), time.monotonic() - began))
    known_hosts[f"localhost:{http_sink.port}"].latency = 1.5
    known_hosts[f"localhost:{http_sink.port}"].recipients.add(slow.settings["url"])

    worker = threading.Timer(2.5, stop_soon)
    worker.start()
    deliver("http", 50)

    assert http_sink.count("/fast") == 30
    assert next(seconds for count, seconds in ends if count == 30) < 1.5
    assert http_sink.count("/slow") < 10


def stop_soon() -> None:
    bells.stopping.set()


def test_a_dead_host_is_left_alone_after_some_failures(http_sink: HttpSink) -> None:
    http_sink.answers["/hook"] = (500, {}, 0)
    target = a_target(http_sink)
    for _ in range(20):
        a_call(target)

    while deliver("http", 50):
        pass

    assert hosts.FAILURES <= len(http_sink.got) <= hosts.FAILURES + 1
    assert Delivery.objects.filter(status=Status.PLANNED, attempts=0).count() == 20 - len(http_sink.got)
    assert not Delivery.objects.filter(status=Status.LEASED).exists()


def test_calls_take_as_many_queries_to_prepare_for_one_as_for_ten(http_sink: HttpSink) -> None:
    target = a_target(http_sink)
    deliveries = [
        a_call(target, parts={"type": f"workflow.action{number}", "include": ["data"]}) for number in range(10)
    ]
    counts = []
    for rows in (deliveries[:1], deliveries):
        with CaptureQueriesContext(connection) as queries:
            WebhookChannel().prepare_many(list(Delivery.objects.filter(pk__in=[row.pk for row in rows])))
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_a_target_can_be_tried(http_sink: HttpSink) -> None:
    target, secret = make_target(name="Shop", url=http_sink.url("/hook"))
    assert try_target(target) == Sent()
    verify(secret, http_sink.got[0].headers, http_sink.got[0].body)
    http_sink.answers["/hook"] = (404, {}, 0)
    assert isinstance(try_target(target), Final)


def test_a_worker_that_is_asked_to_stop_gives_back_what_it_has_not_begun(http_sink: HttpSink) -> None:
    http_sink.answers["/hook"] = (200, {}, 0.3)
    target = a_target(http_sink)
    for _ in range(8):
        a_call(target)
    http_sink.when_called = stop_soon
    deliver("http", 50)
    assert len(http_sink.got) == 2
    assert Delivery.objects.filter(status=Status.SENT).count() == 2
    assert Delivery.objects.filter(status=Status.PLANNED, lease=None).count() == 6
