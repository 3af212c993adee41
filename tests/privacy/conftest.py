"""Somebody signed in, and a server for webhooks."""

from tests.actions.conftest import _afresh, http_sink
from tests.crm.admin.conftest import admin
from tests.privacy.referrals import two

__all__ = ["_afresh", "admin", "http_sink", "two"]
