"""Requests that name a charset in which no text is written."""

from collections.abc import Callable
from functools import lru_cache

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse

_EVERY_BYTE = bytes(range(256))


class CharsetMiddleware:
    """Answer them 400: Python knows codecs that are no charsets (hex, zip, undefined), and reading a form by one fails.

    Django takes any codec for one; the fields of a form would then raise LookupError wherever they are first read.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Look at the charset, and pass the request on."""
        if request.encoding and not is_charset(request.encoding):
            raise BadRequest("The charset of the request is none.")
        return self.get_response(request)


@lru_cache(maxsize=64)
def is_charset(name: str) -> bool:
    """Tell whether any bytes can be read in a charset, those that mean nothing in it replaced."""
    try:
        return isinstance(_EVERY_BYTE.decode(name, "replace"), str)
    except (LookupError, ValueError):
        return False
