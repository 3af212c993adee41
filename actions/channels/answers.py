"""What an answer over HTTP, or the lack of one, means for a delivery."""

from collections.abc import Callable
from http import HTTPStatus

from actions.channels.results import Final, Result, Sent, Temporary, Unknown
from actions.outbound.errors import OutboundRefused, OutboundTemporary, OutboundUnknown
from actions.outbound.response import Response

#: asked again although they are not the server's fault by name
AGAIN = frozenset({408, 425, 429})
LONGEST_QUOTE = 200


def result_of(call: Callable[[], Response]) -> Result:
    """Make a call and classify how it ended: 2xx sent; 408, 425, 429 and 5xx temporary; all other answers final."""
    try:
        response = call()
    except OutboundRefused as error:
        return Final(error.message)
    except OutboundTemporary as error:
        return Temporary(error.message)
    except OutboundUnknown as error:
        return Unknown(error.message)
    if response.is_success:
        return Sent()
    if response.status in AGAIN or response.status >= 500:
        return Temporary(said(response), response.retry_after)
    return Final(said(response))


def said(response: Response) -> str:
    """Return the status and the beginning of the body."""
    try:
        phrase = HTTPStatus(response.status).phrase
    except ValueError:
        phrase = ""
    quote = " ".join(response.text.split())[:LONGEST_QUOTE].replace("\x00", "")
    return f"{response.status} {phrase} {quote}".strip()
