"""What machines ask: is it well, and how much is there to do."""

import hmac

import redis
from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, HttpResponseNotFound, JsonResponse
from django.views.decorators.cache import never_cache
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest


def database_is_up() -> bool:
    """Ask the database for one row."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True


def redis_is_up() -> bool:
    """Ask Redis for a pong, at most 200 ms."""
    try:
        client = redis.Redis.from_url(settings.REDIS_URL, socket_timeout=0.2, socket_connect_timeout=0.2)
        return bool(client.ping())
    except redis.RedisError:
        return False


@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """Answer 200 while the database answers. Redis is told, but without it things only go slower."""
    database = database_is_up()
    state = {"database": "up" if database else "down", "redis": "up" if redis_is_up() else "down"}
    return JsonResponse(state, status=200 if database else 503)


@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """Answer Prometheus, which presents DECLIC_METRICS_TOKEN as its bearer token; without one set there is no page."""
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    token = settings.METRICS_TOKEN
    if not token or not hmac.compare_digest(given.encode(), token.encode()):
        return HttpResponseNotFound()
    from config import metrics as work  # noqa: F401  # registers what is counted in the tables

    return HttpResponse(generate_latest(), content_type=CONTENT_TYPE_LATEST)
