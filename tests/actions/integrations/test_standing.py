"""Which actions are offered with the integrations as they are."""

import pytest

from actions.base import Pending, Skipped, action_types
from actions.integrations import locked_actions, make_target
from actions.models import Delivery
from tests.actions.types.examples import brevo_list, send_sms, send_whatsapp
from tests.factories.integrations import a_brevo, a_mobile_profile, a_twilio, a_whatsapp
from tests.factories.steps import a_step

pytestmark = pytest.mark.django_db
BREVO = {"brevo_contact", "brevo_add_to_list", "brevo_remove_from_list", "brevo_template"}


def done(kind: str, config: dict[str, object], **fields: object) -> object:
    action = action_types[kind](config)
    effect = next(action.plan(a_step(a_mobile_profile(**fields))))  # type: ignore[arg-type]
    return type(effect).apply_many([effect])[0]


def test_before_anything_is_set_up_sms_and_whatsapp_can_be_tried_out() -> None:
    assert set(locked_actions()) == {"call_webhook", *BREVO}


def test_what_is_switched_on_unlocks_its_actions(django_assert_num_queries: object) -> None:
    make_target(name="Shop", url="https://shop.example/hook")
    a_brevo()
    a_twilio()
    with django_assert_num_queries(1):  # type: ignore[operator]
        assert locked_actions() == {}


def test_what_is_switched_off_locks_them() -> None:
    a_twilio(is_active=False)
    a_whatsapp(is_active=False)
    a_brevo(is_active=False)
    assert set(locked_actions()) == {"send_sms", "send_whatsapp", "call_webhook", *BREVO}


def test_a_step_whose_integration_was_switched_off_is_skipped() -> None:
    brevo = brevo_list()
    a_twilio(is_active=False)
    a_whatsapp(is_active=False)
    a_brevo(is_active=False)
    off = Skipped("integration_off")
    assert done("send_sms", send_sms()) == off
    assert done("send_whatsapp", send_whatsapp()) == off
    assert done("brevo_add_to_list", brevo) == off
    assert not Delivery.objects.exists()


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"mobile": ""}, "no_mobile"),
        ({"mobile": "+33142345678"}, "bad_mobile"),
        ({"mobile": "+32470123456", "country": "BE"}, "country"),
    ],
)
def test_whom_no_sms_reaches_is_skipped_with_the_reason(fields: dict[str, str], reason: str) -> None:
    a_twilio(countries=["FR"])
    assert done("send_sms", send_sms(), **fields) == Skipped(reason)


@pytest.mark.parametrize("country", ["FR", ""])
def test_a_supported_country_or_none_is_written_to(country: str) -> None:
    a_twilio(countries=["FR"])
    assert done("send_sms", send_sms(), country=country) == Pending(1, {"to": ["+33612345678"]})
