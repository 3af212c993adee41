"""A newsletter is prepared once for everybody in it, whatever dies meanwhile."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, models
from django.test.utils import CaptureQueriesContext

from actions.mailings.newsletters import pause_newsletter, resume_newsletter, schedule_newsletter
from actions.mailings.preparing import begin, prepare, prepare_all, prepare_batch
from actions.models import Delivery, Suppression
from actions.models.delivery import Status as DeliveryStatus
from crm import clock
from crm.models import Newsletter, Profile, Segment
from crm.services.consents import set_consent
from tests.factories.deliveries import BY_HAND, a_definition, a_profile
from tests.factories.mailings import (
    a_begun_newsletter,
    a_newsletter,
    a_prepared_newsletter,
    a_template,
    people_in,
    recipients,
)

pytestmark = pytest.mark.django_db

Status = Newsletter.Status


def test_everybody_who_may_be_written_to_gets_one() -> None:
    wanted = sorted(a_profile().email for _ in range(3))
    a_profile(accepts=())
    a_profile("")
    Suppression.objects.create(address=a_profile().email)
    refused, erased = a_profile(), a_profile()
    set_consent(refused, definition=a_definition(), status="refused", cause=BY_HAND)
    models.QuerySet(Profile).filter(pk=erased.pk).update(erased_at=clock.now())

    newsletter = a_prepared_newsletter()

    assert recipients(newsletter_id=newsletter.pk) == wanted
    assert (newsletter.status, newsletter.planned) == (Status.SENDING, 3)
    assert set(Delivery.objects.values_list("status", flat=True)) == {DeliveryStatus.HELD}


def test_it_goes_to_the_segment_in_the_language_of_each() -> None:
    template = a_template(en="Hello {{ profile.first_name }}")
    a_profile("zoe@example.com", language="en", first_name="Zoe")
    a_profile("ada@example.com", language="fr")

    newsletter = a_prepared_newsletter(template=template, segment=people_in("en"))

    delivery = Delivery.objects.get(newsletter_id=newsletter.pk)
    assert delivery.recipient == "zoe@example.com"
    assert delivery.content.parts["subject"] == "Hello {{ profile.first_name }}"
    assert delivery.context["profile"]["first_name"] == "Zoe"
    assert delivery.rules == {"purpose": "marketing", "consents": ["NewsEmail"]}


@pytest.mark.parametrize("batch", [1, 2, 5, 6, 100])
def test_batches_of_any_size_skip_and_repeat_nobody(batch: int) -> None:
    wanted = sorted(a_profile().email for _ in range(6))
    newsletter = a_begun_newsletter()

    assert prepare(newsletter, batch=batch) == 6

    assert recipients(newsletter_id=newsletter.pk) == wanted
    assert (newsletter.status, newsletter.planned) == (Status.SENDING, 6)


def test_what_a_dead_worker_left_is_carried_on() -> None:
    wanted = sorted(a_profile().email for _ in range(5))
    newsletter = a_begun_newsletter()
    assert prepare_batch(newsletter, batch=2) == 2

    again = Newsletter.objects.get(pk=newsletter.pk)
    assert prepare(again, batch=2) == 3

    assert recipients(newsletter_id=newsletter.pk) == wanted


def test_a_worker_that_read_the_same_cursor_plans_nothing() -> None:
    for _ in range(4):
        a_profile()
    first = a_begun_newsletter()
    second = Newsletter.objects.get(pk=first.pk)

    assert (prepare_batch(first, batch=2), prepare_batch(second, batch=2)) == (2, 0)

    assert Delivery.objects.count() == Newsletter.objects.get().planned == 2


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_plan_everybody_once() -> None:
    wanted = sorted(a_profile().email for _ in range(40))
    pk = a_begun_newsletter().pk

    def work(_number: int) -> int:
        try:
            return prepare(Newsletter.objects.get(pk=pk), batch=3)
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as pool:
        assert sum(pool.map(work, range(3))) == 40

    assert recipients(newsletter_id=pk) == wanted
    assert Newsletter.objects.get().planned == 40


def test_content_and_audience_stay_as_they_were_when_it_began() -> None:
    a_profile("zoe@example.com", language="en")
    a_profile("ada@example.com", language="fr")
    inner = people_in("en")
    outer = Segment.objects.create(name="Outer", rules={"mode": "all", "rules": [{"segment": str(inner.uid)}]})
    newsletter = a_begun_newsletter(segment=outer)

    newsletter.template.texts.update(subject="Changed")
    Segment.objects.update(rules={})
    a_profile("late@example.com", language="en")
    prepare(Newsletter.objects.get())

    assert recipients(newsletter_id=newsletter.pk) == ["zoe@example.com"]
    assert Delivery.objects.get().content.parts["subject"] == "Bonjour {{ profile.first_name }}"


def test_a_pause_stops_the_preparation_and_resuming_carries_it_on() -> None:
    wanted = sorted(a_profile().email for _ in range(4))
    newsletter = a_begun_newsletter()
    prepare_batch(newsletter, batch=2)

    pause_newsletter(newsletter)
    assert prepare(newsletter) == 0
    assert prepare_batch(Newsletter.objects.get()) == 0
    resume_newsletter(newsletter)
    assert newsletter.status == Status.PREPARING
    prepare_all()

    assert recipients(newsletter_id=newsletter.pk) == wanted
    assert Newsletter.objects.get().status == Status.SENDING


def test_one_whose_template_was_archived_meanwhile_is_a_draft_again_and_says_why() -> None:
    a_profile()
    newsletter = a_newsletter()
    schedule_newsletter(newsletter)
    newsletter.template.is_archived = True
    newsletter.template.save()

    assert not begin(Newsletter.objects.get())

    newsletter.refresh_from_db()
    assert newsletter.status == Status.DRAFT
    assert "template" in newsletter.note


def test_one_that_cannot_be_prepared_is_paused_and_keeps_no_other_waiting() -> None:
    a_profile()
    broken, other = a_begun_newsletter(), a_begun_newsletter()
    audience = {"uid": "", "rules": {"mode": "all", "rules": [{"kind": "gone"}]}, "inside": {}}
    Newsletter.objects.filter(pk=broken.pk).update(frozen={**broken.frozen, "audience": audience})

    prepare_all()

    broken.refresh_from_db()
    other.refresh_from_db()
    assert (broken.status, other.status) == (Status.PAUSED, Status.SENDING)
    assert "gone" in broken.note


def test_a_batch_takes_as_many_queries_for_two_as_for_twenty() -> None:
    for _ in range(22):
        a_profile()
    newsletter = a_begun_newsletter()
    counts = []
    for batch in (2, 20):
        with CaptureQueriesContext(connection) as queries:
            assert prepare_batch(newsletter, batch=batch) == batch
        newsletter.refresh_from_db(fields=["status", "cursor"])
        counts.append(len(queries))
    assert counts[1] <= counts[0] <= 20
