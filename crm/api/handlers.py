"""Turn every exception that leaves a route into a problem, so that bad input never becomes a 500."""

import logging
from collections.abc import Callable
from typing import Any, cast

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.core.exceptions import ValidationError as DjangoValidationError
from django.core.signals import got_request_exception
from django.db import DataError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from crm.api.body import too_large
from crm.api.problems import CONTENT_TYPE, Fault, Problem, bad_body, invalid, not_found, pointer
from crm.errors import Invalid, Refused

log = logging.getLogger("declic.api")

#: pydantic's kinds of error that shops meet, said in our own words
_SAID: dict[str, Callable[[dict[str, Any]], str]] = {
    "missing": lambda _ctx: _("This value is required."),
    "string_type": lambda _ctx: _("This must be a text."),
    "string_too_long": lambda ctx: _("This holds at most %(most)s characters.") % {"most": ctx["max_length"]},
    "string_too_short": lambda _ctx: _("This may not be empty."),
    "dict_type": lambda _ctx: _("This must be an object: names and values."),
    "model_type": lambda _ctx: _("This must be an object: names and values."),
    "model_attributes_type": lambda _ctx: _("This must be an object: names and values."),
    "list_type": lambda _ctx: _("This must be a list."),
    "int_type": lambda _ctx: _("This must be a whole number."),
    "int_parsing": lambda _ctx: _("This must be a whole number."),
    "int_from_float": lambda _ctx: _("This must be a whole number."),
    "bool_type": lambda _ctx: _("This must be yes or no: true, false, 1 or 0."),
    "bool_parsing": lambda _ctx: _("This must be yes or no: true, false, 1 or 0."),
    "greater_than_equal": lambda ctx: _("This must be %(least)s or more.") % {"least": ctx["ge"]},
    "less_than_equal": lambda ctx: _("This must be %(most)s or less.") % {"most": ctx["le"]},
    "too_long": lambda ctx: _("This holds at most %(most)s entries.") % {"most": ctx["max_length"]},
}


def problem_of(error: object) -> Problem | None:
    """Return the problem that an expected exception stands for; None for a bug."""
    match error:
        case Problem():
            return error
        case ValidationError():
            return invalid(_fault(entry) for entry in error.errors)
        case Invalid():
            return invalid([Fault(pointer(*error.field.split(".")) if error.field else "", str(error.message))])
        case Refused():
            return Problem(422, "refused", _("A rule forbids this change"), str(error.message))
        case DjangoValidationError():
            return invalid(Fault("", message) for message in error.messages)
        case AuthenticationError():
            return unauthenticated()
        case HttpError(__cause__=Problem() as cause):
            return cause
        case HttpError():
            return Problem(error.status_code, "http-error", _("The request cannot be answered"), str(error))
        case Http404():
            return not_found(
                "not-found", _("Not found"), _("There is nothing at this address; compare it with the docs.")
            )
        case RequestDataTooBig():
            return too_large()
        case SuspiciousOperation():
            return bad_body(_("The request is malformed."))
        case DataError():
            return invalid([Fault("", _("A value is too long or out of range."))])
        case OperationalError():
            return Problem(
                503,
                "busy",
                _("The database is busy"),
                _("Nothing was changed; send the same request again in a moment."),
                headers={"Retry-After": "2"},
            )
    return None


def unauthenticated() -> Problem:
    """Say that no valid key came along."""
    return Problem(
        401,
        "unauthenticated",
        _("A valid API key is needed"),
        _("Send HTTP Basic with the public and the private key, or “Authorization: Bearer <private key>”."),
        headers={"WWW-Authenticate": 'Basic realm="Declic", charset="UTF-8", Bearer realm="Declic"'},
    )


def answer(request: HttpRequest, error: Exception | type[Exception]) -> HttpResponse:
    """Answer any exception: what is expected as its problem, a bug as a reported 500."""
    problem = problem_of(error)
    if problem is None or isinstance(error, DataError | OperationalError):
        got_request_exception.send(sender=None, request=request)
        log.error("%s %s failed", request.method, request.path, exc_info=cast(Exception, error))
    if problem is None:
        problem = Problem(
            500,
            "unexpected",
            _("Something went wrong on our side"),
            _("Nothing was changed and the error was reported; try again later."),
        )
    return problem.response()


def install(api: NinjaAPI) -> None:
    """Let every exception of an API be answered as a problem."""
    # Ninja looks handlers up along the exception's classes, so its own for these must be replaced one by one.
    for kind in (Exception, HttpError, ValidationError, Http404):
        api.add_exception_handler(kind, answer)


class ProblemMiddleware:
    """Answer as a problem what Django refuses under /api/ before or beside the routes: 404, 405, a bad host."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on and look at what comes back."""
        response = self.get_response(request)
        if response.status_code < 400 or not request.path.startswith("/api/"):
            return response
        if response.headers.get("Content-Type", "").startswith(CONTENT_TYPE):
            return response
        return _problem_for(response).response()


def _problem_for(response: HttpResponse) -> Problem:
    if response.status_code == 404:
        problem = problem_of(Http404())
        assert problem is not None
        return problem
    if response.status_code == 405:
        allowed = response.headers.get("Allow", "")
        detail = _("This address takes %(methods)s.") % {"methods": allowed}
        return Problem(405, "method-not-allowed", _("The method is not allowed"), detail, headers={"Allow": allowed})
    return Problem(response.status_code, "http-error", _("The request cannot be answered"), response.reason_phrase)


def _fault(entry: dict[str, Any]) -> Fault:
    where, *path = entry["loc"]
    said = _SAID.get(entry["type"])
    detail = said(entry.get("ctx") or {}) if said else entry["msg"]
    if where == "body" and path[1:] == [] and entry["type"] == "missing":
        return Fault("", _("The body is empty."))
    if where == "body":  # the first part is the name of the route's parameter
        return Fault(pointer(*path[1:]), detail)
    return Fault(f"?{path[-1]}" if path else "", detail)
