"""Whatever is written into an SMS, a template or a Brevo attribute, and whatever a phone is, nothing breaks."""

import json

import pytest

from actions.channels.sms_text import size_of, with_stop, without_tags
from actions.integrations import integration_kinds
from actions.models import Delivery
from actions.models.delivery import ENDED, Status
from actions.phones import country_of, mobile_number, time_zone_of
from actions.replies import is_stop, take_reply
from actions.sending import deliver
from tests.factories.integrations import a_mobile_profile, an_sms
from tests.naughty import naughty_strings

pytestmark = pytest.mark.django_db
STRINGS = naughty_strings()


@pytest.mark.parametrize("kind", ["twilio", "whatsapp", "brevo", "webhook"])
def test_forms_of_integrations_take_or_refuse_it(kind: str) -> None:
    form_class = integration_kinds[kind].form_class
    for text in STRINGS:
        form = form_class(dict.fromkeys(form_class().fields, text))
        form.is_valid()
        assert json.dumps(form.settings())


def test_phones_that_are_none_are_none() -> None:
    for text in STRINGS:
        assert mobile_number(text, "FR") == ""
        assert isinstance(country_of(text) + time_zone_of(text), str)
        assert take_reply(text, "STOP", channel="sms") == 0
        is_stop(text)
        assert size_of(with_stop(without_tags(text), "", "fr")).parts > 0


def test_it_is_sent_as_a_value_as_it_is() -> None:
    profile = a_mobile_profile()
    rules = {"purpose": "service", "consents": ["NewsSms"]}
    for number, text in enumerate(STRINGS):
        if "\0" not in text:
            an_sms("{{ data.text }}", profile, rules=rules, context={"data": {"text": text}}, run_id=number)
    Delivery.objects.update(run_id=None)
    while deliver("http", 100):
        pass
    assert set(Delivery.objects.values_list("status", flat=True)) <= ENDED
    assert Delivery.objects.filter(status=Status.SENT).count() > len(STRINGS) / 2
    assert set(Delivery.objects.filter(status=Status.FAILED).values_list("reason", flat=True)) <= {"empty"}
