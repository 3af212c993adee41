"""What a workflow can do: action types, deliveries and how they leave."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ActionsConfig(AppConfig):
    """Loads the registries."""

    name = "actions"
    verbose_name = _("Messages")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Load action types, channels, guards and integrations."""
        from actions import channels, checks, guards, quiet_hours, types  # noqa: F401
        from actions.integrations import kinds  # noqa: F401
