"""A10 and double opt-in: the question, its mail, its page and what answers do."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from actions.base import Pending, Skipped, action_types
from actions.links import CONFIRM
from actions.models import Delivery, MailboxMessage
from actions.sending import deliver
from crm import clock
from crm.models import Consent, ConsentChange, ConsentDefinition, ConsentWording, Profile, Template, TemplateText
from crm.services.consents import set_consent
from crm.services.expiry import expire_consents
from tests.factories.causes import BY_API, BY_IMPORT
from tests.factories.consents import ConsentDefinitionFactory, ConsentWordingFactory
from tests.factories.deliveries import a_definition, a_profile
from tests.factories.steps import a_step
from tests.factories.workflows import action, live
from tests.workflows.engine.driving import call, states, work

pytestmark = pytest.mark.django_db


@pytest.fixture
def stranger() -> Client:
    """A person's browser: no cookie, no login, and CSRF checks on."""
    return Client(enforce_csrf_checks=True)


def a_double_opt_in(**values: object) -> ConsentDefinition:
    return ConsentDefinitionFactory(
        **{"name": "News", "label": {"en": "Our news", "fr": "Nos nouvelles"}, "is_double_opt_in": True, **values}
    )


def accept(profile: Profile, definition: ConsentDefinition) -> Consent:
    return set_consent(profile, definition=definition, status="accepted", cause=BY_API, source="form")


def status_of(profile: Profile) -> str:
    return str(Consent.objects.get(profile=profile, definition__name="News").status)


def page_of(delivery: Delivery) -> str:
    return CONFIRM.path(delivery.uid)


def test_accepting_asks_by_mail_and_the_click_accepts(stranger: Client) -> None:
    wording = ConsentWordingFactory(definition=a_double_opt_in(), version=2, text="I want your news.")
    profile = a_profile("zoe@example.com", accepts=(), language="en")

    accept(profile, wording.definition)
    deliver("mail", 10)

    message, delivery = MailboxMessage.objects.get(), Delivery.objects.get()
    assert message.recipient == "zoe@example.com"
    assert "Our news" in message.subject
    assert "I want your news." in message.text
    assert CONFIRM.url(delivery.uid) in message.text
    assert "List-Unsubscribe" not in message.headers

    assert stranger.get(page_of(delivery)).status_code == 200
    assert status_of(profile) == "to_confirm"
    answer = stranger.post(page_of(delivery))
    assert answer.status_code == 200
    assert not stranger.cookies
    assert status_of(profile) == "accepted"
    change = ConsentChange.objects.get(status="accepted")
    assert (change.source, change.source_id, change.wording_version) == ("double_opt_in", str(delivery.uid), 2)
    assert list(ConsentChange.objects.values_list("old_status", "status").order_by("id")) == [
        ("unknown", "to_confirm"),
        ("to_confirm", "accepted"),
    ]


def test_a_scanner_that_looks_at_the_link_changes_nothing(stranger: Client) -> None:
    profile = a_profile(accepts=())
    accept(profile, a_double_opt_in())
    page = page_of(Delivery.objects.get())

    for _time in range(3):
        stranger.get(page)
        stranger.head(page)

    assert status_of(profile) == "to_confirm"
    assert stranger.put(page).status_code == 405


def test_clicking_twice_is_clicking_once(stranger: Client) -> None:
    accept(a_profile(accepts=()), a_double_opt_in())
    page = page_of(Delivery.objects.get())

    answers = [stranger.post(page) for _time in range(2)]

    assert answers[0].content == answers[1].content
    assert ConsentChange.objects.filter(status="accepted").count() == 1


def test_a_question_runs_out_and_its_link_with_it(stranger: Client) -> None:
    profile = a_profile(accepts=())
    accept(profile, a_double_opt_in(confirm_within_days=3))
    page = page_of(Delivery.objects.get())

    with clock.at(clock.now() + timedelta(days=3, minutes=1)):
        assert b"<button" not in stranger.post(page).content
        assert status_of(profile) == "to_confirm"
        expire_consents()

    assert status_of(profile) == "unknown"
    assert ConsentChange.objects.latest("id").source == "expiry"


