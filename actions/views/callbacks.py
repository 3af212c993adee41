"""Calls of providers: states of messages, replies, events; each kind of integration checks and reads its own."""

import logging

from django.core.exceptions import BadRequest, RequestDataTooBig, TooManyFieldsSent
from django.http import HttpRequest, HttpResponse, HttpResponseNotFound
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from actions.integrations import integration_kinds
from actions.integrations.callbacks import integration_of
from actions.secrets import Undecipherable

logger = logging.getLogger(__name__)


@csrf_exempt
@never_cache
@require_http_methods(["GET", "POST"])
def integration_callback(request: HttpRequest, token: str, what: str) -> HttpResponse:
    """Pass a call on to the integration that the secret address belongs to, also while that is switched off."""
    row = integration_of(token)
    kind = integration_kinds.get(row.kind) if row else None
    if row is None or kind is None or what not in kind.callbacks:
        return HttpResponseNotFound()
    try:
        return kind(row).receive(request, what)
    except (RequestDataTooBig, TooManyFieldsSent, BadRequest) as error:
        return HttpResponse(type(error).__name__, status=400, content_type="text/plain")
    except Undecipherable:
        logger.error("The secrets of the integration “%s” cannot be read: SECRET_KEY has changed.", row.name)
        return HttpResponse(status=503)
