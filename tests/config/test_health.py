"""What machines ask, and what every page carries."""

import pytest
from django.test import Client

from tests.conftest import ValkeyServer

pytestmark = pytest.mark.django_db


def test_a_well_system_says_so(client: Client) -> None:
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"database": "up", "redis": "up"})


def test_without_redis_the_system_is_still_well(client: Client, valkey: ValkeyServer) -> None:
    valkey.stop()
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()["redis"]) == (200, "down")


def test_metrics_want_their_token(client: Client, settings) -> None:  # type: ignore[no-untyped-def]
    assert client.get("/metrics").status_code == 404
    settings.METRICS_TOKEN = "s3cret"
    assert client.get("/metrics", headers={"Authorization": "Bearer wrong"}).status_code == 404
    answer = client.get("/metrics", headers={"Authorization": "Bearer s3cret"})
    assert answer.status_code == 200
    assert b"python_info" in answer.content
    assert b"declic_events_unhandled 0.0" in answer.content
    assert b"declic_runs_overdue_seconds 0.0" in answer.content


def test_the_front_door_leads_to_the_back_office(client: Client) -> None:
    answer = client.get("/", follow=True)
    assert answer.redirect_chain[0][0] == "/admin/"
    assert answer.status_code == 200


def test_pages_forbid_foreign_and_inline_scripts(client: Client) -> None:
    policy = client.get("/admin/login/").headers["Content-Security-Policy"]
    scripts = next(part for part in policy.split("; ") if part.startswith("script-src"))
    assert scripts == "script-src 'self' 'unsafe-eval'"


def test_the_login_page_loads_nothing_from_elsewhere(client: Client) -> None:
    page = client.get("/admin/login/").content.decode()
    assert 'src="http' not in page
    assert 'rel="stylesheet" href="http' not in page
