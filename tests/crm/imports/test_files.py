"""Files come in piece by piece: whatever their size and encoding, each line once, and from where one was broken off."""

import io
import tracemalloc
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import pairwise

import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st

from crm import clock
from crm.errors import Invalid
from crm.imports.encodings import EncodingGuess
from crm.imports.files import LineReader, delimiter_of
from crm.models import Import, ImportChunk, ImportPiece, Profile
from crm.services.erasure import carry_on_erasures, erase_profile
from crm.services.import_files import PIECE, keep_file
from crm.services.imports import cancel, upload, work_on, work_on_imports
from crm.services.retention import clear_old
from tests.crm.imports.importing import uploaded
from tests.factories.causes import BY_HAND
from tests.factories.people import ProfileFactory
from tests.privacy.test_ages import the

AWKWARD = 'a;b\r\n"one\r\ntwo";"say ""so"";"\r\nZoé;œuvre\n\r\n;x\r"last;line";€'
LINES = [["a", "b"], ["one\r\ntwo", 'say "so";'], ["Zoé", "œuvre"], ["", "x"], ["last;line", "€"]]


def read_in_pieces(data: bytes, cuts: list[int], encoding: str) -> list[list[str]]:
    """Read data cut at some places, with nothing remembered between the pieces but the state."""
    edges = [0, *sorted(cut % (len(data) + 1) for cut in cuts), len(data)]
    state: dict[str, str] = {}
    found: list[list[str]] = []
    for number, (start, end) in enumerate(pairwise(edges), start=2):
        reader = LineReader(encoding=encoding, delimiter=";", state=state)
        found += reader.lines(data[start:end], is_last=number == len(edges))
        state = reader.state
    return found


@settings(max_examples=150, deadline=None)
@given(st.lists(st.integers(0, 500), max_size=12), st.sampled_from(["utf-8", "utf-16-le", "utf-16-be", "cp1252"]))
def test_it_does_not_matter_where_a_file_is_cut(cuts: list[int], encoding: str) -> None:
    assert read_in_pieces(AWKWARD.encode(encoding), cuts, encoding) == LINES


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [('"name, first";mail\n', ";"), ("a,b\n1;2;3\n", ","), ("\n\na\tb\n", "\t"), ("email\n", ";")],
)
def test_the_delimiter_is_what_stands_between_the_names(text: str, delimiter: str) -> None:
    assert delimiter_of(text) == delimiter


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252"])
def test_an_encoding_is_told_by_an_accent_wherever_it_stands(encoding: str) -> None:
    guess = EncodingGuess()
    data = ("x" * 3_000_000 + "é").encode(encoding)
    for start in range(0, len(data), 1_000_001):
        guess.feed(data[start : start + 1_000_001])
    assert guess.result() == encoding


def test_one_broken_letter_makes_no_other_encoding() -> None:
    guess = EncodingGuess()
    guess.feed("é".encode() * 200 + b"\xe9")
    assert guess.result() == "utf-8"


def large(lines: int) -> str:
    filler = "x" * 200
    return (
        "email;prénom\n" + "".join(f"person{n}@example.com;{filler}\n" for n in range(lines)) + "zoe@example.com;Zoé\n"
    )


def kept_only(text: str, *, encoding: str = "utf-8") -> Import:
    """Keep a file whose process dies before it reads any of it."""
    source = Import.objects.create(name="people.csv", status="uploading", uploaded_at=clock.now())
    keep_file(source, io.BytesIO(text.encode(encoding)), encoding="")
    source.refresh_from_db()
    return source


def all_lines(source: Import) -> list[list[str]]:
    return [line for chunk in source.chunks.order_by("number") for line in chunk.lines]


@pytest.mark.django_db
@pytest.mark.parametrize("encoding", ["utf-8", "cp1252"])
def test_a_large_file_is_read_on_by_whoever_comes_next_each_line_once(encoding: str) -> None:
    source = kept_only(large(12_345), encoding=encoding)
    assert (source.status, source.pieces, ImportPiece.objects.count()) == ("reading", 3, 3)
    turns = 1
    while not work_on(source, for_seconds=0):
        turns += 1
        source.refresh_from_db()
        assert 0 < source.bytes_read < source.size
    source.refresh_from_db()
    assert (turns, source.status, source.lines, source.bytes_read) == (3, "uploaded", 12_346, source.size)
    assert [len(chunk.lines) for chunk in source.chunks.order_by("number")] == [100] * 123 + [46]
    assert [line[0] for line in all_lines(source)][-2:] == ["person12344@example.com", "zoe@example.com"]
    assert all_lines(source)[-1][1] == "Zoé"
    assert source.reading == {}
    assert not ImportPiece.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_who_read_the_same_file_read_each_line_once() -> None:
    source = kept_only(large(12_000))

    def read(_side: int) -> None:
        try:
            work_on(source, for_seconds=60)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(read, range(2)))
    assert len({line[0] for line in all_lines(source)}) == len(all_lines(source)) == 12_001


@pytest.mark.django_db
def test_keeping_and_reading_a_file_takes_the_memory_of_a_piece() -> None:
    file = io.BytesIO(large(100_000).encode())
    assert file.getbuffer().nbytes > 20 * PIECE
    tracemalloc.start()
    source = upload(file, name="people.csv", cause=BY_HAND)
    work_on(source, for_seconds=300)
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert source.chunks.count() == 1001
    assert peak < 15 * PIECE


