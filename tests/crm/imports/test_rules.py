"""SPREAD's rules for a file of profiles."""

import csv
import io
from datetime import date

import pytest

from crm.models import Consent, Profile
from crm.services.consents import set_consent
from crm.services.erasure import erase_profile
from tests.crm.imports.importing import figures, imported, why
from tests.factories.causes import BY_API, BY_HAND
from tests.factories.consents import ConsentDefinitionFactory, LegalBasisFactory
from tests.factories.people import CustomFieldFactory, ProfileFactory
from tests.naughty import naughty_strings

pytestmark = pytest.mark.django_db


def each(words: str, meaning: str) -> list[tuple[str, str]]:
    return [(word, meaning) for word in words.split()]


def profile() -> Profile:
    return Profile.objects.get(email_key="zoe@example.com")


def status() -> str:
    return str(Consent.objects.get(profile=profile()).status)


@pytest.mark.parametrize(
    ("order", "written"), [("ymd", "1985-01-31"), ("dmy", "31/01/1985"), ("mdy", "01/31/1985"), ("mdy", "1/31/1985")]
)
def test_dates_are_written_in_one_of_three_ways(order: str, written: str) -> None:
    imported(f"email,birthday\nzoe@example.com,{written}\n", date_order=order)
    assert profile().birthday == date(1985, 1, 31)


def test_a_date_in_another_form_than_the_files_is_refused() -> None:
    source = imported("email,birthday\nzoe@example.com,31/01/1985\nann@example.com,1985-01-31\n")
    assert figures(source) == (1, 0, 0, 1)
    assert why(source)[0].startswith("birthday: ")


@pytest.mark.parametrize(
    ("word", "gender"),
    [*each("f mlle Mme mrs femme MADAME female girl woman miss", "female"), *each("h m homme Monsieur man", "male")],
)
def test_gender_is_said_in_many_words(word: str, gender: str) -> None:
    imported(f"email;civilité\nzoe@example.com;{word}\n")
    assert profile().gender == gender


@pytest.mark.parametrize(
    ("word", "stands"),
    [
        *each("1 oui YES accepted accepté accepte", "accepted"),
        *each("0 non no refused refusé refuse", "refused"),
    ],
)
def test_a_consent_is_said_in_many_words(word: str, stands: str) -> None:
    ConsentDefinitionFactory(name="NewsEmail")
    imported(f"email;NewsEmail;NewsEmail_date\nzoe@example.com;{word};2024-05-01\n")
    assert status() == stands
    assert Consent.objects.get().changed_at.date() == date(2024, 5, 1)


def test_a_consent_that_changed_since_the_files_date_stays() -> None:
    definition = ConsentDefinitionFactory(name="NewsEmail")
    set_consent(ProfileFactory(email="zoe@example.com"), definition=definition, status="refused", cause=BY_API)
    imported("email;NewsEmail;NewsEmail_date\nzoe@example.com;yes;2024-05-01\n")
    assert status() == "refused"


def test_a_refusal_is_not_taken_back_by_a_file_without_a_date() -> None:
    definition = ConsentDefinitionFactory(name="NewsEmail")
    set_consent(ProfileFactory(email="zoe@example.com"), definition=definition, status="refused", cause=BY_API)
    imported("email;NewsEmail\nzoe@example.com;yes\n")
    assert status() == "refused"


def test_an_erased_person_who_objected_is_not_won_back_by_an_old_list() -> None:
    definition = LegalBasisFactory(name="LegalBasisOptin")
    known = ProfileFactory(email="zoe@example.com")
    set_consent(known, definition=definition, status="refused", cause=BY_API)
    erase_profile(known, cause=BY_HAND)
    imported("email;LegalBasisOptin;LegalBasisOptin_date\nzoe@example.com;yes;2020-01-01\n")
    assert status() == "refused"


def test_a_consent_with_double_opt_in_was_confirmed_where_it_comes_from() -> None:
    ConsentDefinitionFactory(name="NewsEmail", is_double_opt_in=True)
    imported("email;NewsEmail\nzoe@example.com;oui\n")
    assert status() == "accepted"


def test_empty_fields_delete_only_where_that_was_chosen() -> None:
    CustomFieldFactory(name="size", label="Size")
    text = "email;ville;size\nzoe@example.com;{city};{size}\n"
    imported(text.format(city="Paris", size="12"))
    imported(text.format(city="", size=""))
    assert (profile().city, profile().custom_values.count()) == ("Paris", 1)
    imported(text.format(city="", size=""), deletes_empty=True)
    assert (profile().city, profile().custom_values.count()) == ("", 0)


def test_the_external_id_is_the_key_where_it_is_given() -> None:
    known = ProfileFactory(email="old@example.com", external_id="42")
    source = imported('external_id,email,tags\n42,zoe@example.com,"VIP, Tea"\n')
    assert figures(source) == (0, 1, 0, 0)
    assert profile().pk == known.pk
    assert {one.tag.name for one in profile().tags.all()} == {"VIP", "Tea"}


def test_a_line_without_a_key_or_with_a_bad_value_is_refused_and_its_neighbours_come_in() -> None:
    source = imported("email,pays,mobile\n,FR,\nnonsense,FR,\nzoe@example.com,FR,0612345678\nann@example.com,Mars,\n")
    assert figures(source) == (1, 0, 0, 3)
    assert profile().mobile == "+33612345678"
    assert not Profile.objects.filter(email_key="ann@example.com").exists()


def test_the_same_file_again_changes_nothing() -> None:
    ConsentDefinitionFactory(name="NewsEmail")
    text = "email;prénom;NewsEmail;NewsEmail_date\nzoe@example.com;Zoé;1;2024-05-01\n"
    imported(text)
    assert figures(imported(text)) == (0, 0, 1, 0)


def test_naughty_words_are_taken_or_refused_never_an_error() -> None:
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(["external_id", "nom", "birthday", "pays", "tags"])
    for number, word in enumerate(naughty_strings()[::3]):
        writer.writerow([f"n{number}", word, "", "", ""])
        writer.writerow([f"m{number}", "", word, word, word])
    source = imported(file.getvalue())
    assert sum(figures(source)) == source.lines
