"""Addresses under which the other side of an integration calls us: secret, and made of nothing but its uid."""

from django.conf import settings
from django.urls import reverse

from actions.models import Integration
from crm.tokens import Tokens

_tokens = Tokens("actions.integrations")


def callback_url(row: Integration, what: str) -> str:
    """Return the secret address for one kind of call."""
    return f"{settings.SITE_URL}{reverse('integration-callback', args=[_tokens.of(row.uid), what])}"


def integration_of(token: str) -> Integration | None:
    """Return the integration whose address holds the token; None for a token that is not ours."""
    uid = _tokens.uid(token)
    return Integration.objects.filter(uid=uid).first() if uid else None
