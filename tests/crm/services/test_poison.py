"""One row that breaks us keeps no other waiting: in imports, retention, segments, carts and consents."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError
from structlog.testing import capture_logs

from actions.models import MailboxMessage
from crm import clock
from crm.errors import Invalid
from crm.models import Cart, Consent, Import, Profile, RetentionRule, Segment
from crm.retention import RetentionClass
from crm.services.carts import abandon_carts
from crm.services.expiry import expire_consents
from crm.services.imports import go_on, run, work_on_imports
from crm.services.retention import clear_old
from crm.services.segments import count_segments
from crm.signals import changed
from crm.turns import each_alone
from tests.crm.imports.importing import checked, figures, imported, why
from tests.factories.causes import BY_HAND
from tests.factories.consents import ConsentDefinitionFactory, ConsentFactory
from tests.factories.messages import SegmentFactory
from tests.factories.people import ProfileFactory
from tests.factories.sales import CartFactory

pytestmark = pytest.mark.django_db


@contextmanager
def breaking(model: type[Any], is_poison: Callable[[Any], bool], error: Exception) -> Iterator[None]:
    """Let somebody who listens raise over certain rows."""

    def listen(changes: Sequence[Any], **_kwargs: Any) -> None:
        if any(is_poison(change.row) for change in changes):
            raise error

    changed.connect(listen, sender=model, dispatch_uid="tests.poison")
    try:
        yield
    finally:
        changed.disconnect(sender=model, dispatch_uid="tests.poison")


def is_zoe(row: Profile) -> bool:
    return row.email == "zoe@example.com"


def test_a_line_that_breaks_us_is_refused_with_the_reason_and_its_neighbours_come_in() -> None:
    with breaking(Profile, is_zoe, ValueError("boom")):
        source = imported("email\nann@example.com\nzoe@example.com\nbob@example.com\n")
    assert figures(source) == (2, 0, 0, 1)
    assert why(source) == ["An error of Declic, please report it: ValueError"]


def test_an_import_that_cannot_go_on_is_set_aside_and_the_next_one_goes_on() -> None:
    broken, sound = checked("email\nzoe@example.com\n"), checked("email\nann@example.com\n")
    Import.objects.filter(pk=broken.pk).update(mapping=[["email"]])
    for source in (broken, sound):
        run(source, starts_workflows=False)
    work_on_imports()
    broken.refresh_from_db()
    sound.refresh_from_db()
    assert (broken.status, sound.status) == ("halted", "done")
    assert broken.note == "AttributeError"
    Import.objects.filter(pk=broken.pk).update(mapping=["email"])
    go_on(broken)
    work_on_imports()
    broken.refresh_from_db()
    assert (broken.status, broken.note, figures(broken)) == ("done", "", (1, 0, 0, 0))


def test_a_check_that_cannot_go_on_can_be_begun_again() -> None:
    source = checked("email\nzoe@example.com\n")
    Import.objects.filter(pk=source.pk).update(mapping=[["email"]], status="checking", position=0)
    work_on_imports()
    source.refresh_from_db()
    assert (source.status, bool(source.note)) == ("uploaded", True)


class FussyMailbox(RetentionClass):
    kind = "fussy"
    model = MailboxMessage
    label = meaning = "Mails"
    time = "received_at"
    days = 1

    def clear(self, rows: Sequence[Any]) -> None:
        """Choke on one of them."""
        if any(row.subject == "poison" for row in rows):
            raise ValueError("boom")
        super().clear(rows)


def old_mails(*subjects: str) -> None:
    for number, subject in enumerate(subjects):
        received = clock.now() - timedelta(days=3, minutes=-number)
        MailboxMessage.objects.create(
            message_id=f"<{number}@x>", sender="a@x", recipient="b@x", subject=subject, text="", received_at=received
        )


def test_a_row_that_cannot_be_cleared_is_left_and_reported_and_the_others_go() -> None:
    old_mails("a", "poison", "b")
    assert clear_old(FussyMailbox(), for_seconds=5) == 2
    rule = RetentionRule.objects.get(kind="fussy")
    assert list(MailboxMessage.objects.values_list("subject", flat=True)) == ["poison"]
    assert (rule.cleared, rule.error, rule.left) == (2, "ValueError", [MailboxMessage.objects.get().pk])
    MailboxMessage.objects.update(subject="sound")
    assert clear_old(FussyMailbox(), for_seconds=5) == 1
    rule.refresh_from_db()
    assert (rule.error, rule.left) == ("", [])


def test_rows_that_cannot_be_cleared_are_reported_once_in_a_turn() -> None:
    old_mails(*["poison"] * 5)
    for _turn in range(2):
        with capture_logs() as said:
            clear_old(FussyMailbox(), for_seconds=5)
        assert [line["event"] for line in said] == ["rows_not_cleared"]


def test_a_segment_that_cannot_be_asked_says_why_and_the_others_are_counted() -> None:
    ProfileFactory(language="fr")
    french = {"kind": "profile_language", "config": {"operator": "is", "value": "fr"}}
    gone = SegmentFactory(name="A", rules={"rules": [{"kind": "gone"}]})
    broken = SegmentFactory(name="B", rules={"rules": [{"kind": "profile_language", "config": {}}]}, size=5)
    sound = SegmentFactory(name="C", rules={"rules": [french]})
    count_segments()
    for segment in (gone, broken, sound):
        segment.refresh_from_db()
    assert (gone.size, gone.count_error) == (None, "A segment cannot ask this: gone.")
    assert (broken.size, broken.count_error) == (None, "Language of the profile: There is no such comparison: None.")
    assert (sound.size, sound.count_error) == (1, "")
    Segment.objects.filter(pk=broken.pk).update(rules={})
    count_segments()
    broken.refresh_from_db()
    assert (broken.size, broken.count_error) == (1, "")


def test_a_cart_that_breaks_us_keeps_no_other_open() -> None:
    first, second = CartFactory(), CartFactory()
    with clock.at(clock.now() + timedelta(days=40)), breaking(Cart, lambda row: row.pk == first.pk, ValueError("boom")):
        assert abandon_carts(idle_for=timedelta(days=30), cause=BY_HAND) == 1
    second.refresh_from_db()
    assert second.status == "abandoned"


def test_a_consent_that_breaks_us_keeps_no_other_from_running_out() -> None:
    definition = ConsentDefinitionFactory(expires_after_days=30)
    first, second = ConsentFactory(definition=definition), ConsentFactory(definition=definition)
    with clock.at(clock.now() + timedelta(days=40)), breaking(Consent, lambda row: row.pk == first.pk, ValueError("x")):
        assert expire_consents() == 1
    second.refresh_from_db()
    assert second.status == "unknown"


def test_trouble_of_the_database_is_raised_when_all_had_their_turn_and_sets_nothing_aside() -> None:
    seen, aside = [], []

    def deed(number: int) -> None:
        seen.append(number)
        if number == 1:
            raise OperationalError("deadlock")
        if number == 2:
            raise ValueError("zoe@example.com")
        if number == 3:
            raise Invalid("\0Give a name.")

    with pytest.raises(OperationalError):
        each_alone([1, 2, 3], deed, set_aside=lambda number, words: aside.append((number, words)))
    assert (seen, aside) == ([1, 2, 3], [(2, "ValueError"), (3, "Give a name.")])
