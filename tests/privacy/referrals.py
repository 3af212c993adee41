"""A sponsor and a referee who stand in each other's rows."""

from datetime import timedelta

import pytest

from actions.models import Delivery
from actions.tracking.recording import record_click
from crm import clock
from crm.beginnings import make_beginnings
from crm.models import Profile
from tests.actions.tracking.reading import PERSON
from tests.factories.workflows import action, live, trigger
from tests.workflows.engine.driving import work
from tests.workflows.engine.test_modules import accepting, letter, validated

SPONSOR = {"email": "plantedsponsor@nowhere.example", "first_name": "Annaplanted", "city": "Plantedlyon"}
REFEREE = {"email": "plantedreferee@nowhere.example", "first_name": "Beaplanted", "city": "Plantedlille"}
LINK = '<a href="https://shop.example/?friend={{ data.referral.referee.email }}{{ data.referral.sponsor.email }}">x</a>'
BOTH = "{{ data.referral.sponsor.first_name }} and {{ data.referral.referee.first_name }}"


@pytest.fixture
def two() -> tuple[Profile, Profile]:
    """A sponsor and a referee whose workflows wrote to both of them and to the team, and who clicked in their mails."""
    make_beginnings()
    team = action("notify_team", users=[], addresses=["team@shop.example"], subject=BOTH, text=BOTH)
    live(
        letter(subject=BOTH, html=LINK),
        letter("referee", subject=BOTH, html=LINK),
        team,
        triggers=[trigger("referral_validated", which="all", modules=[])],
    )
    live(
        letter(subject="About {{ data.message.subject }}", html="<p>{{ data.message.link }}</p>"),
        triggers=[trigger("link_clicked", which="any")],
    )
    sponsor, referee = accepting(**SPONSOR), accepting(**REFEREE)
    validated(sponsor, referee)
    work()
    with clock.at(clock.now() + timedelta(hours=1)):
        for delivery in list(Delivery.objects.filter(rules__purpose="marketing")):
            link = f"https://shop.example/?friend={REFEREE['email']}{SPONSOR['email']}"
            assert record_click(delivery.pk, link, agent=PERSON)
        work()
    assert Delivery.objects.filter(status="sent").count() == 5
    return sponsor, referee
