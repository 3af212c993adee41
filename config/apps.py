"""App configurations of the roof."""

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig
from django.utils.translation import gettext_lazy as _


class RoofConfig(AppConfig):
    """Wire what belongs to the project as a whole."""

    name = "config"
    verbose_name = _("Declic")

    def ready(self) -> None:
        """Register the system checks of the settings."""
        from config import checks  # noqa: F401


class DeclicAdminConfig(AdminConfig):
    """Make our admin site the default one, so that `admin.register` finds it."""

    default_site = "config.admin_site.DeclicAdminSite"
