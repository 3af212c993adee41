"""All that is known of a person, handed out once."""

import io
import json
import zipfile
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from crm import clock
from crm.models import Profile, ProfileExport
from crm.personal import Subject, tables
from crm.services.exports import written
from tests.actions.http_sink import HttpSink
from tests.factories.deliveries import a_delivery
from tests.factories.people import ProfileFactory, UserFactory
from tests.privacy.planting import WORDS, plant
from tests.privacy.referrals import REFEREE, SPONSOR
from workflows.personal import JournalLines

pytestmark = pytest.mark.django_db

ZOE = Subject(1, frozenset({"zoe@example.com"}))


def link_to(client: Client, profile: Profile, format: str = "json") -> str:
    page = client.post(reverse("admin:crm_profile_export", args=[profile.pk]), {"format": format})
    return str(page.context["link"])


def body_of(answer: Any) -> bytes:
    return b"".join(answer.streaming_content)


def test_the_export_holds_every_word_that_an_erasure_would_take(admin: Client, http_sink: HttpSink) -> None:
    profile, _sponsor = plant(admin, http_sink)
    profile.refresh_from_db()
    text = "".join(written(profile))
    whole = json.loads(text)
    assert set(whole["tables"]) == {table.kind for table in tables() if table.hidden is not None}
    assert [word for word in WORDS.values() if word.lower() not in text.lower()] == []
    assert whole["tables"]["order"]["rows"][0]["reference"] == "order-1"
    assert whole["tables"]["order"]["columns"]["reference"] == "Reference"


def test_nothing_of_others_is_in_it(admin: Client, http_sink: HttpSink) -> None:
    profile, sponsor = plant(admin, http_sink)
    assert sponsor.email not in "".join(written(profile))


def test_the_other_one_of_a_referral_is_a_number_in_it(two: tuple[Profile, Profile]) -> None:
    sponsor, referee = two
    for profile, own, others in ((sponsor, SPONSOR, REFEREE), (referee, REFEREE, SPONSOR)):
        tables = json.loads("".join(written(profile)))["tables"]
        rows = [row for kind in ("event", "delivery", "journal", "log") for row in tables[kind]["rows"]]
        # what a mail said of the other one was read already, and stays: its subject, its links
        texts = [json.dumps({**row, "subject": ""}) for row in rows]
        said = [text for text in texts if '"message":' not in text]
        assert own["email"] in "".join(said)
        assert [word for word in others.values() if word in "".join(said)] == []


def test_only_what_went_to_the_team_is_said_to_be_theirs(two: tuple[Profile, Profile]) -> None:
    sponsor, _referee = two
    tables = json.loads("".join(written(sponsor)))["tables"]
    assert {row["recipient"] for row in tables["delivery"]["rows"]} == {SPONSOR["email"], "The shop's team"}
    assert "purpose" not in tables["delivery"]["rows"][0]


def test_an_address_of_somebody_else_is_left_out() -> None:
    delivery = a_delivery(recipient="bea@elsewhere.example", rules={"purpose": "none"})
    [row] = json.loads("".join(written(delivery.profile)))["tables"]["delivery"]["rows"]
    assert row["recipient"] == ""
    seen = JournalLines().given({"saw": {"to": ["zoe@example.com", "bea@elsewhere.example"]}}, ZOE)
    assert seen["saw"] == {"to": ["zoe@example.com"]}


def test_users_of_the_back_office_and_addresses_of_the_team_are_a_role_in_it(
    admin: Client, http_sink: HttpSink
) -> None:
    profile, _sponsor = plant(admin, http_sink)
    tables = json.loads("".join(written(profile)))["tables"]
    by_hand = [row for row in tables["movement"]["rows"] if row["origin"] == "back_office"]
    recipients = {row["recipient"] for row in tables["delivery"]["rows"]}
    assert [row["actor"] for row in by_hand] == ["The shop's team"]
    assert "The shop's team" in recipients
    assert WORDS["former"] in recipients
    assert "team@shop.example" not in json.dumps(tables)


def test_it_is_downloaded_once_by_who_made_it(admin: Client) -> None:
    profile = ProfileFactory(first_name="Zoé")
    link = link_to(admin, profile)
    other = Client()
    other.force_login(UserFactory(username="ann"))
    assert other.get(link).status_code == 302
    answer = admin.get(link)
    assert "Zoé" in body_of(answer).decode()
    assert "no-store" in answer["Cache-Control"]
    assert admin.get(link).status_code == 302
    export = ProfileExport.objects.get()
    assert (export.made_by, export.downloaded_at is not None) == ("jo", True)


def test_an_address_grows_old_and_cannot_be_invented(admin: Client, time_machine: Any) -> None:
    profile = ProfileFactory()
    link = link_to(admin, profile)
    assert admin.get(link[:-3] + "xx/").status_code == 302
    time_machine.move_to(clock.now() + timedelta(hours=2))
    assert admin.get(link).status_code == 302
    assert ProfileExport.objects.get().downloaded_at is None


def test_the_zip_has_a_page_to_read_for_each_table_with_rows(admin: Client) -> None:
    profile = ProfileFactory(first_name="<b>Zoé</b>")
    answer = admin.get(link_to(admin, profile, "zip"))
    archive = zipfile.ZipFile(io.BytesIO(body_of(answer)))
    assert {"index.html", "data.json", "profile.html", "event.html"} <= set(archive.namelist())
    assert "cart.html" not in archive.namelist()
    page = archive.read("profile.html").decode()
    assert "&lt;b&gt;Zoé" in page
    assert json.loads(archive.read("data.json"))["profile"] == profile.pk


def test_only_who_may_can_export_or_erase() -> None:
    profile = ProfileFactory()
    client = Client()
    client.force_login(UserFactory(is_superuser=False))
    for name in ("export", "erase"):
        assert client.get(reverse(f"admin:crm_profile_{name}", args=[profile.pk])).status_code == 403
        assert client.post(reverse(f"admin:crm_profile_{name}", args=[profile.pk])).status_code == 403
