"""Figures count each message once, people and machines apart, with the same queries for any number of messages."""

from typing import Any

import pytest

from actions.models import Delivery
from actions.sending import deliver
from actions.tracking.figures import Figures, figures_of_newsletters, figures_of_scenarios, figures_of_steps
from actions.tracking.recording import Heard, record_click, record_heard, record_open
from actions.tracking.words import say_figures
from actions.unsubscribe import unsubscribe
from tests.actions.smtp_sink import Sink
from tests.actions.tracking.reading import PERSON, ROBOT, SHOP, a_sent_one
from tests.factories.deliveries import a_definition, a_delivery, a_profile
from tests.factories.messages import NewsletterFactory, ScenarioFactory

pytestmark = pytest.mark.django_db
STEP = {"workflow_id": 7, "step_id": "s1"}


def read(deliveries: list[Delivery]) -> None:
    """Four messages: one read twice, one clicked, one seen by a robot, one bounced and complained of."""
    first, second, third, fourth = deliveries
    record_open(first.pk, agent=PERSON)
    record_open(first.pk, agent=PERSON)
    record_click(second.pk, SHOP, agent=PERSON)
    record_open(third.pk, agent=ROBOT)
    record_click(third.pk, SHOP, agent=ROBOT)
    record_heard(fourth, [Heard("hard_bounce"), Heard("soft_bounce"), Heard("complaint")])
    unsubscribe(first)


EXPECTED = Figures(
    planned=4,
    sent=4,
    opened=2,
    opened_by_machine=1,
    clicked=1,
    clicked_by_machine=1,
    bounced=1,
    soft_bounced=1,
    complained=1,
    unsubscribed=1,
)


def test_the_figures_of_a_step(django_assert_num_queries: Any) -> None:
    read([a_sent_one(**STEP) for _ in range(4)])
    a_sent_one(workflow_id=7, step_id="s2")
    a_sent_one(workflow_id=8, step_id="s1")
    with django_assert_num_queries(3):
        figures = figures_of_steps(7, ["s1", "s2", "s3"])
    assert figures["s1"] == EXPECTED
    assert figures["s1"].delivered == 3
    assert figures["s2"] == Figures(planned=1, sent=1)
    assert figures["s3"] == Figures()


def test_the_figures_of_newsletters_and_scenarios(django_assert_num_queries: Any) -> None:
    newsletters, scenario = [NewsletterFactory(), NewsletterFactory()], ScenarioFactory()
    read([a_sent_one(newsletter_id=newsletters[0].pk) for _ in range(4)])
    read([a_sent_one(scenario_id=scenario.pk) for _ in range(4)])
    with django_assert_num_queries(3):
        figures = figures_of_newsletters(newsletters)
    assert figures == {newsletters[0].pk: EXPECTED, newsletters[1].pk: Figures()}
    assert figures_of_scenarios([scenario]) == {scenario.pk: EXPECTED}
    assert figures_of_newsletters([]) == {}


def test_an_address_refused_at_once_never_left(sink: Sink) -> None:
    sink.behaviour["gone@example.com"] = ("rcpt", "550 5.1.1 no such user")
    a_delivery(a_profile("gone@example.com"), **STEP)
    a_delivery(a_profile(), **STEP)
    deliver("mail", 10)
    figures = figures_of_steps(7, ["s1"])["s1"]
    assert (figures.planned, figures.sent, figures.failed, figures.bounced, figures.delivered) == (2, 1, 1, 1, 1)


def test_they_are_said_without_what_did_not_happen() -> None:
    assert say_figures(Figures()) == []
    assert say_figures(Figures(planned=1)) == [("Sent", "0")]
    said = dict(say_figures(EXPECTED))
    assert said["Opened"] == "2 (66.7 %)"
    assert said["Opened by machines"] == "1"
    assert "Failed" not in said


def test_one_unsubscription_counts_once_for_several_consents() -> None:
    a_definition("NewsSMS")
    profile = a_profile(accepts=("NewsEmail", "NewsSMS"))
    rules = {"purpose": "marketing", "consents": ["NewsEmail", "NewsSMS"]}
    delivery = a_sent_one(profile, rules=rules, **STEP)
    assert len(unsubscribe(delivery)) == 2
    assert figures_of_steps(7, ["s1"])["s1"].unsubscribed == 1
