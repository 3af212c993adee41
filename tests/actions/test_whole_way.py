"""From an event to the mail and on: what became of a message decides how its run goes on."""

from datetime import timedelta
from typing import Any

import pytest

from actions.integrations import make_target
from actions.models import Delivery
from crm import clock
from crm.models import Pot, Profile
from crm.services.consents import set_consent
from tests.actions.http_sink import HttpSink
from tests.actions.smtp_sink import Sink
from tests.actions.types.examples import a_template
from tests.factories.deliveries import BY_HAND, a_definition, a_profile
from tests.factories.workflows import action, live
from tests.workflows.engine.driving import call, runs, states, work
from workflows.engine.advance import advance
from workflows.engine.dispatch import dispatch

pytestmark = pytest.mark.django_db


def mail_then_points(**settings: Any) -> Profile:
    """Start a run for a profile: a mail, then 50 points; return the profile, the mail planned."""
    a_definition()
    template = a_template(en="Hello {{ profile.first_name }}", fr="Bonjour {{ profile.first_name }}")
    config = {"to": "profile", "purpose": "marketing", "consents": ["NewsEmail"], "source": "template"}
    live(
        action("send_email", **config, template=str(template.uid)),
        action("give_points", points=50, reason=""),
        **settings,
    )
    profile = a_profile("zoe@example.com", first_name="Zoé", language="fr")
    call(profile)
    dispatch()
    advance()
    return profile


def points_of(profile: Profile) -> int:
    pot = Pot.objects.filter(profile=profile).first()
    return pot.balance if pot else 0


def test_a_run_waits_for_its_mail_and_goes_on_when_it_was_sent(sink: Sink) -> None:
    profile = mail_then_points()
    assert (states(), points_of(profile)) == ([("waiting", "")], 0)
    work()
    assert (states(), points_of(profile)) == ([("done", "")], 50)
    assert sink.recipients == ["zoe@example.com"]


def test_a_consent_withdrawn_meanwhile_skips_the_mail_and_the_run_goes_on(sink: Sink) -> None:
    profile = mail_then_points()
    set_consent(profile, definition=a_definition(), status="refused", cause=BY_HAND)
    work()
    assert (states(), points_of(profile)) == ([("done", "")], 50)
    assert sink.accepted == []


@pytest.mark.parametrize(("stops", "state", "points"), [(True, "failed", 0), (False, "done", 50)])
def test_a_mail_that_fails_for_good_ends_the_run_or_not(sink: Sink, stops: bool, state: str, points: int) -> None:
    sink.behaviour["zoe@example.com"] = ("rcpt", "550 no such user")
    profile = mail_then_points(stop_on_failure=stops)
    work()
    assert (states()[0][0], points_of(profile)) == (state, points)


def test_a_run_waits_until_what_is_temporary_is_over(sink: Sink) -> None:
    sink.behaviour["zoe@example.com"] = ("rcpt", "451 later")
    profile = mail_then_points()
    work()
    assert states() == [("waiting", "")]
    sink.behaviour.clear()
    with clock.at(clock.now() + timedelta(minutes=1)):
        work()
    assert (states(), points_of(profile)) == ([("done", "")], 50)


def test_nobody_knows_whether_it_left_and_the_run_goes_on(sink: Sink) -> None:
    sink.behaviour["zoe@example.com"] = ("end", "close")
    profile = mail_then_points()
    work()
    assert Delivery.objects.get().status == "unknown"
    assert (states(), points_of(profile)) == ([("done", "")], 50)


def test_a_webhook_is_called_for_a_run(http_sink: HttpSink) -> None:
    target, _secret = make_target(name="Shop", url=http_sink.url("/hook"))
    live(action("call_webhook", target=str(target.uid), event="a.b", include=["profile", "data"]))
    call(a_profile("zoe@example.com"))
    work()
    assert states() == [("done", "")]
    assert http_sink.count("/hook") == 1
    assert runs()[0].pk == Delivery.objects.get().run_id