@pytest.mark.django_db
def test_an_encoding_chosen_by_hand_counts_unless_the_file_says_itself() -> None:
    text = "email;prénom\nzoe@example.com;Zoé\n"
    chosen = upload(io.BytesIO(text.encode("mac-roman")), name="x", cause=BY_HAND, encoding="mac-roman")
    marked = upload(io.BytesIO(text.encode("utf-8-sig")), name="x", cause=BY_HAND, encoding="mac-roman")
    nonsense = upload(io.BytesIO(text.encode()), name="x", cause=BY_HAND, encoding="rot13")
    assert {source.header[1] for source in (chosen, marked, nonsense)} == {"prénom"}
    assert [source.encoding for source in (chosen, marked, nonsense)] == ["mac-roman", "utf-8", "utf-8"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('email;x\na@example.com;"never closed\n' + "b@example.com;x\n" * 20_000, "This is no CSV file"),
        ("zoe@example.com;Zoé\nann@example.com;Ann\n", "it holds an address"),
        (";".join("abc" for _n in range(201)) + "\n", "200 at most"),
    ],
)
def test_what_cannot_be_read_is_refused_and_nothing_is_kept(text: str, said: str) -> None:
    with pytest.raises(Invalid, match=said):
        uploaded(text)
    assert not Import.objects.exists()
    assert not ImportPiece.objects.exists()


@pytest.mark.django_db
def test_what_turns_out_to_be_no_csv_later_ends_with_the_reason_and_forgets_the_file() -> None:
    source = kept_only(large(5_000) + 'x;"' + "y" * 200_000)
    work_on_imports()
    source.refresh_from_db()
    assert source.status == "cancelled"
    assert source.note.startswith("This is no CSV file")
    assert (source.reading, ImportPiece.objects.count()) == ({}, 0)
    assert not ImportChunk.objects.exclude(lines=[]).exists()


@pytest.mark.django_db
def test_an_upload_that_was_broken_off_ends_after_an_hour() -> None:
    source = Import.objects.create(name="x", status="uploading", uploaded_at=clock.now())
    ImportPiece.objects.create(source=source, number=1, data=b"email\nzoe@")
    work_on_imports()
    assert ImportPiece.objects.exists()
    with clock.at(clock.now() + timedelta(minutes=61)):
        work_on_imports()
    source.refresh_from_db()
    assert (source.status, source.note) == ("cancelled", "The upload was broken off.")
    assert not ImportPiece.objects.exists()


@pytest.mark.django_db
def test_a_file_that_is_forgotten_while_it_is_read_leaves_nothing() -> None:
    source = kept_only(large(6_000))
    work_on(source, for_seconds=0)
    cancel(source)
    assert (source.status, source.reading) == ("cancelled", {})
    assert not ImportPiece.objects.exists()
    assert not ImportChunk.objects.exclude(lines=[]).exists()


@pytest.mark.django_db
def test_an_old_file_that_was_never_read_to_the_end_is_forgotten_by_age() -> None:
    source = kept_only(large(1))
    Import.objects.update(status="halted")
    with clock.at(clock.now() + timedelta(days=31)):
        clear_old(the("imports"), for_seconds=60)
    source.refresh_from_db()
    assert (source.status, ImportPiece.objects.count()) == ("cancelled", 0)


@pytest.mark.django_db
def test_long_lines_stand_in_smaller_chunks_that_know_where_they_begin(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ImportChunk, "LETTERS", 1_000)
    monkeypatch.setattr("crm.services.import_files.PIECE", 5_000)
    text = "email,note\n" + "".join(f"p{number}@example.com,{'x' * 300}\n" for number in range(50))
    source = kept_only(text)
    work_on(source, for_seconds=60)
    chunks = list(ImportChunk.objects.order_by("number"))
    assert {len(chunk.lines) for chunk in chunks} == {4, 2}
    assert [chunk.number for chunk in chunks] == list(range(1, 14))
    assert [chunk.first_line for chunk in chunks] == list(range(2, 52, 4))
    assert [line[0] for line in all_lines(source)] == [f"p{number}@example.com" for number in range(50)]


@pytest.mark.django_db
def test_an_old_file_at_work_is_left_until_its_work_is_done() -> None:
    source = kept_only(large(1))
    with clock.at(clock.now() + timedelta(days=31)):
        clear_old(the("imports"), for_seconds=60)
        source.refresh_from_db()
        assert (source.status, ImportPiece.objects.count()) == ("reading", 1)
        work_on(source, for_seconds=60)
        clear_old(the("imports"), for_seconds=60)
    source.refresh_from_db()
    assert (source.status, all_lines(source)) == ("cancelled", [])


@pytest.mark.django_db
def test_an_erasure_waits_for_files_that_are_being_read_and_takes_out_their_lines() -> None:
    profile = ProfileFactory(email="zoe@example.com")
    source = kept_only(large(3))
    erasure = erase_profile(profile, cause=BY_HAND, for_seconds=0.5)
    assert erasure.done_at is None
    work_on(source, for_seconds=60)
    carry_on_erasures()
    erasure.refresh_from_db()
    assert erasure.done_at is not None
    assert all_lines(source)[-1] == []
    assert not Profile.objects.filter(email_key="zoe@example.com").exists()
