"""Upload, check, import: nothing is changed before, nothing half written, and it goes on where it was broken off."""

import io

import pytest
from django.utils.translation import get_language, override

from crm.errors import Invalid, Refused
from crm.models import Import, ImportChunk, Profile
from crm.services.erasure import erase_profile
from crm.services.imports import cancel, check, run, upload, work_on, work_on_imports
from tests.crm.imports.importing import checked, figures, imported, uploaded, why
from tests.factories.causes import BY_HAND
from tests.factories.people import ProfileFactory
from tests.factories.workflows import action, live, trigger
from tests.workflows.engine.driving import states, work
from triggers.models import Event

pytestmark = pytest.mark.django_db


def people(number: int) -> str:
    return "email,city\n" + "".join(f"person{index}@example.com,Paris\n" for index in range(number))


def test_a_check_says_what_would_happen_and_changes_nothing() -> None:
    ProfileFactory(email="person0@example.com", city="Lyon")
    events = Event.objects.count()
    source = checked(people(250) + "nonsense,Paris\n")
    assert (source.status, figures(source)) == ("checked", (249, 1, 0, 1))
    assert (Profile.objects.count(), Event.objects.count()) == (1, events)
    assert why(source) == ["email: This is not an e-mail address."]


def test_it_goes_on_from_its_last_batch() -> None:
    source = checked(people(350))
    run(source, starts_workflows=False)
    assert not work_on(source, for_seconds=0)
    assert Profile.objects.count() == ImportChunk.SIZE
    assert work_on(source, for_seconds=300)
    source.refresh_from_db()
    assert (source.status, figures(source), Profile.objects.count()) == ("done", (350, 0, 0, 0), 350)
    assert set(Profile.objects.values_list("origin", flat=True)) == {"import"}
    assert not ImportChunk.objects.exclude(lines=[]).exists()


def watched() -> None:
    live(
        action("give_points", points=1, reason=""),
        triggers=[trigger("profile_updated", fields_watched=["city"])],
    )


def test_no_trigger_fires_for_an_import_unless_it_is_ticked_and_the_number_is_shown_first() -> None:
    for index in range(3):
        ProfileFactory(email=f"person{index}@example.com", city="Lyon")
    watched()
    source = checked(people(5))
    assert source.runs == 3
    assert states() == []
    run(source, starts_workflows=False)
    work_on(source, for_seconds=300)
    work()
    assert states() == []


def test_a_ticked_import_starts_as_many_runs_as_were_shown() -> None:
    for index in range(3):
        ProfileFactory(email=f"person{index}@example.com", city="Lyon")
    watched()
    source = imported(people(5), starts=True)
    work()
    assert states() == [("done", "")] * 3 == [("done", "")] * source.runs


def test_a_cancelled_import_keeps_what_came_in_and_forgets_the_file() -> None:
    source = checked(people(150))
    run(source, starts_workflows=False)
    work_on(source, for_seconds=0)
    cancel(source)
    work_on_imports()
    assert Profile.objects.count() == ImportChunk.SIZE
    assert not ImportChunk.objects.exclude(lines=[]).exists()
    with pytest.raises(Refused):
        cancel(source)


def test_nothing_is_left_to_do_for_a_file_that_is_gone() -> None:
    source = checked(people(2))
    run(source, starts_workflows=False)
    Import.objects.get().delete()
    assert work_on(source)


@pytest.mark.parametrize("raw", [b"", b"  \n", b"email,city\n", b"\n\n", b"\x00\x01\x02"])
def test_a_file_that_is_none_is_refused_and_nothing_is_kept(raw: bytes) -> None:
    with pytest.raises(Invalid):
        upload(io.BytesIO(raw), name="x.csv", cause=BY_HAND)
    assert not Import.objects.exists()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_any_usual_encoding_and_delimiter_is_read(encoding: str, delimiter: str) -> None:
    text = f"E-mail{delimiter}Prénom\nzoe@example.com{delimiter}Zoé\n"
    source = uploaded(text, encoding=encoding)
    assert source.mapping == ["email", "first_name"]
    assert source.chunks.get().lines == [["zoe@example.com", "Zoé"]]


@pytest.mark.parametrize(
    "mapping", [["", "city"], ["email", "email"], ["email", "nonsense"], ["email"], ["email", "__class__"]]
)
def test_columns_that_cannot_be_are_refused(mapping: list[str]) -> None:
    source = uploaded(people(1))
    with pytest.raises(Invalid):
        check(source, mapping=mapping, date_order="ymd", deletes_empty=False)
    source.refresh_from_db()
    assert source.status == "uploaded"


def test_what_is_said_of_lines_is_said_in_the_language_of_who_asked() -> None:
    source = uploaded("email\nnonsense\n")
    with override("fr"):
        check(source, mapping=source.mapping, date_order="ymd", deletes_empty=False)
    work_on_imports()
    assert why(source) == ["email: Ce n’est pas une adresse e-mail."]
    assert get_language() == "en"


def test_what_was_not_checked_is_not_imported() -> None:
    with pytest.raises(Refused):
        run(uploaded(people(1)), starts_workflows=False)


def test_an_erased_person_does_not_come_in_with_a_file_that_waits() -> None:
    profile = ProfileFactory(email="person1@example.com")
    source = checked(people(3))
    erase_profile(profile, cause=BY_HAND)
    run(source, starts_workflows=False)
    work_on(source, for_seconds=300)
    assert not Profile.objects.filter(email_key="person1@example.com").exists()
    assert Profile.objects.filter(erased_at=None).count() == 2
