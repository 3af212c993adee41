"""Mobile numbers in all spellings."""

import pytest

from actions.phones import mobile_number, spellings
from actions.replies import take_reply
from crm.models import Consent, ConsentDefinition
from tests.factories.deliveries import a_definition
from tests.factories.integrations import a_mobile_profile

TWINS = [
    ("+5215512345678", "+525512345678"),
    ("+5491123456789", "+541123456789"),
    ("+5511987654321", "+551187654321"),
]


@pytest.mark.parametrize(("one", "other"), TWINS)
def test_a_mobile_with_two_spellings_has_both(one: str, other: str) -> None:
    assert spellings(one) == spellings(other) == {one, other}


@pytest.mark.parametrize("number", ["+33612345678", "+551133334444", "+5255123456", "+5215512345678901"])
def test_any_other_number_has_one(number: str) -> None:
    assert spellings(number) <= {number}


@pytest.mark.parametrize("nonsense", ["", "+", "STOP", "12345", "+999999999999"])
def test_what_is_no_number_matches_nobody(nonsense: str) -> None:
    assert len(spellings(nonsense)) <= 1
    assert mobile_number(nonsense, "") == ""


@pytest.mark.parametrize(
    ("written", "country", "today"),
    [
        ("+52 1 55 1234 5678", "", "+525512345678"),
        ("011 15-2345-6789", "AR", "+5491123456789"),
        ("(11) 8765-4321", "BR", "+5511987654321"),
        ("+551133334444", "", ""),
        ("06 12 34 56 78", "FR", "+33612345678"),
        ("+33 1 23 45 67 89", "", ""),
    ],
)
def test_a_mobile_is_written_to_as_it_is_written_today(written: str, country: str, today: str) -> None:
    assert mobile_number(written, country) == today


@pytest.mark.django_db
@pytest.mark.parametrize("channel", ["sms", "whatsapp"])
@pytest.mark.parametrize("pair", [*TWINS[1:], *(twin[::-1] for twin in TWINS)])
def test_stop_is_heard_in_whatever_spelling_it_comes(channel: str, pair: tuple[str, str]) -> None:
    kept, given = pair
    definition = a_definition("NewsSms")
    ConsentDefinition.objects.filter(pk=definition.pk).update(channels=["sms", "whatsapp"])
    profile = a_mobile_profile(accepts=("NewsSms",), mobile=kept)
    assert take_reply(given, "STOP", channel=channel) == 1
    assert Consent.objects.get(profile=profile).status == "refused"
