"""What the answer of a provider's API means for a message that must not go out twice."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from actions.channels.answers import AGAIN, said
from actions.channels.results import Final, Result, Sent, Temporary, Unknown
from actions.outbound.errors import OutboundError, OutboundRefused, OutboundTemporary
from actions.outbound.response import Response

#: a gateway answered in the place of the provider, which may have got the call
GATEWAY = frozenset({502, 504})
#: the provider does not know us
NOT_LET_IN = frozenset({401, 403})

Accepted = Callable[[Response, Mapping[str, Any]], Sent | None]
Refused = Callable[[Response, Mapping[str, Any]], Result | None]


def provider_result(call: Callable[[], Response], *, accepted: Accepted, refused: Refused) -> Result:
    """Make a call and say how it ended.

    `accepted` reads an answer of success: None is nonsense, after which nobody can know. `refused` maps the provider's
    own errors; None leaves it to the status: 429, 500 and 503 are temporary, 502 and 504 unknown, all others final.
    """
    try:
        response = call()
    except OutboundRefused as error:
        return Final(error.message)
    except OutboundTemporary as error:
        return Temporary(error.message)
    except OutboundError as error:
        return Unknown(error.message)
    body = json_of(response)
    if response.is_success:
        return accepted(response, body) or Unknown(_("The provider's answer makes no sense: %s") % said(response))
    if (known := refused(response, body)) is not None:
        return known
    if response.status in AGAIN:
        return Temporary(said(response), response.retry_after)
    if response.status in GATEWAY:
        return Unknown(said(response))
    if response.status >= 500:
        return Temporary(said(response), response.retry_after)
    if response.status in NOT_LET_IN:
        return Final(_("The provider refuses our key; test the integration. %s") % said(response))
    return Final(said(response))


def json_of(response: Response) -> dict[str, Any]:
    """Return the JSON object of an answer; empty where it is none."""
    try:
        found = json.loads(response.body)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def text_in(body: Mapping[str, Any], *path: str | int) -> str:
    """Return the text or number at a path of an answer; empty where there is none."""
    found: Any = body
    for part in path:
        if isinstance(found, Mapping):
            found = found.get(part)
        elif isinstance(found, list) and isinstance(part, int) and len(found) > part:
            found = found[part]
        else:
            return ""
    return str(found) if isinstance(found, str | int) and not isinstance(found, bool) else ""
