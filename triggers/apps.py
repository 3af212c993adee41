"""What can start a workflow: the ledger of events and the trigger types."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TriggersConfig(AppConfig):
    """Wires the receivers that turn facts into events."""

    name = "triggers"
    verbose_name = _("Events")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Connect receivers and load the registries."""
        from triggers import conditions, receivers, types  # noqa: F401

        receivers.connect()
