"""What Declic is connected to: the kinds of integration, and how each row is written and its secrets are read."""

from actions.integrations.base import IntegrationKind, Tested, integration_kinds
from actions.integrations.standing import active, is_set_up, locked_actions
from actions.integrations.store import note_test, save_integration, secrets_of
from actions.integrations.targets import check_secret, check_url, make_target, new_secret, set_target, signing_secrets

__all__ = [
    "IntegrationKind",
    "Tested",
    "active",
    "check_secret",
    "check_url",
    "integration_kinds",
    "is_set_up",
    "locked_actions",
    "make_target",
    "new_secret",
    "note_test",
    "save_integration",
    "secrets_of",
    "set_target",
    "signing_secrets",
]
