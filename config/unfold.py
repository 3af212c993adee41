"""How the back-office looks: the colours and parts of the admin theme."""

from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext_lazy as _


def _styles(request: HttpRequest) -> str:
    return static("crm/admin.css")


def _script(request: HttpRequest) -> str:
    return static("crm/admin.js")


def _favicon(request: HttpRequest) -> str:
    return static("crm/declic.svg")


def _choose_language(request: HttpRequest) -> str:
    return reverse("admin:choose_language")


UNFOLD: dict[str, Any] = {
    "SITE_TITLE": "Declic",
    "SITE_HEADER": "Declic",
    "SITE_SUBHEADER": _("Marketing automation"),
    "SITE_SYMBOL": "bolt",
    "SITE_URL": None,
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": _favicon}],
    "SHOW_HISTORY": True,
    "SHOW_VIEW_ON_SITE": False,
    "SHOW_LANGUAGES": True,
    "LANGUAGES": {"action": _choose_language},
    "BORDER_RADIUS": "6px",
    "STYLES": [_styles],
    "SCRIPTS": [_script],
    "DASHBOARD_CALLBACK": "config.dashboard.context",
    "COLORS": {
        "primary": {
            "50": "oklch(96.2% .018 272.314)",
            "100": "oklch(93% .034 272.788)",
            "200": "oklch(87% .065 274.039)",
            "300": "oklch(78.5% .115 274.713)",
            "400": "oklch(67.3% .182 276.935)",
            "500": "oklch(58.5% .233 277.117)",
            "600": "oklch(51.1% .262 276.966)",
            "700": "oklch(45.7% .24 277.023)",
            "800": "oklch(39.8% .195 277.366)",
            "900": "oklch(35.9% .144 278.697)",
            "950": "oklch(25.7% .09 281.288)",
        },
    },
    "SIDEBAR": {
        "show_search": True,
        "command_search": True,
        "show_all_applications": False,
        "navigation": "config.sidebar.navigation",
    },
}
