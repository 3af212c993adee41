"""App configurations of the roof."""

from django.apps import AppConfig
from django.contrib import admin
from django.contrib.admin.apps import AdminConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class RoofConfig(AppConfig):
    """Wire what belongs to the project as a whole."""

    name = "config"
    verbose_name = _("Declic")

    def ready(self) -> None:
        """Register the system checks of the settings, and keep the roles after each migration."""
        from django.apps import apps

        from config import checks  # noqa: F401
        from config.roles import keep_roles

        admin.site.leave_out_strangers()  # type: ignore[attr-defined]
        # workflows is the last app with tables: by then every permission is there
        post_migrate.connect(keep_roles, sender=apps.get_app_config("workflows"), dispatch_uid="config.keep_roles")


class DeclicAdminConfig(AdminConfig):
    """Make our admin site the default one, so that `admin.register` finds it."""

    default_site = "config.admin_site.DeclicAdminSite"
