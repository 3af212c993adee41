"""Which network addresses may be called: public ones, and those that the operator allows."""

import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Address = IPv4Address | IPv6Address
#: Host and port → the addresses to connect to.
Resolver = Callable[[str, int], Sequence[str]]

#: Not public, whatever the tables of the running Python say.
_CLOSED = tuple(
    ip_network(network)
    for network in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "168.63.129.16/32",  # what Azure shows its machines
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/3",
        "64:ff9b:1::/48",
        "100::/64",
        "2001:db8::/32",
        "3fff::/20",
        "5f00::/16",
    )
)
_GLOBAL_UNICAST = IPv6Network("2000::/3")
_NAT64 = IPv6Network("64:ff9b::/96")
_COMPATIBLE = IPv6Network("::/96")
_TRANSLATED = IPv6Network("::ffff:0:0:0/96")


def is_public(address: Address) -> bool:
    """Tell whether an address is on the public internet, IPv4 inside IPv6 looked at as what it is."""
    if isinstance(address, IPv6Address):
        if address.scope_id:
            return False
        if (inner := embedded(address)) is not None:
            return is_public(inner)
        if address not in _GLOBAL_UNICAST:
            return False
    if any(address in network for network in _CLOSED if network.version == address.version):
        return False
    return address.is_global and not address.is_multicast


def embedded(address: IPv6Address) -> IPv4Address | None:
    """Return the IPv4 address that an IPv6 one leads to (mapped, translated, NAT64, 6to4, Teredo)."""
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address.sixtofour is not None:
        return address.sixtofour
    if address.teredo is not None:
        return address.teredo[1]
    if address in _NAT64 or address in _TRANSLATED or (address in _COMPATIBLE and int(address) > 1):
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return None


@dataclass(frozen=True)
class Allowed:
    """What may be called although it is not public."""

    hosts: frozenset[str] = frozenset()
    networks: tuple[IPv4Network | IPv6Network, ...] = field(default=())

    @classmethod
    def parse(cls, written: str | Sequence[str]) -> "Allowed":
        """Read hosts, addresses and networks, as a list or with commas between them."""
        entries = written.split(",") if isinstance(written, str) else written
        hosts: set[str] = set()
        networks: list[IPv4Network | IPv6Network] = []
        for entry in filter(None, (entry.strip() for entry in entries)):
            try:
                networks.append(ip_network(entry.strip("[]"), strict=False))
            except ValueError:
                hosts.add(entry.lower().rstrip("."))
        return cls(frozenset(hosts), tuple(networks))

    def covers(self, host: str, address: Address) -> bool:
        """Tell whether this host, or this address, is allowed."""
        if host.lower().rstrip(".") in self.hosts:
            return True
        inner = embedded(address) if isinstance(address, IPv6Address) else None
        return any(one in network for network in self.networks for one in (address, inner) if one is not None)


def parse_address(written: str) -> Address:
    """Return the address that a resolver gave."""
    return ip_address(written)


def system_resolver(host: str, port: int) -> list[str]:
    """Return the addresses of a host in the order in which the system prefers them; raise OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))
