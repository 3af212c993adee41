"""Which headers a request carries."""

import re
from collections.abc import Mapping

from django.utils.translation import gettext as _

from actions.outbound.errors import OutboundRefused
from actions.outbound.target import PORTS, Target

_METHODS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE"})
_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
#: Ours to say.
_OWN = frozenset({"host", "content-length", "transfer-encoding", "connection", "accept-encoding", "expect"})


def request_headers(target: Target, headers: Mapping[str, str], method: str, body: bytes) -> list[tuple[bytes, bytes]]:
    """Return the headers as they are sent; raise OutboundRefused where a name or a value cannot be written."""
    if method not in _METHODS:
        raise OutboundRefused(_("The method %(method)s is not offered.") % {"method": method[:20]})
    port = "" if target.port == PORTS[target.scheme] else f":{target.port}"
    written = {"Host": target.host + port, "User-Agent": "Declic", "Accept": "*/*", "Accept-Encoding": "identity"}
    written["Connection"] = "close"
    if body or method in ("POST", "PUT", "PATCH"):
        written["Content-Length"] = str(len(body))
    given = {name: value for name, value in headers.items() if name.lower() not in _OWN}
    replaced = {name.lower() for name in given}
    written = {name: value for name, value in written.items() if name.lower() not in replaced} | given
    for name, value in written.items():
        if not _NAME.fullmatch(name) or any((ord(c) < 32 and c != "\t") or ord(c) == 127 for c in value):
            raise OutboundRefused(_("The header %(name)s cannot be sent.") % {"name": ascii(name[:60])})
    return [(name.encode("ascii"), value.strip().encode("utf-8", "replace")) for name, value in written.items()]
