"""How every page that customers see is served: to anybody who has its address, and told to nobody else."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import BadRequest, RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.http.multipartparser import MultiPartParserError
from django.views.decorators.csrf import csrf_exempt

from crm.announced import announced_length
from crm.hosted.frame import Frame

#: nobody keeps it, no search engine lists it, no other site learns its address; it runs no script, whoever wrote it
HEADERS = {
    "Cache-Control": "private, no-store, max-age=0",
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src data:; form-action 'self';"
    " base-uri 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow",
}
#: bytes; all that the longest form of ours can hold, several times over
LONGEST_BODY = 1_000_000
_UNREADABLE = (BadRequest, RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent, MultiPartParserError)


def customers_page(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Serve a page without login: whoever has its address may see it, and a form posted from elsewhere can do no more.

    A body that is too large or that nobody can read ends in a page that says so.
    """

    @csrf_exempt
    @wraps(view)
    def served(request: HttpRequest, *args: Any, **options: Any) -> HttpResponseBase:
        try:
            if announced_length(request) > LONGEST_BODY:
                raise RequestDataTooBig
            response = view(request, *args, **options)
        except _UNREADABLE as error:
            status = 413 if isinstance(error, RequestDataTooBig) else 400
            response = Frame.of().page(request, "hosted/unreadable.html", {}, status=status)
        for name, value in HEADERS.items():
            response[name] = value
        return response

    return served


def no_page(request: HttpRequest) -> HttpResponse:
    """Say that an address leads nowhere."""
    return Frame.of().page(request, "hosted/no_page.html", {}, status=404)
