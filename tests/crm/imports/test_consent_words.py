"""A word that is not known changes nobody's consent: its line is refused."""

import pytest

from crm.models import Consent
from crm.services.consents import set_consent
from tests.crm.imports.importing import figures, imported, why
from tests.factories.causes import BY_API
from tests.factories.deliveries import a_definition
from tests.factories.people import ProfileFactory

pytestmark = pytest.mark.django_db
YES = ["true", "vrai", "x", "X", "ok", "opt-in", "Opted in", "o", "Y", "1", "Oui", "YES", "accepté", "Abonnée", "✓"]
NO = ["false", "faux", "opt-out", "n", "0", "Non", "refusé", "désabonné", "unsubscribed"]


def file_of(word: str) -> str:
    a_definition("NewsEmail")
    return f"email;NewsEmail\nzoe@example.com;{word}\n"


def accepting() -> None:
    definition = a_definition("NewsEmail")
    profile = ProfileFactory(email="zoe@example.com")
    set_consent(profile, definition=definition, status="accepted", cause=BY_API)


@pytest.mark.parametrize(
    ("word", "status"),
    [
        *((word, "accepted") for word in YES),
        *((word, "refused") for word in NO),
        ("à confirmer", "to_confirm"),
        ("to_confirm", "to_confirm"),
    ],
)
def test_the_usual_words_of_both_languages_are_known(word: str, status: str) -> None:
    source = imported(file_of(word))
    assert why(source) == []
    assert Consent.objects.get().status == status


@pytest.mark.parametrize("word", ["peut-être", "maybe", "2", "??", "-", "pending"])
def test_another_word_refuses_its_line_and_takes_nothing_away(word: str) -> None:
    accepting()
    source = imported(file_of(word))
    assert figures(source) == (0, 0, 0, 1)
    assert why(source)[0].startswith("NewsEmail: This is neither yes nor no")
    assert Consent.objects.get().status == "accepted"


@pytest.mark.parametrize("deletes_empty", [True, False])
def test_an_empty_field_says_nothing_of_a_consent(deletes_empty: bool) -> None:
    accepting()
    imported(file_of(""), deletes_empty=deletes_empty)
    assert Consent.objects.get().status == "accepted"


@pytest.mark.parametrize("word", ["unknown", "Inconnu"])
def test_unknown_is_set_where_it_is_written(word: str) -> None:
    accepting()
    imported(file_of(word))
    assert Consent.objects.get().status == "unknown"
