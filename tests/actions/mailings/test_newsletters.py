"""What is done with a newsletter: each step once, and only from where it may be taken."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from actions.mailings import newsletters
from actions.mailings.preflight import newsletter_problems
from actions.mailings.preparing import prepare_all
from actions.mailings.testing import send_test
from actions.models import Delivery, MailboxMessage
from actions.sending import deliver
from crm import clock
from crm.errors import Refused
from crm.models import ConsentDefinition, Newsletter, Segment
from tests.factories.deliveries import a_profile
from tests.factories.mailings import a_newsletter, a_template, people_in
from tests.factories.messages import TemplateFactory, TemplateTextFactory

pytestmark = pytest.mark.django_db

Status = Newsletter.Status


def codes(newsletter: Newsletter) -> dict[str, bool]:
    return {problem.code: problem.blocks for problem in newsletter_problems(newsletter)[0]}


def test_one_that_could_be_sent_has_no_problems() -> None:
    a_profile(language="fr")
    problems, count = newsletter_problems(a_newsletter())
    assert problems == []
    assert count is not None
    assert count.number == 1


def no_text() -> Newsletter:
    return a_newsletter(template=TemplateFactory())


def no_consent() -> Newsletter:
    return a_newsletter(consents=[])


def consent_is_gone() -> Newsletter:
    newsletter = a_newsletter()
    ConsentDefinition.objects.update(is_archived=True)
    return newsletter


def to_nobody() -> Newsletter:
    return a_newsletter(segment=people_in("de"))


def segment_of_itself() -> Newsletter:
    segment = Segment.objects.create(name="Snake")
    segment.rules = {"mode": "all", "rules": [{"segment": str(segment.uid)}]}
    segment.save()
    return a_newsletter(segment=segment)


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (no_text, "template_empty"),
        (no_consent, "no_consent"),
        (consent_is_gone, "consent_gone"),
        (to_nobody, "nobody"),
        (segment_of_itself, "segment"),
    ],
)
def test_what_stands_in_the_way_is_said_and_refused(make: Callable[[], Newsletter], code: str) -> None:
    a_profile(language="fr")
    newsletter = make()
    assert codes(newsletter)[code]
    with pytest.raises(Refused):
        newsletters.schedule_newsletter(newsletter)
    assert Newsletter.objects.get().status == Status.DRAFT


@pytest.mark.parametrize(
    ("text", "code"),
    [("<p>{{ data.order.amount }}</p>", "text"), ("<p>" + "x" * 103_000 + "</p>", "too_long")],
)
def test_what_is_risky_is_said(text: str, code: str) -> None:
    a_profile(language="fr")
    template = TemplateTextFactory(html=text).template
    assert codes(a_newsletter(template=template)) == {code: False}


def test_who_has_no_text_in_their_language_is_counted() -> None:
    a_profile(language="de_DE")
    a_profile(language="fr")
    problems, count = newsletter_problems(a_newsletter())
    assert count is not None
    assert count.number == 2
    assert [problem.message for problem in problems if problem.code == "language"] == [
        "There is no text in German: 1 recipient gets the one of the default language."
    ]


def test_it_begins_when_its_time_has_come() -> None:
    a_profile()
    newsletter = a_newsletter()
    at = clock.now() + timedelta(hours=2)
    assert newsletters.schedule_newsletter(newsletter, send_at=at) == 1
    prepare_all()
    assert not Delivery.objects.exists()
    with clock.at(at):
        prepare_all()
    newsletter.refresh_from_db()
    assert (newsletter.status, newsletter.began_at) == (Status.SENDING, at)


def test_a_time_that_is_over_is_refused() -> None:
    a_profile()
    with pytest.raises(Refused):
        newsletters.schedule_newsletter(a_newsletter(), send_at=clock.now() - timedelta(hours=1))


VERBS: dict[str, tuple[Callable[[Newsletter], object], set[str]]] = {
    "schedule": (newsletters.schedule_newsletter, {"draft"}),
    "unschedule": (newsletters.unschedule_newsletter, {"scheduled"}),
    "pause": (newsletters.pause_newsletter, {"preparing", "sending"}),
    "resume": (newsletters.resume_newsletter, {"paused"}),
    "cancel": (newsletters.cancel_newsletter, {"scheduled", "preparing", "sending", "paused"}),
}


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("status", Status.values)
def test_a_step_is_taken_only_from_where_it_may_be(verb: str, status: str) -> None:
    act, allowed = VERBS[verb]
    a_profile()
    newsletter = a_newsletter(send_at=clock.now(), status=status)
    if status in allowed:
        act(newsletter)
        assert Newsletter.objects.get().status != status
    else:
        with pytest.raises(Refused):
            act(newsletter)
        assert Newsletter.objects.get().status == status


def test_a_test_goes_to_an_address_with_the_data_of_a_profile() -> None:
    profile = a_profile("zoe@example.com", first_name="Zoé", accepts=())
    newsletter = a_newsletter(template=a_template())

    send_test(newsletter, to="me@shop.example", profile=profile)
    deliver("mail", 10)

    message = MailboxMessage.objects.get()
    assert (message.recipient, message.subject) == ("me@shop.example", "[Test] Bonjour Zoé")
    assert Delivery.objects.get().newsletter_id is None
    assert newsletter.status == Status.DRAFT


def test_a_test_needs_somebody_whose_data_it_shows() -> None:
    with pytest.raises(Refused):
        send_test(a_newsletter(), to="me@shop.example", profile=None)


def test_a_copy_is_a_draft_of_the_same() -> None:
    newsletter = a_newsletter(per_minute=5, status="sent", planned=7)
    copy = newsletters.copy_newsletter(newsletter)
    assert (copy.status, copy.planned, copy.per_minute, copy.template_id) == ("draft", 0, 5, newsletter.template_id)
    assert copy.uid != newsletter.uid
