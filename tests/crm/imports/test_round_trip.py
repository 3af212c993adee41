"""What is exported comes in again as it was, whatever people typed."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.db.models import QuerySet
from hypothesis import given
from hypothesis import strategies as st

from crm.errors import Invalid
from crm.imports.guarding import guarded, unguarded
from crm.imports.tags import read_tags, written_tags
from crm.imports.writing import write_profiles
from crm.models import Consent, CustomValue, Profile, ProfileTag
from crm.services.consents import set_consent
from crm.services.profile_values import FIELDS
from crm.services.profiles import upsert_profile
from tests.crm.imports.importing import figures, imported, why
from tests.factories.causes import BY_API
from tests.factories.consents import ConsentDefinitionFactory, LegalBasisFactory
from tests.factories.people import CustomFieldFactory, ProfileFactory
from tests.naughty import naughty_strings

WORDS = st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30)


@given(st.one_of(WORDS, st.from_regex(r"\A'{0,3}[=+\-@]?.{0,8}\Z")))
def test_a_guarded_text_is_the_same_afterwards_and_no_formula_meanwhile(text: str) -> None:
    assert unguarded(guarded(text)) == text
    assert not guarded(text).startswith("=")


@given(st.lists(WORDS.map(str.strip).filter(bool), max_size=5))
def test_tags_are_the_same_afterwards(names: list[str]) -> None:
    assert read_tags(written_tags(names)) == names


def exported() -> str:
    return "".join(write_profiles(Profile.objects.filter(erased_at=None)))


def known() -> dict[str, Any]:
    """Return all that a file carries of each profile."""
    found: dict[str, Any] = {}
    for profile in Profile.objects.filter(erased_at=None):
        key = profile.email_key or profile.external_id or ""
        found[key] = {name: getattr(profile, name) for name in (*FIELDS, "refuses_tracking")}
        found[key]["tags"] = sorted(profile.tags.values_list("tag__name", flat=True))
        found[key]["custom"] = {row.field.name: row.value for row in CustomValue.objects.filter(profile=profile)}
        found[key]["consents"] = {
            row.definition.name: (row.status, row.changed_at) for row in Consent.objects.filter(profile=profile)
        }
    return found


def forget_everybody() -> None:
    for model in (ProfileTag, CustomValue, Consent):
        QuerySet(model).all().delete()
    for index, profile in enumerate(Profile.objects.all()):
        gone = {"email": "", "email_key": None, "external_id": f"gone{index}", "erased_at": profile.created_at}
        QuerySet(Profile).filter(pk=profile.pk).update(**gone)


def kinds() -> None:
    CustomFieldFactory(name="note", label="Note")
    CustomFieldFactory(name="size", label="Size", type="number")
    CustomFieldFactory(name="member", label="Member", type="boolean")
    CustomFieldFactory(name="since", label="Since", type="date")
    CustomFieldFactory(name="colour", label="Colour", type="choice", choices=["red; hot", "-blue"])


def come_back() -> None:
    """Export, forget everybody, import, and compare; then once more over those who are there."""
    before, text = known(), exported()
    again = imported(text)
    assert why(again) == []
    assert figures(again) == (0, 0, len(before), 0)
    forget_everybody()
    source = imported(text)
    assert why(source) == []
    assert figures(source) == (len(before), 0, 0, 0)
    assert known() == before


@pytest.mark.django_db
def test_every_kind_of_value_comes_back() -> None:
    kinds()
    full = {
        "last_name": "-Martin",
        "first_name": "'=Zoé",
        "gender": "female",
        "birthday": "1985-01-31",
        "language": "fr_FR",
        "address": "1, rue\nde l'Est",
        "postcode": "01000",
        "city": '"Bourg"',
        "country": "FR",
        "phone": "+33 1 39 98 12 34",
        "mobile": "06 12 34 56 78",
        "time_zone": "Europe/Paris",
    }
    custom = {"note": "+33 or more", "size": "-1000.5", "member": "no", "since": "2020-02-29", "colour": "-blue"}
    tags = ["VIP, gold", '"quoted"', "=sum", "Thé"]
    upsert_profile(
        email="=zoe+x@Example.com", external_id="00017", cause=BY_API, fields=full, custom=custom, tags_add=tags
    )
    upsert_profile(external_id="'no mail", cause=BY_API)
    profile = Profile.objects.get(external_id="'no mail")
    profile.refuses_tracking = True
    profile.save()
    come_back()


@pytest.mark.django_db
@pytest.mark.parametrize("status", ["accepted", "refused", "to_confirm", "unknown"])
def test_consents_come_back_with_their_instant_and_one_that_was_never_asked_stays_so(status: str) -> None:
    asked, basis = ConsentDefinitionFactory(name="NewsEmail"), LegalBasisFactory(name="LegalBasisOptin")
    ConsentDefinitionFactory(name="NewsSMS")
    profile, when = ProfileFactory(), datetime(2024, 5, 1, 10, 20, 30, 123456, tzinfo=UTC)
    for definition in (asked, basis):
        set_consent(profile, definition=definition, status=status, cause=BY_API, occurred_at=when)
    come_back()
    assert figures(imported(exported(), deletes_empty=True)) == (0, 0, 1, 0)


@pytest.mark.django_db
def test_a_newer_consent_of_the_same_day_stays_and_an_older_one_gives_way() -> None:
    definition, when = ConsentDefinitionFactory(name="NewsEmail"), datetime(2024, 5, 1, 10, tzinfo=UTC)
    profile = ProfileFactory(email="zoe@example.com")
    set_consent(profile, definition=definition, status="accepted", cause=BY_API, occurred_at=when)
    line = "email;NewsEmail;NewsEmail_date\nzoe@example.com;non;{}\n"
    imported(line.format((when - timedelta(minutes=1)).isoformat()))
    assert Consent.objects.get().status == "accepted"
    imported(line.format((when + timedelta(minutes=1)).isoformat()))
    assert Consent.objects.get().status == "refused"


@pytest.mark.django_db
def test_a_file_takes_no_objection_to_tracking_back() -> None:
    profile = ProfileFactory(email="zoe@example.com", refuses_tracking=True)
    imported("email;refuses_tracking\nzoe@example.com;0\n")
    profile.refresh_from_db()
    assert profile.refuses_tracking


@pytest.mark.django_db
def test_an_empty_value_and_a_column_that_is_missing_change_nothing() -> None:
    kinds()
    upsert_profile(email="zoe@example.com", cause=BY_API, fields={"city": "Lyon"}, custom={"size": 3}, tags_add=["VIP"])
    before = known()
    imported("email;city;size;tags;birthday\nzoe@example.com;;;;\n")
    imported("email\nzoe@example.com\n")
    assert known() == before


def typed_by_people() -> Iterator[str]:
    """Give what a profile takes of the naughty strings."""
    for number, word in enumerate(naughty_strings()):
        try:
            with transaction.atomic():
                upsert_profile(
                    external_id=f"n{number}", cause=BY_API, fields={"last_name": word}, custom={"note": word}
                )
            yield word
            if word.strip():
                with transaction.atomic():
                    upsert_profile(external_id=f"n{number}", cause=BY_API, tags_add=[word])
        except Invalid:
            continue


@pytest.mark.django_db
def test_whatever_people_typed_comes_back() -> None:
    kinds()
    assert len(list(typed_by_people())) > 300
    come_back()
