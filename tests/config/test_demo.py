"""The demo shop: what is promised is there, it really happened, and nobody gets a mail."""

from collections.abc import Iterator
from datetime import timedelta
from random import Random
from typing import Any

import phonenumbers
import pytest
from django.core.management import CommandError, call_command
from django.test import override_settings

from actions.mailings.course import what_was_opened
from actions.models import Delivery, MailboxMessage, Suppression
from actions.tracking.figures import figures_of_newsletters
from config.demo.clockwork import work, work_until
from config.demo.load import load_demo
from config.demo.people import invent_people
from crm import clock
from crm.models import Coupon, Movement, Newsletter, Order, Product, Profile, Referral, Scenario, Segment
from tests.actions.smtp_sink import Sink, running_sink
from triggers.models import Event
from workflows.engine.live import forget
from workflows.models import Entry, Run, Workflow
from workflows.models.run import Status
from workflows.preview.checks import look_at

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module", autouse=True)
def server(django_db_setup: None, django_db_blocker: Any, _valkey_process: object) -> Iterator[Sink]:
    """Load a small demo shop once for all tests of this file, beside an e-mail server that must hear nothing."""
    forget()
    smtp = "django.core.mail.backends.smtp.EmailBackend"
    with running_sink() as sink, django_db_blocker.unblock():
        with override_settings(
            HAS_EMAIL_SERVER=True, EMAIL_BACKEND=smtp, EMAIL_HOST="127.0.0.1", EMAIL_PORT=sink.port, EMAIL_TIMEOUT=1
        ):
            load_demo(people=50, days=21)
            yield sink
        call_command("flush", interactive=False, verbosity=0)
    forget()


def test_people_are_many_and_have_what_a_shop_knows_of_them() -> None:
    assert Profile.objects.count() == 50
    assert {language[:2] for language in Profile.objects.values_list("language", flat=True)} == {"fr", "en"}
    assert set(Profile.objects.values_list("gender", flat=True)) >= {"female", "male"}
    assert Profile.objects.filter(tags__isnull=False, custom_values__isnull=False).exists()
    assert set(Profile.objects.values_list("origin", flat=True)) > {"import", "tracker"}


def test_numbers_and_addresses_are_right_and_nobodys() -> None:
    mobiles = Profile.objects.exclude(mobile="").values_list("mobile", flat=True)
    assert all(phonenumbers.is_possible_number(phonenumbers.parse(mobile)) for mobile in mobiles)
    assert all(mobile.startswith(("+3363998", "+447700900", "+151455501")) for mobile in mobiles)
    assert all(email.endswith(".example") for email in Profile.objects.values_list("email", flat=True))


def test_the_shop_has_what_a_marketer_looks_for() -> None:
    statuses = set(Order.objects.values_list("status", flat=True))
    assert statuses >= {"paid", "delivered", "cancelled", "failed"}
    assert Product.objects.values("category").distinct().count() == 5
    assert Referral.objects.filter(status="validated").exists()
    assert Coupon.objects.filter(profile__isnull=False).exists()
    assert set(Movement.objects.values_list("source", flat=True)) >= {"workflow", "referral", "back_office", "reward"}
    assert Segment.objects.count() == 4


def test_workflows_are_active_paused_switched_off_and_in_draft() -> None:
    assert set(Workflow.objects.values_list("status", flat=True)) == {"active", "paused", "inactive", "draft"}
    for workflow in Workflow.objects.exclude(status="draft"):
        assert workflow.total > 0, workflow


def test_runs_wait_are_held_and_ended_in_every_way() -> None:
    assert set(Run.objects.values_list("status", flat=True)) == set(Status.values)
    assert Run.objects.filter(status="waiting", due_at__gt=clock.now()).count() > 3
    reasons = set(Run.objects.filter(status="stopped").values_list("reason", flat=True))
    assert reasons >= {"owned", "cart_converted", "cart_emptied", "order_paid", "stopped_by_api", "deactivated"}
    [failed] = Run.objects.filter(status="failed")
    assert "cannot be taken" in failed.error
    refused = set(Entry.objects.filter(outcome="refused").values_list("reason", flat=True))
    assert refused >= {"scope", "limit", "paused"}


