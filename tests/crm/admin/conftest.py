"""Somebody signed in to the back-office."""

import pytest
from django.core.cache import cache
from django.test import Client

from tests.factories.people import UserFactory


@pytest.fixture
def admin(client: Client) -> Client:
    """Give a client signed in as a superuser called jo."""
    cache.clear()
    client.force_login(UserFactory(username="jo"))
    return client
