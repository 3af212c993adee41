"""The two people of a referral stand in each other's rows: who is erased goes from there, and the other stays."""

from typing import Any

import pytest
from django.core.management import call_command

from actions.models import Delivery
from crm.models import Profile
from crm.services.erasure import erase_profile
from tests.conftest import ValkeyServer
from tests.factories.causes import BY_HAND
from tests.privacy.referrals import REFEREE, SPONSOR
from tests.privacy.searching import found_in_database, found_in_redis
from tests.workflows.engine.test_modules import accepting

pytestmark = pytest.mark.django_db


def test_an_erased_referee_is_in_no_row_of_the_sponsor_who_stays(
    two: tuple[Profile, Profile], valkey: ValkeyServer
) -> None:
    sponsor, referee = two
    assert len(found_in_database(REFEREE.values())) > 10

    assert erase_profile(referee, cause=BY_HAND).done_at is not None

    assert found_in_database(REFEREE.values()) == []
    assert found_in_redis(valkey.client, REFEREE.values()) == []
    assert stands(sponsor, SPONSOR)
    call_command("reconcile")


def test_an_erased_sponsor_is_in_no_row_of_the_referee_who_stays(
    two: tuple[Profile, Profile], valkey: ValkeyServer
) -> None:
    sponsor, referee = two
    assert len(found_in_database(SPONSOR.values())) > 10

    assert erase_profile(sponsor, cause=BY_HAND).done_at is not None

    assert found_in_database(SPONSOR.values()) == []
    assert found_in_redis(valkey.client, SPONSOR.values()) == []
    assert stands(referee, REFEREE)
    assert Delivery.objects.filter(profile=referee, context__data__referral__referee__city=REFEREE["city"]).exists()
    call_command("reconcile")


@pytest.mark.usefixtures("two")
def test_nobody_else_loses_a_word() -> None:
    before = found_in_database([*SPONSOR.values(), *REFEREE.values()])
    erase_profile(accepting(email="plantedstranger@nowhere.example"), cause=BY_HAND)
    assert found_in_database([*SPONSOR.values(), *REFEREE.values()]) == before


def stands(profile: Profile, words: dict[str, Any]) -> bool:
    """Tell whether a person is still known, and their messages still hold what was theirs."""
    profile.refresh_from_db()
    mails = Delivery.objects.filter(profile=profile, recipient=words["email"])
    return profile.email == words["email"] and mails.filter(context__profile__first_name=words["first_name"]).exists()
