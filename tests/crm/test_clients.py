"""Who is at the other end of a request, behind proxies or not."""

import logging

import pytest

from config import checks
from crm import clients

PROXIES = ["127.0.0.0/8", "10.0.0.5", "fd00::/8"]


@pytest.mark.parametrize(
    ("peer", "forwarded", "client"),
    [
        ("127.0.0.1", "", "127.0.0.1"),
        ("127.0.0.1", "6.6.6.6, 203.0.113.9", "203.0.113.9"),
        ("127.0.0.1", "203.0.113.9, 10.0.0.5", "203.0.113.9"),
        ("10.0.0.5", "6.6.6.6, 192.168.1.4", "192.168.1.4"),
        ("127.0.0.1", "2001:db8::1", "2001:db8::1"),
        ("127.0.0.1", "[2001:db8::1]:4711", "2001:db8::1"),
        ("127.0.0.1", "203.0.113.9:4711", "203.0.113.9"),
        ("::ffff:127.0.0.1", "::ffff:203.0.113.9", "203.0.113.9"),
        ("127.0.0.1", "203.0.113.9, nonsense", "127.0.0.1"),
        ("127.0.0.1", "10.0.0.5", "10.0.0.5"),
        ("203.0.113.1", "6.6.6.6", "203.0.113.1"),
        ("192.168.1.4", "6.6.6.6, 10.0.0.5", "192.168.1.4"),
        ("", "6.6.6.6", ""),
    ],
)
def test_the_client_is_the_last_that_is_none_of_our_proxies(rf, settings, peer, forwarded, client) -> None:
    settings.TRUSTED_PROXIES = PROXIES
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}

    assert clients.client_ip(rf.get("/", headers=headers, REMOTE_ADDR=peer)) == client


def test_nobody_is_believed_without_https(rf, settings) -> None:
    request = rf.get("/", headers={"X-Forwarded-For": "6.6.6.6"})

    assert settings.TRUSTED_PROXIES == []
    assert clients.client_ip(request) == "127.0.0.1"


def test_a_proxy_that_nobody_named_is_told_of_once(rf, settings, caplog) -> None:
    settings.IS_HTTPS, settings.TRUSTED_PROXIES = True, PROXIES
    clients.is_warned.clear()
    with caplog.at_level(logging.WARNING):
        for _time in range(3):
            clients.client_ip(rf.get("/", headers={"X-Forwarded-For": "6.6.6.6"}, REMOTE_ADDR="172.18.0.2"))

    assert [record.message.count("172.18.0.2") for record in caplog.records] == [1]


def test_a_proxy_elsewhere_is_to_be_named(settings) -> None:
    settings.IS_HTTPS, settings.HOST, settings.TRUSTED_PROXIES = True, "0.0.0.0", ["127.0.0.0/8", "::1"]
    assert [warning.id for warning in checks.check_proxies(None)] == ["declic.W002"]

    settings.TRUSTED_PROXIES = ["127.0.0.0/8", "172.18.0.2"]
    assert checks.check_proxies(None) == []


def test_what_is_no_network_is_refused(settings) -> None:
    settings.TRUSTED_PROXIES = ["10.0.0.0/33", "proxy", "10.0.0.5"]

    assert [error.id for error in checks.check_proxy_networks(None)] == ["declic.E004"] * 2
