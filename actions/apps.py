"""What a workflow can do: action types, deliveries and how they leave."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ActionsConfig(AppConfig):
    """Loads the registries."""

    name = "actions"
    verbose_name = _("Messages")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Load action types, channels, guards, conditions and integrations, and listen."""
        from actions import (  # noqa: F401
            caps,
            channels,
            checks,
            conditions,
            guards,
            quiet_hours,
            receivers,
            send_window,
            signals,
            types,
        )
        from actions.integrations import kinds  # noqa: F401
        from actions.mailings import guards as of_mailings  # noqa: F401
        from actions.tracking import receivers as of_tracking

        receivers.connect()
        of_tracking.connect()
        signals.deliveries_ended.connect(caps.give_back, dispatch_uid="actions.give_back")
