"""POSTs: one transaction, one cause, and with an Idempotency-Key done once however often they are sent."""

import hashlib
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from django.db import IntegrityError, OperationalError, transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from crm import clock, db
from crm.api.auth import Grant, grant_of
from crm.api.problems import Problem
from crm.cause import caused_by
from crm.models import IdempotentCall
from crm.periodic import periodic

P = ParamSpec("P")
T = TypeVar("T")
Content = dict[str, Any]

KEPT_FOR = timedelta(hours=48)
_CLEANED_AT_ONCE = 1_000
_TRIES = 3


class _Taken(Exception):
    """Another request with the same key came first."""


def posting(
    status: int = 200, *, opens_transaction: bool = False
) -> Callable[[Callable[P, Content]], Callable[P, HttpResponse]]:
    """Wrap a POST route: its effect and its answer's record are one transaction, caused by the calling key.

    The route's first argument is the request; it returns the content of the answer. Only answers of
    success are kept: a refused request changed nothing, and may be sent again once it is put right.
    A route that `opens_transaction` itself is not put into one when no answer is kept: it writes last, and all at once.
    """

    def decorate(view: Callable[P, Content]) -> Callable[P, HttpResponse]:
        @wraps(view)
        def route(*args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            request: HttpRequest = args[0]  # type: ignore[assignment]
            grant = grant_of(request)

            def act() -> str:
                return json.dumps(view(*args, **kwargs), ensure_ascii=False)

            with caused_by(grant.cause):
                key = request.headers.get("Idempotency-Key")
                if key is None:
                    return _answer(
                        status, _unless_deadlocked(act if opens_transaction else lambda: _in_one_transaction(act))
                    )
                checked = _checked(key)
                return _unless_deadlocked(lambda: _once(request, grant, checked, status, act))

        return route

    return decorate


@periodic(every=3600)
def forget_old_calls(now: datetime | None = None) -> int:
    """Delete answers kept for more than two days, some thousand at a time; returns how many went."""
    before = (now or clock.now()) - KEPT_FOR
    gone = 0
    while ids := list(
        IdempotentCall.objects.filter(created_at__lt=before)
        .order_by("created_at")
        .values_list("pk", flat=True)[:_CLEANED_AT_ONCE]
    ):
        gone += IdempotentCall.objects.filter(pk__in=ids).delete()[0]
    return gone


def _unless_deadlocked(work: Callable[[], T]) -> T:
    """Do the work again when the database ended it to resolve a deadlock."""
    for _attempt in range(_TRIES - 1):
        try:
            return work()
        except OperationalError as error:
            if not db.is_deadlock(error):
                raise
    return work()


def _in_one_transaction(act: Callable[[], str]) -> str:
    with transaction.atomic():
        return act()


def _once(request: HttpRequest, grant: Grant, key: str, status: int, act: Callable[[], str]) -> HttpResponse:
    body_hash = hashlib.sha256(f"{request.method} {request.path}\n".encode() + request.body).hexdigest()
    try:
        with transaction.atomic():
            try:
                # A second request with the key waits here for the end of the first one's transaction.
                call = IdempotentCall.objects.create(
                    api_key_id=grant.api_key_id, key=key, body_hash=body_hash, created_at=clock.now()
                )
            except IntegrityError as error:
                raise _Taken from error
            call.status, call.answer = status, act()
            call.save(update_fields=["status", "answer"])
            return _answer(status, call.answer)
    except _Taken:
        return _again(grant, key, body_hash)


def _again(grant: Grant, key: str, body_hash: str) -> HttpResponse:
    call = IdempotentCall.objects.filter(api_key_id=grant.api_key_id, key=key).first()
    if call is None or call.status is None:
        raise Problem(
            409,
            "in-progress",
            _("The same request is being answered"),
            _("A request with this Idempotency-Key is under way; send it again in a moment."),
            headers={"Retry-After": "1"},
        )
    if call.body_hash != body_hash:
        raise Problem(
            409,
            "key-reused",
            _("The Idempotency-Key was used for another request"),
            _("Take a new key for each new request; the same key is for sending the very same one again."),
        )
    response = _answer(call.status, str(call.answer))
    response.headers["Idempotent-Replayed"] = "true"
    return response


def _checked(key: str) -> str:
    """Return under what a key is kept: its hash, since callers may make keys out of addresses."""
    key = key.strip()
    if 0 < len(key) <= 255 and key.isascii() and key.isprintable():
        return hashlib.sha256(key.encode()).hexdigest()
    raise Problem(
        400,
        "bad-idempotency-key",
        _("The Idempotency-Key cannot be used"),
        _("Send 1 to 255 printable ASCII characters, a UUID for example."),
    )


def _answer(status: int, text: str) -> HttpResponse:
    return HttpResponse(text, status=status, content_type="application/json; charset=utf-8")
