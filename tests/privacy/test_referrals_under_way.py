"""A run of the sponsor that is still under way when its referee is erased."""

import pytest

from actions.models import Delivery
from crm import clock
from crm.beginnings import make_beginnings
from crm.models import Erasure, Profile
from crm.services.erasure import carry_on_erasures, erase_profile
from tests.factories.causes import BY_HAND
from tests.factories.workflows import live, trigger, wait
from tests.privacy.referrals import BOTH, LINK, REFEREE, SPONSOR
from tests.privacy.searching import found_in_database
from tests.workflows.engine.driving import states, work, work_in
from tests.workflows.engine.test_modules import accepting, letter, validated
from triggers.personal import Events

pytestmark = pytest.mark.django_db


def test_it_writes_no_name_anew_however_far_the_erasure_is(monkeypatch: pytest.MonkeyPatch) -> None:
    make_beginnings()
    live(
        letter("referee", subject=BOTH, html=LINK),
        wait(1),
        letter(subject=BOTH, html=LINK),
        triggers=[trigger("referral_validated", which="all", modules=[])],
    )
    sponsor, referee = accepting(**SPONSOR), accepting(**REFEREE)
    validated(sponsor, referee)
    work()
    monkeypatch.setattr(Events, "batch", 1)
    assert erase_profile(referee, cause=BY_HAND, for_seconds=0).done_at is None

    work_in(hours=2)
    carry_on_erasures()

    assert states() == [("done", "")]
    assert found_in_database(REFEREE.values()) == []


def test_a_message_that_a_worker_has_in_its_hands_is_waited_for(two: tuple[Profile, Profile]) -> None:
    _sponsor, referee = two
    followed = Delivery.objects.filter(subject__startswith="About").exclude(profile=referee)
    followed.update(status="leased")
    before = followed.values("context", "subject").get()

    assert erase_profile(referee, cause=BY_HAND).done_at is None
    assert followed.values("context", "subject").get() == before
    assert Erasure.objects.get().stopped_by == ""

    Delivery.objects.filter(status="leased").update(status="sent")
    carry_on_erasures()
    assert found_in_database(REFEREE.values()) == []


def test_a_message_that_is_tried_again_loses_what_its_first_attempt_said(two: tuple[Profile, Profile]) -> None:
    sponsor, referee = two
    tried = Delivery.objects.filter(subject=f"{SPONSOR['first_name']} and {REFEREE['first_name']}", profile=sponsor)
    tried.update(status="planned", reason=f"no such user: {REFEREE['email']}", due_at=clock.now())

    assert erase_profile(referee, cause=BY_HAND).done_at is not None
    assert found_in_database(REFEREE.values()) == []