def test_messages_were_sent_and_skipped_for_want_of_consent() -> None:
    assert set(Delivery.objects.values_list("status", "reason")) == {("sent", ""), ("skipped", "no_consent")}
    assert MailboxMessage.objects.count() == Delivery.objects.filter(status="sent").count() > 30


def test_newsletters_are_sent_planned_and_in_draft_and_the_sent_one_was_read_by_people_and_machines() -> None:
    assert set(Newsletter.objects.values_list("status", flat=True)) == {"sent", "scheduled", "draft"}
    sent, planned = (Newsletter.objects.get(status=status) for status in ("sent", "scheduled"))
    figures = figures_of_newsletters([sent])[sent.pk]
    assert figures.sent == sent.planned > 20
    assert figures.opened > figures.clicked > 0
    assert figures.opened_by_machine > 0
    assert figures.clicked_by_machine > 0
    assert figures.unsubscribed == 1
    read = what_was_opened(sent)
    assert read is not None
    assert len([bar for bar in read.bars if bar.number]) > 1
    assert planned.send_at is not None
    assert planned.send_at > clock.now() + timedelta(days=1)


def test_scenarios_are_on_and_have_written() -> None:
    for scenario in Scenario.objects.all():
        assert scenario.is_active
        assert Delivery.objects.filter(scenario_id=scenario.pk, status="sent").exists(), scenario
    assert {scenario.rule for scenario in Scenario.objects.all()} == {"birthday", "after_purchase"}


def test_mails_speak_the_language_of_their_reader_and_are_whole() -> None:
    languages = dict(Profile.objects.values_list("email", "language"))
    for mail in MailboxMessage.objects.filter(recipient__in=languages):
        assert f'lang="{languages[mail.recipient][:2]}"' in mail.html
        assert "{{" not in mail.subject + mail.html + mail.text
        assert "[[" not in mail.html


def test_a_mail_about_a_product_in_scope_names_that_one() -> None:
    subjects = MailboxMessage.objects.filter(html__contains="60 °C").values_list("subject", flat=True)
    assert subjects
    assert all("Sencha" in subject or "Gyokuro" in subject for subject in subjects)


def test_no_workflow_has_a_mistake_in_it() -> None:
    for workflow in Workflow.objects.all():
        found = [problem for problem in look_at(workflow).problems if problem.blocks or problem.code == "text"]
        assert found == [], workflow


def test_the_story_lies_in_the_past_and_every_promise_holds() -> None:
    assert Event.objects.filter(recorded_at__gt=clock.now()).count() == 0
    assert Event.objects.order_by("recorded_at")[0].recorded_at < clock.now() - timedelta(days=20)
    call_command("reconcile")


def test_no_mail_reaches_the_configured_server_now_or_later(server: Sink) -> None:
    assert server.connections == 0
    assert Suppression.objects.count() == 51  # the people, and the team's own address
    later = clock.now() + timedelta(days=8)
    work_until(later)
    with clock.at(later):
        work()
    assert Delivery.objects.filter(status="skipped", reason="suppressed").exists()
    assert not Delivery.objects.filter(planned_at__gt=clock.now(), status="sent").exists()
    assert server.accepted == []


def test_a_second_load_is_refused() -> None:
    with pytest.raises(CommandError, match="empty database only, and this one holds 50 profiles"):
        call_command("demo")


def test_the_same_seed_invents_the_same_people() -> None:
    today = clock.now().date()
    assert invent_people(Random(1), 20, today) == invent_people(Random(1), 20, today)
    assert invent_people(Random(1), 20, today) != invent_people(Random(2), 20, today)
