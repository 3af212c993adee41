"""In whose name and in which language a request to the back-office is answered."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import translation

from crm.cause import Cause, Origin, caused_by

Answer = Callable[[HttpRequest], HttpResponse]


class BackOfficeMiddleware:
    """Set the cause of every change made in the back-office, and its language to the user's own.

    Stands behind AuthenticationMiddleware and LocaleMiddleware: the browser's language holds for who chose none.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response
        self.prefix = reverse("admin:index")

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer a request; those to other doors pass untouched."""
        if not request.path_info.startswith(self.prefix) or not request.user.is_authenticated:
            return self.get_response(request)
        if language := request.user.language:
            translation.activate(language)
            request.LANGUAGE_CODE = language
        with caused_by(Cause(Origin.BACK_OFFICE, actor=request.user.get_username())):
            return self.get_response(request)
