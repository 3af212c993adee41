"""The ground: profiles, orders, pots, referrals, consents."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CrmConfig(AppConfig):
    """Wires the consequences of facts inside crm."""

    name = "crm"
    verbose_name = _("People and sales")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Connect receivers and load the registries."""
        from crm import consequences, db, lookups
        from crm.conditions import types  # noqa: F401
        from crm.personal import ages, audiences, imported, logs, people, sales  # noqa: F401

        db.add_functions()
        lookups.add_lookups()
        consequences.connect()
