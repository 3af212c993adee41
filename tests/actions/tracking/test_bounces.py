"""What the SMTP server says at once of an address that does not exist."""

import pytest

from actions.models import Delivery, Suppression, Track
from actions.sending import deliver
from tests.actions.smtp_sink import Sink
from tests.factories.deliveries import a_delivery, a_profile

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("pipelining", [True, False])
@pytest.mark.parametrize("answer", ["550 5.1.1 no such user", "550 no such user", "553 mailbox name not allowed"])
def test_an_address_that_does_not_exist_is_suppressed(sink: Sink, answer: str, pipelining: bool) -> None:
    sink.pipelining = pipelining
    sink.behaviour["zoe@example.com"] = ("rcpt", answer)
    profile = a_profile("zoe@example.com")
    a_delivery(profile)
    deliver("mail", 10)
    assert Delivery.objects.get().status == "failed"
    assert Track.objects.get().kind == "hard_bounce"
    assert Suppression.objects.get().address == "zoe@example.com"
    again = a_delivery(profile)
    deliver("mail", 10)
    again.refresh_from_db()
    assert (again.status, again.reason) == ("skipped", "suppressed")


@pytest.mark.parametrize(
    ("stage", "answer"),
    [
        ("rcpt", "451 4.2.1 later"),
        ("rcpt", "550 5.7.1 rejected by policy"),
        ("rcpt", "554 no"),
        ("end", "550 5.7.1 looks like spam"),
        ("end", "552 too large"),
    ],
)
def test_what_blames_us_or_the_message_suppresses_nobody(sink: Sink, stage: str, answer: str) -> None:
    sink.behaviour["zoe@example.com"] = (stage, answer)
    a_delivery(a_profile("zoe@example.com"))
    deliver("mail", 10)
    assert not Suppression.objects.exists()
    assert not Track.objects.exists()
