"""T4 and T11 the whole way: from what a customer does to what they get."""

import pytest

from actions.models import Delivery
from actions.types.email_form import SendEmailForm
from crm.beginnings import make_beginnings
from crm.cause import Cause, Origin
from crm.models import ConsentDefinition, Participation
from crm.services.consents import set_consent
from crm.services.orders import upsert_order
from crm.services.participations import record_participation
from crm.services.referrals import follow_referee, start_referral
from tests.factories.causes import BY_API, BY_IMPORT
from tests.factories.modules import ModuleFactory, ReferralModuleFactory, ReferralSettingsFactory
from tests.factories.people import ProfileFactory
from tests.factories.workflows import action, called, live, trigger
from tests.workflows.engine.driving import call, runs, states, work
from triggers.models import Event, Kind
from workflows.validation import check_document

pytestmark = pytest.mark.django_db


def letter(to="profile", **config):
    message = {"source": "own", "subject": "{{ profile.first_name }}", "html": "<p>Hello</p>", "text": ""}
    return action("send_email", to=to, purpose="marketing", consents=["NewsEmail"], **{**message, **config})


def accepting(**about):
    profile = ProfileFactory(**about)
    set_consent(profile, definition=ConsentDefinition.objects.get(name="NewsEmail"), status="accepted", cause=BY_API)
    return profile


def validated(sponsor, referee, module=None):
    module = module or ReferralModuleFactory()
    start_referral(sponsor, referee, module=module, cause=BY_API)
    upsert_order(referee, cause=BY_API, reference=f"R{referee.pk}", status="paid", amount=100)
    follow_referee(referee.pk, cause=BY_API)
    return module


@pytest.mark.parametrize(("moment", "begun", "complete"), [("started", 1, 1), ("completed", 0, 1)])
def test_a_participation_starts_a_run_when_asked(moment, begun, complete) -> None:
    live(action("give_points", points=1), triggers=[trigger("module_participation", which="all", moment=moment)])
    taking_part = Participation(profile=ProfileFactory(), module=ModuleFactory())
    record_participation(taking_part, cause=BY_API, answers={"colour": "blue"})
    work()
    assert len(runs()) == begun
    record_participation(taking_part, cause=BY_API, is_complete=True)
    work()
    assert len(runs()) == complete
    seen = Event.objects.get(kind=Kind.PARTICIPATION_COMPLETED).snapshot["participation"]
    assert (seen["answers"], seen["complete"], seen["kind"]) == ({"colour": "blue"}, True, "game")


def test_only_chosen_modules_start_a_run_and_imports_never() -> None:
    chosen, other = ModuleFactory(), ModuleFactory()
    options = {"which": "chosen", "modules": [str(chosen.uid)], "moment": "started"}
    live(action("give_points", points=1), triggers=[trigger("module_participation", **options)])
    profile = ProfileFactory()
    record_participation(Participation(profile=profile, module=other), cause=BY_API)
    record_participation(Participation(profile=profile, module=chosen), cause=BY_IMPORT)
    work()
    assert runs() == []
    record_participation(Participation(profile=profile, module=chosen), cause=BY_API)
    work()
    assert states() == [("done", "")]


def test_a_validated_referral_is_the_sponsors_run_and_is_validated_once() -> None:
    live(action("give_points", points=7), triggers=[trigger("referral_validated", which="all")])
    sponsor, referee = ProfileFactory.create_batch(2)
    validated(sponsor, referee)
    follow_referee(referee.pk, cause=Cause(Origin.API))
    work()
    [run] = runs()
    seen = run.event.snapshot["referral"]
    assert run.profile == sponsor
    assert (seen["referee"]["id"], seen["sponsor"]["id"], seen["status"]) == (referee.pk, sponsor.pk, "validated")


def test_the_referee_is_written_to_by_name_and_asked_for_their_own_consent() -> None:
    make_beginnings()
    live(letter(), letter("referee"), triggers=[trigger("referral_validated", which="all")])
    sponsor, referee = accepting(first_name="Anna"), accepting(first_name="Bea")
    validated(sponsor, referee)
    work()
    sent = Delivery.objects.order_by("id").values_list(
        "recipient", "profile_id", "status", "context__profile__first_name"
    )
    assert list(sent) == [(sponsor.email, sponsor.pk, "sent", "Anna"), (referee.email, referee.pk, "sent", "Bea")]


def test_a_referee_who_accepts_nothing_is_not_written_to_whatever_the_sponsor_accepts() -> None:
    make_beginnings()
    live(letter("referee"), action("give_points", points=1), triggers=[trigger("referral_validated", which="all")])
    validated(accepting(), ProfileFactory())
    work()
    assert list(Delivery.objects.values_list("status", "reason")) == [("skipped", "no_consent")]
    assert states() == [("done", "")]


def test_in_a_run_that_no_referral_started_there_is_nobody_to_write_to() -> None:
    make_beginnings()
    both = [trigger("referral_validated", which="all"), called()]
    live(letter("referee"), action("give_points", points=1), triggers=both)
    call(accepting())
    work()
    assert not Delivery.objects.exists()
    assert states() == [("done", "")]


def test_the_referee_is_offered_with_that_trigger_only() -> None:
    make_beginnings()
    for topics, offered in (({"referral"}, True), ({"order"}, False), (set(), False)):
        choices = [name for name, _label in SendEmailForm(context={"topics": topics}).fields["to"].choices]
        assert ("referee" in choices) is offered
    wrong = {"name": "x", "triggers": [called()], "settings": {}, "steps": [letter("referee")]}
    assert [problem.code for problem in check_document(wrong)] == ["form"]


def test_a_referral_settings_of_its_own_module_still_gives_its_points() -> None:
    live(action("give_points", points=7), triggers=[trigger("referral_validated", which="all")])
    settings = ReferralSettingsFactory()
    sponsor, referee = ProfileFactory.create_batch(2)
    validated(sponsor, referee, settings.module)
    work()
    assert (sponsor.pot.balance, referee.pot.balance) == (107, 20)
