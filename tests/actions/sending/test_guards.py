"""What may not leave."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import timedelta

import pytest
from django.db import connection, models
from django.test.utils import CaptureQueriesContext

from actions.caps import active_caps
from actions.guards import Guard, Verdict, guards
from actions.models import Delivery, MailboxMessage, Suppression
from actions.models.delivery import Status
from actions.reasons import REASONS, reason_label
from actions.sending import deliver
from crm import clock
from crm.models import Consent, Profile
from crm.services.consents import set_consent
from tests.factories.deliveries import BY_HAND, a_definition, a_delivery, a_profile

pytestmark = pytest.mark.django_db


def sent_again(delivery: Delivery) -> Delivery:
    delivery.refresh_from_db()
    return delivery


def refuse(delivery: Delivery) -> None:
    set_consent(delivery.profile, definition=a_definition(), status="refused", cause=BY_HAND)


def let_expire(delivery: Delivery) -> None:
    models.QuerySet(Consent).filter(profile=delivery.profile).update(expires_at=clock.now() - timedelta(days=1))


def suppress(delivery: Delivery) -> None:
    Suppression.objects.create(address=delivery.recipient.upper())


def erase(delivery: Delivery) -> None:
    models.QuerySet(Profile).filter(pk=delivery.profile_id).update(erased_at=clock.now())


def move(delivery: Delivery) -> None:
    delivery.profile.email = "elsewhere@example.com"
    delivery.profile.save()


@pytest.mark.parametrize(
    ("happens", "reason"),
    [
        (refuse, "no_consent"),
        (let_expire, "no_consent"),
        (suppress, "suppressed"),
        (erase, "profile_erased"),
        (move, "address_changed"),
    ],
)
def test_what_happened_after_planning_is_asked_at_sending(happens: Callable[[Delivery], None], reason: str) -> None:
    delivery, other = a_delivery(), a_delivery()
    happens(delivery)

    deliver("mail", 10)

    assert sent_again(delivery).status == Status.SKIPPED
    assert delivery.reason == reason
    assert delivery.ended_at is not None
    assert reason_label(reason) != reason
    assert sent_again(other).status == Status.SENT
    assert MailboxMessage.objects.get().recipient == other.recipient


def test_one_accepted_consent_of_several_is_enough() -> None:
    a_definition("Other")
    delivery = a_delivery(rules={"purpose": "marketing", "consents": ["Other", "NewsEmail"]})
    deliver("mail", 10)
    assert sent_again(delivery).status == Status.SENT


def test_a_service_message_needs_a_legal_basis() -> None:
    a_definition("LegalBasisOrder", kind="legal_basis")
    rules = {"purpose": "service", "consents": ["LegalBasisOrder"]}
    without, given = a_delivery(rules=rules), a_delivery(a_profile(accepts=("LegalBasisOrder",)), rules=rules)
    deliver("mail", 10)
    assert sent_again(without).reason == "no_consent"
    assert sent_again(given).status == Status.SENT


def test_the_team_is_asked_for_no_consent_and_need_not_be_the_profile() -> None:
    rules = {"purpose": "team", "consents": []}
    delivery = a_delivery(a_profile(accepts=()), recipient="team@example.com", rules=rules)
    deliver("mail", 10)
    assert sent_again(delivery).status == Status.SENT


@pytest.fixture
def holding() -> Iterator[type[Guard]]:
    @guards.register
    class Holding(Guard):
        kind = "holding"

        def ask_many(self, deliveries: Sequence[Delivery]) -> Mapping[int, Verdict]:
            named = [delivery for delivery in deliveries if delivery.recipient.startswith("held@")]
            return {delivery.pk: Verdict("paused", is_hold=True) for delivery in named}

    yield Holding
    del guards._classes["holding"]


def test_a_guard_of_an_upper_floor_can_hold(holding: type[Guard]) -> None:
    held, other = a_delivery(a_profile("held@example.com")), a_delivery()
    deliver("mail", 10)
    assert sent_again(held).status == Status.HELD
    assert (held.reason, held.lease, held.ended_at) == ("paused", None, None)
    assert sent_again(other).status == Status.SENT
    assert deliver("mail", 10) == 0


def test_asking_takes_as_many_queries_for_one_as_for_ten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("actions.caps.KEPT_FOR", 60)
    active_caps()  # read now and then, not for each message
    counts = []
    for number in (1, 10):
        rows = [a_delivery() for _ in range(number)]
        with CaptureQueriesContext(connection) as queries:
            for guard in guards:
                guard().ask_many(rows)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 6


def test_every_reason_has_words() -> None:
    assert all(str(words) for words in REASONS.values())
    assert reason_label("550 no such user") == "550 no such user"
