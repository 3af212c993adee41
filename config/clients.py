"""Who is at the other end of a request."""

from django.conf import settings
from django.http import HttpRequest


def client_ip(request: HttpRequest) -> str:
    """Return the address of the client.

    Behind HTTPS it is what our proxy appended last to X-Forwarded-For; what stands before that anybody can write.
    """
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "") if settings.IS_HTTPS else ""
    return forwarded.rpartition(",")[2].strip() or request.META.get("REMOTE_ADDR", "")
