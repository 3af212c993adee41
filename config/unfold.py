"""How the back-office looks: colours and sidebar of the admin theme."""

from typing import Any

UNFOLD: dict[str, Any] = {
    "SITE_TITLE": "Declic",
    "SITE_HEADER": "Declic",
    "SITE_SYMBOL": "bolt",
    "SHOW_HISTORY": True,
    "SHOW_VIEW_ON_SITE": False,
    "SHOW_LANGUAGES": True,
    "SIDEBAR": {
        "show_search": True,
        "command_search": False,
        "show_all_applications": False,
        "navigation": "config.sidebar.navigation",
    },
}
