"""Each type of action, filled in the builder, is done by a run: seen where it arrives."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from actions.base import action_types
from actions.integrations import make_target
from actions.models import MailboxMessage
from crm.models import Profile
from tests.browser.catalogue.building import activate, fill, save
from tests.browser.catalogue.starters import CALL, ORDER
from tests.browser.conftest import OpenPage
from tests.browser.settling import choose
from tests.factories import drafts
from tests.factories.consents import ConsentDefinitionFactory
from tests.factories.integrations import a_brevo, a_mobile_profile, a_twilio, a_whatsapp
from tests.factories.people import ProfileTagFactory, TagFactory
from tests.factories.points import CouponPoolFactory, give_points
from tests.factories.sales import OrderFactory
from tests.providers.fixtures import Providers
from tests.workflows.admin.pages import at
from tests.workflows.engine.driving import call, states, work

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Row = dict[str, Any]


@dataclass(frozen=True)
class Case:
    """What is filled in, and what is there when the run has ended; `sees` is given the profile and the providers."""

    options: Mapping[str, Any]
    sees: Callable[[Profile, Providers], bool]
    trigger: Row = field(default_factory=lambda: CALL)


def _tags(profile: Profile) -> list[str]:
    return sorted(str(link.tag) for link in profile.tags.all())


def _field(profile: Profile) -> str:
    profile.refresh_from_db()
    return profile.city


def _mails() -> list[tuple[str, str]]:
    return list(MailboxMessage.objects.values_list("recipient", "subject"))


def _status(profile: Profile, name: str) -> str:
    return profile.consents.get(definition__name=name).status


def _landed(address: str) -> bool:
    return [recipient for recipient, _subject in _mails()] == [address]


def brevo_entry(profile: Profile, attributes: dict[str, str] | None, lists: list[int]) -> Row:
    said: Row = {"contact": profile.email, "email": profile.email, "listIds": lists, "updateEnabled": True}
    return said if attributes is None else {**said, "attributes": attributes}


MAIL = {"consents": ["NewsEmail"], "source": "own", "subject": "Hello {{ profile.first_name }}", "html": "<p>Hi</p>"}
TEAM = {"addresses": "team@shop.example", "subject": "Look", "text": "{{ profile.email }} called."}

CASES = {
    "send_email": Case(MAIL, lambda profile, _out: _mails() == [(profile.email, "Hello Zoé")]),
    "points_on_order": Case(
        {"points": 1, "per": "1.00", "statuses": ["paid"]}, lambda profile, _out: profile.pot.balance == 114, ORDER
    ),
    "give_points": Case({"points": 5}, lambda profile, _out: profile.pot.balance == 105),
    "take_points": Case({"points": 5}, lambda profile, _out: profile.pot.balance == 95),
    "add_tag": Case({"tag": "Gold"}, lambda profile, _out: _tags(profile) == ["Gold", "Old"]),
    "remove_tag": Case({"tag": "Old"}, lambda profile, _out: _tags(profile) == []),
    "set_field": Case(
        {"field": "city", "mode": "value", "value": "Lyon"}, lambda profile, _out: _field(profile) == "Lyon"
    ),
    "call_webhook": Case(
        {"target": "the shop", "event": "shop.called"},
        lambda _profile, out: [body["type"] for body in out.shop.accepted()] == ["shop.called"],
    ),
    "give_coupon": Case({"pool": "the pool"}, lambda profile, _out: profile.coupons.count() == 1),
    "ask_consent": Case({"consent": "Asked"}, lambda profile, _out: _status(profile, "Asked") == "to_confirm"),
    "withdraw_consent": Case(
        {"consents": ["NewsEmail"]}, lambda profile, _out: _status(profile, "NewsEmail") == "refused"
    ),
    "send_sms": Case(
        {"consents": ["NewsSms"], "text": "Hello {{ profile.first_name }}"},
        lambda profile, out: (
            [(sms["To"], sms["Body"]) for sms in out.twilio.accepted()] == [(profile.mobile, "Hello Zoé\nSTOP")]
        ),
    ),
    "send_whatsapp": Case(
        {
            "consents": ["NewsSms"],
            "template": "welcome_back",
            "codes": "en",
            "header": "New",
            "body": "{{ profile.first_name }}\nParis",
            "button": "X1",
        },
        lambda profile, out: (
            [(each["to"], each["template"]["name"]) for each in out.meta.accepted()]
            == [(profile.mobile, "welcome_back")]
        ),
    ),
    "brevo_contact": Case(
        {"attributes": "FIRSTNAME = {{ profile.first_name }}", "lists": "3"},
        lambda profile, out: out.brevo.accepted() == [brevo_entry(profile, {"FIRSTNAME": "Zoé"}, [3])],
    ),
    "brevo_add_to_list": Case(
        {"list": 3}, lambda profile, out: out.brevo.accepted() == [brevo_entry(profile, None, [3])]
    ),
    "brevo_remove_from_list": Case(
        {"list": 3}, lambda profile, out: out.brevo.accepted() == [{"contact": profile.email, "unlinkListIds": [3]}]
    ),
    "brevo_template": Case(
        {"consents": ["NewsEmail"], "template": 7, "params": "NAME = {{ profile.first_name }}"},
        lambda profile, out: (
            [(each["to"], each["params"]) for each in out.brevo.accepted()]
            == [([{"email": profile.email}], {"NAME": "Zoé"})]
        ),
    ),
    "notify_team": Case(TEAM, lambda _profile, _out: _mails() == [("team@shop.example", "Look")]),
}


def test_there_is_a_case_for_every_type() -> None:
    assert CASES.keys() == set(action_types.kinds())


@pytest.mark.parametrize("kind", CASES)
def test_an_action_is_filled_in_and_done(open_page: OpenPage, providers: Providers, kind: str) -> None:
    case = CASES[kind]
    profile = a_mobile_profile(
        accepts=("NewsEmail", "NewsSms"), city="Paris", language="en", country="BE", mobile="+32470123456"
    )
    ConsentDefinitionFactory(name="Asked")
    pool = CouponPoolFactory(is_generated=True)
    a_brevo(providers.url("/brevo/v3"))
    providers.brevo.contacts.add(profile.email)
    a_twilio(providers.url("/twilio"), account=providers.twilio.sid)
    a_whatsapp(providers.url("/meta/v23.0"), number=providers.meta.number)
    ProfileTagFactory(profile=profile, tag=TagFactory(name="Old"))
    give_points(profile, 100)
    target, providers.shop.secret = make_target(name="the shop", url=providers.url("/shop/hook"))
    workflow = drafts.draft_workflow(drafts.tag("a", "to be replaced"), triggers=[case.trigger])
    page = open_page()
    page.goto(at("step", workflow.pk, "a"))
    choose(page, "What to do", str(action_types[kind].label))
    known = {"the shop": str(target.uid), "the pool": str(pool.uid)}
    fill(
        page,
        {name: known.get(value, value) if isinstance(value, str) else value for name, value in case.options.items()},
    )
    save(page)
    activate(page, workflow)

    if case.trigger is CALL:
        call(profile)
    else:
        OrderFactory(profile=profile, status="paid", amount=1_450)
    work()

    assert states() == [("done", "")]
    profile.pot.refresh_from_db()
    assert case.sees(profile, providers)
