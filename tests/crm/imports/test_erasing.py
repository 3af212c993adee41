"""Who is erased while a file waits, is checked or comes in: taken out of it for good, and nobody else."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from time import monotonic, sleep
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from crm import clock
from crm.models import Import, ImportChunk, Profile
from crm.services.erasure import begin_erasure, carry_on, erase_profile
from crm.services.imports import cancel, check, run, work_on
from crm.tracked import lock_profiles
from tests.crm.imports.importing import checked, figures, imported, uploaded, why
from tests.factories.causes import BY_HAND
from tests.factories.people import ProfileFactory

HEADER = "email;external_id;mobile;zip;note\n"


def lines() -> list[list[str]]:
    return [line for chunk in ImportChunk.objects.order_by("number") for line in chunk.lines]


def zoe() -> Profile:
    profile = ProfileFactory(email="Zoe@example.com", external_id="17", mobile="+33612345678")
    assert isinstance(profile, Profile)
    return profile


@pytest.mark.django_db
@pytest.mark.parametrize(
    "line",
    [
        "zoe@example.com;;;;",
        ";17;;;",
        ";99;06 12 34 56 78;;",
        ";99;0033612345678;;",
        ";99;;;asked by ZOE@example.com yesterday",
        ";99;;;Zoé <zoe@example.com>",
    ],
)
def test_a_line_that_names_the_person_is_emptied(line: str) -> None:
    uploaded(HEADER + line + "\n")
    erase_profile(zoe(), cause=BY_HAND)
    assert lines() == [[]]


@pytest.mark.django_db
def test_a_file_whose_columns_nobody_explained_is_searched_too() -> None:
    source = uploaded(HEADER + "zoe@example.com;;;;\n;;+33612345678;;\nann@example.com;;;;\n")
    Import.objects.filter(pk=source.pk).update(mapping=[])
    erase_profile(zoe(), cause=BY_HAND)
    assert [bool(line) for line in lines()] == [False, False, True]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "line",
    [
        "bigzoe@example.com;;;;",
        "zoe@example.com.au;;;;",
        "ann@example.com;;;17;",
        "ann@example.com;;;17000;17",
        "ann@example.com;170;;;",
        ";117;06 12 34 56 79;;",
        "ann@example.com;;;;0612345678 is not hers",
    ],
)
def test_a_line_of_somebody_else_stays(line: str) -> None:
    uploaded(HEADER + line + "\n")
    erase_profile(zoe(), cause=BY_HAND)
    assert lines() == [line.split(";")]


@pytest.mark.django_db
def test_a_line_that_was_taken_out_is_refused_and_says_why() -> None:
    profile = zoe()
    source = checked("email\nzoe@example.com\nann@example.com\n")
    erase_profile(profile, cause=BY_HAND)
    run(source, starts_workflows=False)
    work_on(source, for_seconds=300)
    source.refresh_from_db()
    assert figures(source) == (1, 0, 0, 1)
    assert why(source) == ["The line was taken out: its person was erased."]


@pytest.mark.django_db
def test_nobody_comes_back_while_an_erasure_is_under_way() -> None:
    erasure = begin_erasure(zoe(), cause=BY_HAND)
    source = imported("email;external_id\nzoe@example.com;\n;17\nann@example.com;\n")
    assert figures(source) == (1, 0, 0, 2)
    assert carry_on(erasure, for_seconds=300)
    assert Profile.objects.filter(erased_at=None).values_list("email", flat=True).get() == "ann@example.com"


@pytest.mark.django_db
def test_a_parked_erasure_keeps_nobody_out_who_took_over_an_id_of_the_erased() -> None:
    begin_erasure(zoe(), cause=BY_HAND)
    ProfileFactory(email="ann@example.com", external_id="17")
    source = imported("email;external_id;city\nann@example.com;17;Lyon\nzoe@example.com;18;Paris\n")
    assert figures(source) == (0, 1, 0, 1)


@pytest.mark.django_db
def test_names_of_files_and_reasons_go_where_they_name_the_person_and_nowhere_else() -> None:
    profile = ProfileFactory(email="zoe@example.com", external_id="2025", mobile="+33612345678")
    others, theirs = ["Soldes 2025.csv", "bigzoe@example.com.csv"], ["zoe@example.com.csv", "of +33612345678: x.csv"]
    for name in [*others, *theirs]:
        source = Import.objects.create(name=name, uploaded_at=clock.now(), header=["email"], status="done")
        refused = [["refused", f"{name} no"], ["created", ""]]
        ImportChunk.objects.create(source=source, number=1, outcomes=refused, refused=1)
    erase_profile(profile, cause=BY_HAND)
    assert list(Import.objects.order_by("pk").values_list("name", flat=True)) == [*others, "(erased)", "(erased)"]
    said = [chunk.outcomes[0][1] for chunk in ImportChunk.objects.order_by("pk")]
    assert said == [*(f"{name} no" for name in others), "", ""]


@pytest.mark.django_db
def test_reasons_are_looked_through_a_few_at_a_time() -> None:
    profile = ProfileFactory(email="zoe@example.com")
    source = Import.objects.create(name="x", uploaded_at=clock.now(), header=["zoe@example.com"], status="done")
    refused = [["refused", "email: no"]]
    ImportChunk.objects.bulk_create(
        ImportChunk(source=source, number=number, outcomes=refused, refused=1) for number in range(120)
    )
    with CaptureQueriesContext(connection) as asked:
        erase_profile(profile, cause=BY_HAND, for_seconds=60)
    loaded = [one for one in asked.captured_queries if '"outcomes"' in one["sql"] and one["sql"].startswith("SELECT")]
    assert len(loaded) == 3
    assert {str(chunk.outcomes) for chunk in ImportChunk.objects.all()} == {"[['refused', '']]"}


@contextmanager
def held_up(work: Callable[[], Any]) -> Iterator[Future[Any]]:
    """Begin some work in another thread and hold it up where it wants the lock of Bob, who is first in every file."""
    bob = Profile.objects.get(email="bob@example.com")

    def alone() -> Any:
        try:
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            lock_profiles([bob.pk])
            future = pool.submit(alone)
            until = monotonic() + 20
            while monotonic() < until and not someone_waits():
                sleep(0.02)
            yield future
        future.result(timeout=30)


def someone_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
        return bool(cursor.fetchone()[0])


def erase_elsewhere(profile: Profile, *, wholly: bool) -> None:
    def erase() -> None:
        try:
            if wholly:
                assert erase_profile(profile, cause=BY_HAND, for_seconds=60).done_at is not None
            else:
                begin_erasure(profile, cause=BY_HAND)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        pool.submit(erase).result(timeout=60)


FILE = "email;note\nbob@example.com;x\nzoe@example.com;y\n"


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_check_does_not_write_back_what_an_erasure_took_out_meanwhile() -> None:
    ProfileFactory(email="bob@example.com")
    profile = zoe()
    source = uploaded(FILE)
    check(source, mapping=source.mapping, date_order="ymd", deletes_empty=False)
    with held_up(lambda: work_on(source, for_seconds=60)):
        erase_elsewhere(profile, wholly=True)
    assert lines() == [["bob@example.com", "x"], []]
    assert Import.objects.get().status == "checked"


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("wholly", [True, False])
def test_an_import_does_not_make_anew_who_is_erased_while_it_runs(wholly: bool) -> None:
    ProfileFactory(email="bob@example.com")
    profile = zoe()
    source = checked(FILE)
    run(source, starts_workflows=False)
    with held_up(lambda: work_on(source, for_seconds=60)):
        erase_elsewhere(profile, wholly=wholly)
    source.refresh_from_db()
    assert (source.refused, source.status) == (1, "done")
    assert not Profile.objects.filter(email_key="zoe@example.com").exists()
    assert lines() == []


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_an_import_that_is_cancelled_while_it_runs_ends_after_the_lines_in_hand() -> None:
    ProfileFactory(email="bob@example.com")
    source = checked(FILE)
    run(source, starts_workflows=False)

    def end() -> None:
        try:
            cancel(source)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with held_up(lambda: work_on(source, for_seconds=0)):
            ending = pool.submit(end)
        ending.result(timeout=30)
    source.refresh_from_db()
    assert (source.status, source.position, source.created) == ("cancelled", 1, 1)
    assert lines() == []
