"""How long the body of a request is going to be, before any of it is read."""

from django.http import HttpRequest


def announced_length(request: HttpRequest) -> int:
    """Return how many bytes the body says it is, files included; what says no number is read as empty, as by Django."""
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return 0
