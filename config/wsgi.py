"""The WSGI application that granian serves: Django, with a shorter way in for calls of the API."""

import os
from collections.abc import Iterable
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup(set_prefix=False)

from django.conf import settings  # noqa: E402
from django.core.handlers.wsgi import WSGIHandler  # noqa: E402

from actions.tracking.links import CLICKS, OPENS  # noqa: E402
from config.memory import settle_memory  # noqa: E402

#: versions of the API; its page and description go the long way, with the headers that pages need
API_PREFIXES = ("/api/v1/", "/api/v2/", "/api/v3/")
#: what needs no session either: links and pictures of e-mails, reports of providers
BARE_PREFIXES = (CLICKS, OPENS, "/webhooks/email/")


class ApiHandler(WSGIHandler):
    """Django's handler with the middleware that the API needs and no other."""

    def load_middleware(self, is_async: bool = False) -> None:
        """Load `API_MIDDLEWARE` in place of `MIDDLEWARE`."""
        whole = settings.MIDDLEWARE
        settings.MIDDLEWARE = settings.API_MIDDLEWARE
        try:
            super().load_middleware(is_async)
        finally:
            settings.MIDDLEWARE = whole


_pages, _api = WSGIHandler(), ApiHandler()


def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    """Answer a request."""
    handler = _api if environ.get("PATH_INFO", "").startswith((*API_PREFIXES, *BARE_PREFIXES)) else _pages
    return handler(environ, start_response)


settle_memory()
