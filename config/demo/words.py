"""What the demo shop calls its things: in French where the back-office speaks French, else in English."""

from django.utils.translation import get_language


def said(english: str, french: str) -> str:
    """Return the name in the language of the back-office."""
    return french if (get_language() or "").startswith("fr") else english