def test_an_old_link_does_not_answer_a_new_question(stranger: Client) -> None:
    profile, definition = a_profile(accepts=()), a_double_opt_in(confirm_within_days=3)
    accept(profile, definition)
    old = page_of(Delivery.objects.get())

    with clock.at(clock.now() + timedelta(days=5)):
        expire_consents()
        accept(profile, definition)
        assert Delivery.objects.count() == 2
        stranger.post(old)
        assert status_of(profile) == "to_confirm"
        stranger.post(page_of(Delivery.objects.latest("id")))

    assert status_of(profile) == "accepted"


def test_who_refuses_meanwhile_gets_no_mail_and_the_link_does_nothing(stranger: Client) -> None:
    profile, definition = a_profile(accepts=()), a_double_opt_in()
    accept(profile, definition)
    set_consent(profile, definition=definition, status="refused", cause=BY_API)

    deliver("mail", 10)
    stranger.post(page_of(Delivery.objects.get()))

    assert (Delivery.objects.get().status, Delivery.objects.get().reason) == ("skipped", "question_answered")
    assert status_of(profile) == "refused"


@pytest.mark.parametrize("token", ["x", "AAAA:BBBB", "a" * 3000])
def test_a_link_that_is_not_ours_leads_nowhere(stranger: Client, token: str) -> None:
    assert stranger.get(f"/confirm/{token}/").status_code == 404
    assert stranger.post(f"/confirm/{token}/").status_code == 404


def test_the_mail_and_the_page_speak_the_profiles_language(stranger: Client) -> None:
    accept(a_profile(accepts=(), language="fr_FR"), a_double_opt_in())
    deliver("mail", 10)

    assert "Nos nouvelles" in MailboxMessage.objects.get().subject
    page = stranger.get(page_of(Delivery.objects.get())).content.decode()
    assert '<html lang="fr">' in page
    assert "Nos nouvelles" in page


def test_a_template_takes_the_place_of_our_text_and_never_lacks_the_link() -> None:
    template = Template.objects.create(name="Confirm", kind="service")
    TemplateText.objects.create(template=template, language="en", subject="One click", html="<p>Hello</p>")
    accept(a_profile(accepts=(), language="en"), a_double_opt_in(confirmation_template=template))

    deliver("mail", 10)

    message = MailboxMessage.objects.get()
    assert message.subject == "One click"
    assert CONFIRM.url(Delivery.objects.get().uid) in message.html


def test_words_that_look_like_merge_tags_are_only_words() -> None:
    wording = ConsentWordingFactory(definition=a_double_opt_in(), text="{{ profile.email }} <b>{% if")
    accept(a_profile("zoe@example.com", accepts=(), language="en"), wording.definition)

    deliver("mail", 10)

    assert Delivery.objects.get().status == "sent"
    assert "zoe@example.com" not in MailboxMessage.objects.get().text
    assert "<b>" not in MailboxMessage.objects.get().html


def test_nobody_is_asked_by_an_import_or_where_a_workflow_asks() -> None:
    accept(a_profile(accepts=()), a_double_opt_in(asks_at_once=False))
    other = ConsentDefinitionFactory(name="Other", is_double_opt_in=True)
    set_consent(a_profile(accepts=()), definition=other, status="to_confirm", cause=BY_IMPORT)

    assert not Delivery.objects.exists()


def test_a_choice_made_to_and_fro_floods_nobody(stranger: Client) -> None:
    profile, definition = a_profile(accepts=()), a_double_opt_in()
    accept(profile, definition)
    deliver("mail", 10)
    for _time in range(5):
        set_consent(profile, definition=definition, status="refused", cause=BY_API)
        accept(profile, definition)

    stranger.post(page_of(Delivery.objects.get()))
    assert status_of(profile) == "accepted"

    with clock.at(clock.now() + timedelta(minutes=11)):
        set_consent(profile, definition=definition, status="refused", cause=BY_API)
        accept(profile, definition)
    assert Delivery.objects.count() == 2


