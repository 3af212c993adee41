"""How things are shown in lists and on pages."""

from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from crm.models import Profile
from crm.words import money, pairs, points, said, when

__all__ = ["badge", "link", "list_of", "money", "page_of", "pairs", "points", "profile_link", "said", "when"]

#: the colour of a status, in the words of the theme
ORDER_TONES = {
    "new": "info",
    "processing": "info",
    "paid": "success",
    "shipped": "success",
    "delivered": "success",
    "cancelled": "",
    "failed": "danger",
    "refunded": "warning",
}
CONSENT_TONES = {"accepted": "success", "refused": "danger", "to_confirm": "warning", "unknown": ""}


def page_of(model_name: str, key: Any) -> str:
    """Return the address of a row's page by the name of its model ("workflows.run"), empty where there is no page."""
    app, _dot, name = model_name.partition(".")
    for page in ("page", "change"):
        try:
            return reverse(f"admin:{app}_{name}_{page}", args=[key])
        except NoReverseMatch:
            continue
    return ""


def list_of(model_name: str, **filters: Any) -> str:
    """Return the address of a list, filtered."""
    app, _dot, name = model_name.partition(".")
    query = "&".join(f"{column}={value}" for column, value in filters.items())
    return reverse(f"admin:{app}_{name}_changelist") + (f"?{query}" if query else "")


def link(text: Any, url: str) -> SafeString | str:
    """Return a link, or the text alone where there is no address."""
    return format_html('<a href="{}" class="d-link">{}</a>', url, text) if url else str(text)


def profile_link(profile: Profile) -> SafeString | str:
    """Return a profile's name as a link to its page."""
    return link(profile, page_of("crm.profile", profile.pk))


def badge(text: Any, tone: str = "") -> SafeString:
    """Return a word on a coloured ground."""
    return format_html('<span class="d-badge{}">{}</span>', f" d-{tone}" if tone else "", text)
