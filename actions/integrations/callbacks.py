"""Addresses under which the other side of an integration calls us: secret, and made of nothing but its uid."""

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest
from django.urls import reverse

from actions.models import Integration
from crm.announced import announced_length
from crm.tokens import Tokens

#: bytes: providers gather thousands of events into one call, more than a form of ours may hold
MOST_SAID = 20 * 1024 * 1024

_tokens = Tokens("actions.integrations")


def callback_url(row: Integration, what: str) -> str:
    """Return the secret address for one kind of call."""
    return f"{settings.SITE_URL}{reverse('integration-callback', args=[_tokens.of(row.uid), what])}"


def integration_of(token: str) -> Integration | None:
    """Return the integration whose address holds the token; None for a token that is not ours."""
    uid = _tokens.uid(token)
    return Integration.objects.filter(uid=uid).first() if uid else None


def said_in(request: HttpRequest) -> bytes:
    """Return what a provider says; raises RequestDataTooBig. The request cannot be read a second time."""
    if announced_length(request) > MOST_SAID:
        raise RequestDataTooBig
    return request.read()
