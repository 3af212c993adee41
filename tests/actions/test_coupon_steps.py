"""A7 from an event to the mail that carries the code."""

import json
from typing import Any

import pytest

from actions.integrations import make_target
from actions.models import MailboxMessage
from crm.models import Coupon, CouponPool
from crm.services.coupon_codes import add_codes
from tests.actions.http_sink import HttpSink
from tests.factories.deliveries import a_definition, a_profile
from tests.factories.points import CouponPoolFactory
from tests.factories.workflows import action, live
from tests.workflows.engine.driving import call, states, work

pytestmark = pytest.mark.django_db


def coupon_then_mail(pool: CouponPool, *, announce: str | None = None, **settings: Any) -> None:
    """Activate a workflow that gives a coupon, then mails its code."""
    a_definition()
    live(
        action("give_coupon", pool=str(pool.uid), announce=announce),
        action(
            "send_email",
            to="profile",
            purpose="marketing",
            consents=["NewsEmail"],
            source="own",
            subject="{{ data.coupon.code }}: {{ data.coupon.value }}",
            text="Valid until {{ data.coupon.valid_until }}",
        ),
        **settings,
    )


def test_a_mail_after_it_carries_the_code_its_value_and_validity() -> None:
    pool = CouponPoolFactory(discount="amount", value=1250, valid_for_days=30)
    add_codes(pool, codes=["SUMMER-1"])
    coupon_then_mail(pool)
    profile = a_profile()

    call(profile)
    work()

    coupon = Coupon.objects.get()
    assert (coupon.profile, states()) == (profile, [("done", "")])
    assert coupon.run_id is not None
    message = MailboxMessage.objects.get()
    assert message.subject == "SUMMER-1: 12.50"
    assert coupon.valid_until is not None
    assert coupon.valid_until.isoformat()[:10] in message.text


def test_each_run_gets_a_code_of_its_own() -> None:
    coupon_then_mail(CouponPoolFactory(is_generated=True, prefix="HI-"))
    for _person in range(5):
        call(a_profile())

    work()

    subjects = set(MailboxMessage.objects.values_list("subject", flat=True))
    assert subjects == {f"{code}: 10" for code in Coupon.objects.values_list("code", flat=True)}
    assert len(subjects) == 5


@pytest.mark.parametrize(("stops", "state", "mails"), [(True, "failed", 0), (False, "done", 1)])
def test_an_empty_pool_is_a_failed_action(stops: bool, state: str, mails: int) -> None:
    coupon_then_mail(CouponPoolFactory(name="Summer"), stop_on_failure=stops)

    call(a_profile())
    work()

    assert states()[0][0] == state
    assert MailboxMessage.objects.count() == mails


def test_the_shop_knows_a_code_before_the_customer(http_sink: HttpSink) -> None:
    target, _secret = make_target(name="Shop", url=http_sink.url("/coupons"))
    coupon_then_mail(CouponPoolFactory(is_generated=True), announce=str(target.uid))

    call(a_profile())
    work()

    [told] = http_sink.got
    body = json.loads(told.body)
    assert body["type"] == "coupon.given"
    assert body["data"]["data"]["coupon"]["code"] == Coupon.objects.get().code
    assert (states(), MailboxMessage.objects.count()) == ([("done", "")], 1)


def test_a_code_that_the_shop_refuses_is_not_sent(http_sink: HttpSink) -> None:
    http_sink.answers["/coupons"] = (410, {}, 0)
    target, _secret = make_target(name="Shop", url=http_sink.url("/coupons"))
    coupon_then_mail(CouponPoolFactory(is_generated=True), announce=str(target.uid), stop_on_failure=True)

    call(a_profile())
    work()

    assert states()[0][0] == "failed"
    assert not MailboxMessage.objects.exists()


def test_a_target_switched_off_meanwhile_fails_the_action() -> None:
    target, _secret = make_target(name="Shop", url="https://shop.example/coupons")
    coupon_then_mail(CouponPoolFactory(is_generated=True), announce=str(target.uid), stop_on_failure=True)
    target.is_active = False
    target.save()

    call(a_profile())
    work()

    assert states()[0][0] == "failed"
    assert not MailboxMessage.objects.exists()
