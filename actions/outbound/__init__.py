"""The only way out over HTTP, and the signature of what goes out."""

from actions.outbound.client import Client, request
from actions.outbound.errors import OutboundError, OutboundRefused, OutboundTemporary, OutboundUnknown
from actions.outbound.response import Response

__all__ = [
    "Client",
    "OutboundError",
    "OutboundRefused",
    "OutboundTemporary",
    "OutboundUnknown",
    "Response",
    "request",
]