def test_a_step_asks_those_whose_consent_is_unknown_or_waits() -> None:
    definition = a_double_opt_in(asks_at_once=False)
    unknown, waits, refused, accepted, silent = (
        a_profile(accepts=()),
        a_profile(accepts=()),
        a_profile(accepts=()),
        a_profile(accepts=()),
        a_profile("", accepts=()),
    )
    accept(waits, definition)
    set_consent(refused, definition=definition, status="refused", cause=BY_API)
    set_consent(accepted, definition=definition, status="accepted", cause=BY_IMPORT)
    type_ = action_types["ask_consent"]({"consent": "News"})
    people = [unknown, waits, refused, accepted, silent]

    effects = [next(type_.plan(a_step(profile))) for profile in people]
    outcomes = type(effects[0]).apply_many(effects)

    assert [type(outcome) for outcome in outcomes] == [Pending, Pending, Skipped, Skipped, Skipped]
    reasons = [outcome.reason for outcome in outcomes if isinstance(outcome, Skipped)]
    assert reasons == ["consent_refused", "consent_accepted", "no_address"]
    assert (status_of(unknown), status_of(waits), status_of(refused)) == ("to_confirm", "to_confirm", "refused")
    assert not Consent.objects.filter(profile=silent).exists()


def test_a_workflow_asks_waits_for_the_mail_and_goes_on(stranger: Client) -> None:
    a_double_opt_in(asks_at_once=False)
    live(action("ask_consent", consent="News"), action("add_tag", tag="asked"))
    profile = a_profile(accepts=())

    call(profile)
    work()

    assert states() == [("done", "")]
    delivery = Delivery.objects.get()
    assert delivery.status == "sent"
    stranger.post(page_of(delivery))
    assert status_of(profile) == "accepted"


def test_an_automation_withdraws_and_never_accepts() -> None:
    basis = a_definition("LegalBasisOptin", kind="legal_basis")
    given, never = a_profile(accepts=("NewsEmail",)), a_profile(accepts=())
    live(action("withdraw_consent", consents=["LegalBasisOptin", "NewsEmail"]))

    for profile in (given, never):
        call(profile)
    work()

    assert Consent.objects.get(profile=given, definition__name="NewsEmail").status == "refused"
    assert not Consent.objects.filter(profile=given, definition=basis).exists()
    assert not Consent.objects.filter(profile=never).exists()
    assert states() == [("done", ""), ("stopped", "consent_not_given")]
    change = ConsentChange.objects.latest("id")
    assert (change.origin, change.source) == ("workflow", "workflow")
    assert change.run_id is not None


def test_withdrawing_takes_as_many_queries_for_one_as_for_many() -> None:
    counts = []
    for number in (1, 20):
        steps = [a_step(a_profile()) for _index in range(number)]
        effects = [next(action_types["withdraw_consent"]({"consents": ["NewsEmail"]}).plan(step)) for step in steps]
        with CaptureQueriesContext(connection) as queries:
            type(effects[0]).apply_many(effects)
        counts.append(len(queries))

    assert abs(counts[1] - counts[0]) <= 2  # COPY numbers its rows first


def test_the_words_of_a_mail_are_those_of_its_time(stranger: Client) -> None:
    wording = ConsentWordingFactory(definition=a_double_opt_in(), version=1, text="The first words.")
    accept(a_profile(accepts=()), wording.definition)
    ConsentWording.objects.create(definition=wording.definition, version=2, language="en", text="Other words.")

    page = stranger.get(page_of(Delivery.objects.get())).content.decode()
    stranger.post(page_of(Delivery.objects.get()))

    assert "The first words." in page
    assert ConsentChange.objects.get(status="accepted").wording_version == 1
