"""What the tests of actions share with those of this folder."""

from tests.actions.conftest import http_sink

__all__ = ["http_sink"]
