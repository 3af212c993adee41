"""A worker that is killed while it sends: nothing twice, nothing lost, and its rows are taken over."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from actions.models import Delivery
from actions.models.delivery import Status
from actions.sending import deliver, sweep
from actions.sending.mail import GROUP
from tests.actions.smtp_sink import Sink
from tests.factories.deliveries import a_delivery, a_profile

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
WORK = "import django; django.setup(); from actions.sending import deliver; deliver('mail', 100)"
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def wait_until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.02)


@pytest.mark.parametrize("at", [0, 3, 12, 24])
def test_a_worker_killed_while_the_server_holds_a_mail(process_env: dict[str, str], sink: Sink, at: int) -> None:
    people = [a_profile() for _ in range(25)]
    for person in people:
        a_delivery(person)
    held = people[at].email
    sink.behaviour[held] = ("end", "hold")
    env = {**process_env, "EMAIL_URL": f"smtp://127.0.0.1:{sink.port}"}

    worker = subprocess.Popen([sys.executable, "-c", WORK], env=env)
    wait_until(lambda: held in sink.held)
    worker.send_signal(signal.SIGKILL)
    worker.wait()
    before = len(sink.accepted)
    Delivery.objects.filter(lease__isnull=False).update(leased_until=LONG_AGO)
    sweep()
    sink.behaviour.clear()
    while deliver("mail", 100):
        pass

    unknown = set(Delivery.objects.filter(status=Status.UNKNOWN).values_list("recipient", flat=True))
    assert before == at
    assert len(unknown) == min(GROUP, 25 - at // GROUP * GROUP)
    assert held in unknown
    assert len(sink.recipients) == len(set(sink.recipients))
    assert set(sink.recipients) | unknown == {person.email for person in people}
    assert Delivery.objects.filter(status=Status.SENT).count() == 25 - len(unknown)


def test_a_lease_is_renewed_while_a_slow_server_is_waited_for(process_env: dict[str, str], sink: Sink) -> None:
    delivery = a_delivery()
    sink.behaviour[delivery.recipient] = ("end", "hold")
    env = {**process_env, "EMAIL_URL": f"smtp://127.0.0.1:{sink.port}"}
    worker = subprocess.Popen([sys.executable, "-c", WORK], env=env)
    try:
        wait_until(lambda: delivery.recipient in sink.held)
        Delivery.objects.update(leased_until=LONG_AGO)
        wait_until(lambda: Delivery.objects.get().leased_until != LONG_AGO)
    finally:
        worker.kill()
        worker.wait()


def test_two_workers_share_the_mails_and_send_each_once(process_env: dict[str, str], sink: Sink) -> None:
    person = a_profile()
    for number in range(300):
        a_delivery(person, recipient=f"team{number}@example.com", rules={"purpose": "team", "consents": []})
    work = WORK.replace("deliver('mail', 100)", "any(deliver('mail', 20) == 0 for _ in range(99))")
    env = {**process_env, "EMAIL_URL": f"smtp://127.0.0.1:{sink.port}"}
    workers = [subprocess.Popen([sys.executable, "-c", work], env=env) for _ in range(2)]
    assert [worker.wait() for worker in workers] == [0, 0]
    assert len(sink.recipients) == len(set(sink.recipients)) == 300
    assert Delivery.objects.filter(status=Status.SENT, attempts=1).count() == 300
