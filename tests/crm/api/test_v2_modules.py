"""V2 campaigns, participations and sponsorships."""

from typing import Any

import pytest

from crm.models import Module, Participation, Profile, Referral
from tests.crm.api.calls import Shop

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> Shop:
    Module.objects.create(name="Spring game", slug="spring-game", kind="game", language="fr")
    shop = Shop()
    shop.post("/v2/customers", {"customer": {"email": "zoe@example.com"}})
    return shop


def take_part(shop: Shop, **values: Any) -> Any:
    body = {"customer": {"email": "zoe@example.com"}, "participation": values}
    return shop.post("/v2/participations", body)


def test_modules_are_listed_as_campaigns(shop: Shop) -> None:
    (campaign,) = shop.get("/v2/campaigns").json()["campaigns"]
    assert (campaign["url"], campaign["type"], campaign["lang"]) == ("spring-game", "instantwinner", "fr")
    assert shop.get(f"/v2/campaigns/{campaign['id']}").json() == campaign


def test_a_participation_is_recorded_and_completed(shop: Shop) -> None:
    started = take_part(shop, campaignId="spring-game").json()["participation"]
    assert (started["participationComplete"], started["isWinner"]) == (None, "0")
    ended = take_part(shop, id=started["id"], complete=True, winner="1", answers={"colour": "blue"}).json()
    assert (ended["participation"]["participationComplete"], ended["participation"]["isWinner"]) == ("1", "1")
    assert Participation.objects.get().answers == {"colour": "blue"}
    assert shop.get(f"/v2/participations/{started['id']}").json() == ended["participation"]
    assert shop.get("/v2/participations/").json()["count"] == 1


def test_nobody_else_s_participation_is_changed(shop: Shop) -> None:
    number = take_part(shop, campaignId="spring-game").json()["participation"]["id"]
    shop.post("/v2/customers", {"customer": {"email": "max@example.com"}})
    body = {"customer": {"email": "max@example.com"}, "participation": {"id": number, "complete": True}}
    assert shop.post("/v2/participations", body).status_code == 404


def test_a_participation_in_nothing_is_a_404(shop: Shop) -> None:
    assert take_part(shop, campaignId="nothing").status_code == 404
    assert take_part(shop).status_code == 404
    assert not Participation.objects.exists()


def test_referrals_are_listed_as_sponsorships(shop: Shop) -> None:
    sponsor = Profile.objects.get()
    module = Module.objects.create(name="Bring a friend", slug="friend", kind="referral")
    shop.post("/v2/customers", {"customer": {"email": "max@example.com"}})
    referee = Profile.objects.exclude(pk=sponsor.pk).get()
    Referral(module=module, sponsor=sponsor, referee=referee).save()
    (shown,) = shop.get("/v2/sponsorships").json()["sponsorships"]
    assert (shown["godfatherId"], shown["godsonId"]) == (str(sponsor.pk), str(referee.pk))
    assert shown["sponsorshipValidated"] == "0"
