"""Only the public internet is called, whatever an address is written like."""

from ipaddress import ip_address

import pytest

from actions.outbound import Client, OutboundRefused, OutboundTemporary
from actions.outbound.addresses import Allowed, is_public

PRIVATE = """
0.0.0.0 0.1.2.3 10.0.0.1 100.64.0.1 100.100.100.200 127.0.0.1 127.255.255.254 168.63.129.16 169.254.169.254 172.16.0.1
172.31.255.255 192.0.0.192 192.0.2.1 192.88.99.1 192.168.1.1 198.18.0.1 198.51.100.1 203.0.113.1 224.0.0.1 239.1.1.1
240.0.0.1 255.255.255.255 :: ::1 ::127.0.0.1 ::ffff:127.0.0.1 ::ffff:10.0.0.1 ::ffff:0:169.254.169.254 64:ff9b::7f00:1
64:ff9b::a9fe:a9fe 64:ff9b:1::1 100::1 2001:db8::1 2001::1 2002:7f00:1:: 2002:a9fe:a9fe:: fc00::1 fd00:ec2::254 fe80::1
fe80::1%1 fec0::1 ff02::1 3fff::1 5f00::1
""".split()
PUBLIC = (
    "1.1.1.1 8.8.8.8 93.184.216.34 172.32.0.1 100.128.0.1 2606:4700::1111 2a00:1450:4007::2004 64:ff9b::808:808".split()
)


@pytest.mark.parametrize("address", PRIVATE)
def test_an_address_that_is_not_public_is_known_as_such(address: str) -> None:
    assert not is_public(ip_address(address))


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_address_is_known_as_such(address: str) -> None:
    assert is_public(ip_address(address))


@pytest.mark.parametrize("address", PRIVATE)
def test_a_host_with_a_private_address_among_public_ones_is_refused(address: str) -> None:
    client = Client(resolve=lambda host, port: ["1.1.1.1", address], allowed=Allowed())
    with pytest.raises(OutboundRefused, match="public internet"):
        client.request("GET", "https://hooks.example/")


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "http://localhost/",
        "http://2130706433/",
        "http://0x7f000001/",
        "http://0177.0.0.1/",
        "http://127.1/",
        "http://0/",
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://[::ffff:7f00:1]/",
        "http://[::]/",
        "http://169.254.169.254/latest/meta-data/",
        "http://１２７.0.0.1/",
    ],
)
def test_the_loopback_is_refused_in_every_spelling(url: str) -> None:
    with pytest.raises((OutboundRefused, OutboundTemporary)) as caught:
        Client(allowed=Allowed()).request("GET", url, timeout=3)
    assert not caught.value.message.startswith("No connection"), "a connection was tried"


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("ftp://hooks.example/", "must begin with"),
        ("file:///etc/passwd", "must begin with"),
        ("gopher://hooks.example/", "must begin with"),
        ("javascript:alert(1)", "must begin with"),
        ("//hooks.example/", "must begin with"),
        ("https://user:secret@hooks.example/", "user name"),
        ("https://user@hooks.example/", "user name"),
        ("https:///path", "no host"),
        ("https://hooks.example\\@127.0.0.1/", "user name"),
        ("https://hooks.example/a b", "valid URL"),
        ("https://hooks.example/\r\nX: y", "valid URL"),
        ("https://hooks.example:99999/", "valid URL|Port"),
        ("https://hooks.example/" + "a" * 5000, "valid URL"),
        ("https://[fe80::1%25eth0]/", "valid URL|no host"),
        ("https://hooks.example:22/", "Port 22"),
        ("https://hooks.example:25/", "Port 25"),
        ("https://hooks.example:6379/", "Port 6379"),
        ("", "must begin with"),
    ],
)
def test_what_is_no_web_address_is_refused(url: str, said: str) -> None:
    with pytest.raises(OutboundRefused, match=said):
        Client(resolve=lambda host, port: ["1.1.1.1"], allowed=Allowed()).check(url)


@pytest.mark.parametrize(
    ("allowed", "is_allowed"),
    [
        ("", False),
        ("127.0.0.1", True),
        ("127.0.0.0/8, other", True),
        (["hooks.example"], True),
        ("HOOKS.example.", True),
        ("hooks.example.com,10.0.0.0/8", False),
        ("[::1]", False),
    ],
)
def test_the_operator_allows_hosts_and_networks(allowed: str | list[str], is_allowed: bool) -> None:
    client = Client(resolve=lambda host, port: ["127.0.0.1"], allowed=Allowed.parse(allowed))
    if is_allowed:
        client.check("http://hooks.example:81/")
    else:
        with pytest.raises(OutboundRefused):
            client.check("http://hooks.example:81/")


def test_a_public_port_rule_holds_although_another_address_is_allowed() -> None:
    client = Client(resolve=lambda host, port: ["1.1.1.1", "10.0.0.1"], allowed=Allowed.parse("10.0.0.0/8"))
    with pytest.raises(OutboundRefused, match="Port"):
        client.check("http://hooks.example:25/")


def test_a_name_that_is_not_found_may_be_asked_again() -> None:
    with pytest.raises(OutboundTemporary, match="not found"):
        Client(resolve=lambda host, port: []).request("GET", "http://nowhere.invalid/")
    with pytest.raises(OutboundTemporary, match="not found"):
        Client().request("GET", "http://nowhere.invalid/")
