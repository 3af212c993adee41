"""Requests that hold what is no text: in a charset in which none is written, or with NUL in their address."""

from collections.abc import Callable
from functools import lru_cache

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse

_EVERY_BYTE = bytes(range(256))


class UnreadableMiddleware:
    """Answer them 400, before they are read at a place that does not expect it.

    Python knows codecs that are no charsets (hex, zip, undefined), and Django takes any for one: the fields of a form
    would raise LookupError. NUL is a text that PostgreSQL takes neither in a row nor in a question; forms refuse it in
    what is posted, but many a page asks for what its address says.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Look at charset and address, and pass the request on."""
        if request.encoding and not is_charset(request.encoding):
            raise BadRequest("The charset of the request is none.")
        if "%00" in request.META.get("QUERY_STRING", "") or "\0" in request.path_info:
            raise BadRequest("The address holds NUL.")
        return self.get_response(request)


@lru_cache(maxsize=64)
def is_charset(name: str) -> bool:
    """Tell whether any bytes can be read in a charset, those that mean nothing in it replaced."""
    try:
        return isinstance(_EVERY_BYTE.decode(name, "replace"), str)
    except (LookupError, ValueError):
        return False
