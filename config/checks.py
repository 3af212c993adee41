"""System checks of the settings (ids declic.E0xx and declic.W0xx)."""

from collections.abc import Sequence
from ipaddress import IPv4Network, IPv6Network, ip_network
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


@register(Tags.security, deploy=True)
def check_proxies(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Warn where a proxy on another machine is likely, and only one on this machine is believed."""
    is_elsewhere = settings.HOST not in {"localhost", "127.0.0.1", "::1"}
    if not settings.IS_HTTPS or not is_elsewhere or not all(map(_is_own, settings.TRUSTED_PROXIES)):
        return []
    return [
        Warning(
            "All clients have the address of the proxy, unless it runs on this machine.",
            hint="Name the proxy in DECLIC_TRUSTED_PROXIES, by address or network.",
            id="declic.W002",
        )
    ]


@register()
def check_proxy_networks(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Refuse proxies that are neither addresses nor networks."""
    return [
        Error(
            f"DECLIC_TRUSTED_PROXIES holds no address or network: {name!r}.",
            hint="Write it as 10.0.0.5 or 10.0.0.0/24.",
            id="declic.E004",
        )
        for name in settings.TRUSTED_PROXIES
        if _network(name) is None
    ]


def _is_own(name: str) -> bool:
    network = _network(name)
    return network is not None and network.is_loopback


def _network(name: str) -> IPv4Network | IPv6Network | None:
    try:
        return ip_network(name, strict=False)
    except ValueError:
        return None


@register()
def check_counts(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Refuse numbers of processes and limits below one."""
    names = {
        "ENGINE_WORKERS": "DECLIC_ENGINE_WORKERS",
        "MAIL_WORKERS": "DECLIC_MAIL_WORKERS",
        "HTTP_WORKERS": "DECLIC_HTTP_WORKERS",
        "WEB_WORKERS": "DECLIC_WEB_WORKERS",
        "WEB_THREADS": "DECLIC_WEB_THREADS",
        "FORMS_PER_HOUR": "DECLIC_FORMS_PER_HOUR",
        "WORKFLOW_MAX_TRIGGERS": "DECLIC_MAX_TRIGGERS",
        "WORKFLOW_MAX_ACTIONS": "DECLIC_MAX_ACTIONS",
    }
    return [
        Error(f"{variable} must be at least 1.", hint=f"Set {variable} to a whole number from 1.", id="declic.E003")
        for name, variable in names.items()
        if getattr(settings, name) < 1
    ]
