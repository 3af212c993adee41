"""Ties triggers, conditions and actions together."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WorkflowsConfig(AppConfig):
    """Listens to the ledger and to deliveries."""

    name = "workflows"
    verbose_name = _("Automations")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Connect receivers and load control blocks, guards and what the preview checks."""
        from workflows import capping, checks, control, guards, imports, messages, receivers  # noqa: F401
        from workflows.preview import limits, risks  # noqa: F401

        receivers.connect()
