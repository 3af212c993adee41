"""Referrals: who may sponsor whom, objectives, gifts, and their taking back."""

import pytest

from crm.errors import Invalid, Refused
from crm.models import Referral
from crm.services.consents import confirm_consent
from crm.services.referrals import start_referral
from tests.factories.causes import BY_API
from tests.factories.consents import ConsentDefinitionFactory, ConsentFactory
from tests.factories.modules import ModuleFactory, ReferralFactory, ReferralModuleFactory, ReferralSettingsFactory
from tests.factories.people import ProfileFactory
from tests.factories.points import CouponPoolFactory
from tests.factories.sales import OrderFactory
from triggers.models import Event, Kind

pytestmark = pytest.mark.django_db


def referred(**settings: object) -> Referral:
    module = ReferralSettingsFactory(**settings).module
    return start_referral(ProfileFactory(), ProfileFactory(), module=module, cause=BY_API)


def balance(profile: object) -> int:
    pot = getattr(type(profile).objects.get(pk=profile.pk), "pot", None)
    return pot.balance if pot else 0


def test_an_order_validates_the_referral_and_gives_points_to_both() -> None:
    referral = referred(sponsor_points=100, referee_points=20)
    assert (referral.status, referral.objectives) == ("pending", ["signed_up"])

    order = OrderFactory(profile=referral.referee)

    referral.refresh_from_db()
    assert (referral.status, referral.order, referral.objectives) == ("validated", order, ["signed_up", "ordered"])
    assert (balance(referral.sponsor), balance(referral.referee)) == (100, 20)
    assert set(referral.movements.values_list("source", "origin")) == {("referral", "referral")}


def test_it_is_validated_when_all_objectives_are_met_and_not_before() -> None:
    referral = referred(needs_confirmed_email=True, minimum_order=5000)
    consent = ConsentFactory(
        profile=referral.referee, definition=ConsentDefinitionFactory(is_double_opt_in=True), status="accepted"
    )

    order = OrderFactory(profile=referral.referee, amount=4999)
    confirm_consent(consent, cause=BY_API)
    referral.refresh_from_db()
    assert (referral.status, referral.objectives) == ("pending", ["signed_up", "confirmed_email"])

    order.amount = 5000
    order.save()
    referral.refresh_from_db()
    assert referral.status == "validated"


def test_signing_up_is_enough_where_nothing_else_is_asked() -> None:
    assert Referral.objects.get(pk=referred(needs_order=False).pk).status == "validated"


@pytest.mark.parametrize("end", ["cancelled", "refunded"])
def test_points_are_taken_back_when_the_qualifying_order_ends(end: str) -> None:
    referral = referred()
    order = OrderFactory(profile=referral.referee)

    order.status = end
    order.save()

    referral.refresh_from_db()
    assert (referral.status, referral.order) == ("pending", None)
    assert referral.taken_back_at is not None
    assert (balance(referral.sponsor), balance(referral.referee)) == (0, 0)


def test_they_stay_where_the_module_says_so() -> None:
    referral = referred(takes_back=False)
    order = OrderFactory(profile=referral.referee)

    order.status = "refunded"
    order.save()

    referral.refresh_from_db()
    assert (referral.status, balance(referral.sponsor)) == ("validated", 100)


def test_another_order_may_stand_for_the_one_that_was_cancelled() -> None:
    referral = referred()
    first = OrderFactory(profile=referral.referee)
    second = OrderFactory(profile=referral.referee)

    first.status = "cancelled"
    first.save()

    referral.refresh_from_db()
    assert (referral.status, referral.order) == ("validated", second)
    assert balance(referral.sponsor) == 100


def test_a_referral_is_stated_as_validated_once_however_often_its_order_comes_and_goes() -> None:
    referral = referred()
    order = OrderFactory(profile=referral.referee)

    for status in ("cancelled", "paid", "cancelled", "paid"):
        order.status = status
        order.save()

    event = Event.objects.get(kind=Kind.REFERRAL_VALIDATED)
    assert (event.profile, event.name) == (referral.sponsor, str(referral.module.uid))
    assert event.snapshot["referral"]["referee"]["email"] == referral.referee.email
    assert balance(referral.sponsor) == 100


def test_coupons_are_given_and_taken_back_while_unused() -> None:
    pool = CouponPoolFactory(is_generated=True)
    referral = referred(sponsor_points=0, sponsor_pool=pool, referee_pool=pool)
    order = OrderFactory(profile=referral.referee)
    mine = referral.coupons.get(profile=referral.sponsor)
    assert mine.taken_back_at is None

    order.status = "cancelled"
    order.save()

    assert referral.coupons.filter(taken_back_at=None).count() == 0


def test_a_referee_has_one_sponsor() -> None:
    referral = ReferralFactory()

    with pytest.raises(Refused):
        start_referral(ProfileFactory(), referral.referee, module=referral.module, cause=BY_API)


def test_a_referee_has_no_earlier_order() -> None:
    referee = OrderFactory().profile

    with pytest.raises(Refused):
        start_referral(ProfileFactory(), referee, module=ReferralModuleFactory(), cause=BY_API)


@pytest.mark.parametrize("alias", ["jean.dupont+friend@gmail.com", "JeanDupont@gmail.com"])
def test_nobody_sponsors_themself(alias: str) -> None:
    sponsor = ProfileFactory(email="jean.dupont@gmail.com")
    referee = ProfileFactory(email=alias)

    with pytest.raises(Refused):
        start_referral(sponsor, referee, module=ReferralModuleFactory(), cause=BY_API)
    with pytest.raises(Refused):
        start_referral(sponsor, sponsor, module=ReferralModuleFactory(), cause=BY_API)


def test_two_profiles_without_an_email_may_sponsor_each_other() -> None:
    sponsor, referee = ProfileFactory(email="", external_id="a"), ProfileFactory(email="", external_id="b")

    assert start_referral(sponsor, referee, module=ReferralModuleFactory(), cause=BY_API).pk


def test_only_a_referral_module_takes_referrals_and_they_stay_with_their_people() -> None:
    with pytest.raises(Invalid):
        ReferralFactory(module=ModuleFactory(kind="game"))

    referral = ReferralFactory()
    referral.sponsor = ProfileFactory()
    with pytest.raises(Invalid):
        referral.save()


def test_an_order_that_was_no_objective_takes_nothing_back_when_it_is_cancelled() -> None:
    module = ReferralSettingsFactory(needs_order=False, needs_confirmed_email=True).module
    referral = start_referral(ProfileFactory(), ProfileFactory(), module=module, cause=BY_API)
    order = OrderFactory(profile=referral.referee)
    definition = ConsentDefinitionFactory(is_double_opt_in=True)
    confirm_consent(ConsentFactory(profile=referral.referee, definition=definition, status="accepted"), cause=BY_API)

    order.status = "cancelled"
    order.save()

    referral.refresh_from_db()
    assert (referral.status, balance(referral.sponsor)) == ("validated", 100)
