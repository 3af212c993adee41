"""System checks of the settings (ids declic.E0xx and declic.W0xx)."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register


@register(Tags.security, deploy=True)
def check_site_url(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Warn about an address that others reach without HTTPS."""
    host = urlsplit(settings.SITE_URL).hostname or ""
    if settings.IS_HTTPS or host in {"localhost", "127.0.0.1", "::1"}:
        return []
    return [
        Warning(
            f"Passwords and personal data travel in clear to {settings.SITE_URL}.",
            hint="Put a proxy with TLS in front and set DECLIC_URL to its https:// address.",
            id="declic.W001",
        )
    ]


@register()
def check_addresses(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Refuse addresses that nothing could reach."""
    found: list[CheckMessage] = []
    parts = urlsplit(settings.SITE_URL)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        found.append(
            Error(
                f"DECLIC_URL is not an address: {settings.SITE_URL!r}.",
                hint="Write it as https://declic.example.com.",
                id="declic.E001",
            )
        )
    if urlsplit(settings.REDIS_URL).scheme not in {"redis", "rediss", "unix"}:
        found.append(
            Error(
                "REDIS_URL does not name a Redis.",
                hint="Write it as redis://host:6379/0, or leave it empty for the embedded server.",
                id="declic.E002",
            )
        )
    return found


@register()
def check_counts(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Refuse numbers of processes and limits below one."""
    names = {
        "ENGINE_WORKERS": "DECLIC_ENGINE_WORKERS",
        "MAIL_WORKERS": "DECLIC_MAIL_WORKERS",
        "HTTP_WORKERS": "DECLIC_HTTP_WORKERS",
        "WEB_WORKERS": "DECLIC_WEB_WORKERS",
        "WEB_THREADS": "DECLIC_WEB_THREADS",
        "WORKFLOW_MAX_TRIGGERS": "DECLIC_MAX_TRIGGERS",
        "WORKFLOW_MAX_ACTIONS": "DECLIC_MAX_ACTIONS",
    }
    return [
        Error(f"{variable} must be at least 1.", hint=f"Set {variable} to a whole number from 1.", id="declic.E003")
        for name, variable in names.items()
        if getattr(settings, name) < 1
    ]
