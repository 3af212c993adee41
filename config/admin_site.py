"""The back-office site."""

from unfold.sites import UnfoldAdminSite


class DeclicAdminSite(UnfoldAdminSite):  # type: ignore[misc]  # unfold ships no types
    """Serve the back-office; its sidebar stands in `config.unfold`."""
