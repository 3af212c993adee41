"""The back-office site."""

from unfold.sites import UnfoldAdminSite


class DeclicAdminSite(UnfoldAdminSite):
    """Serve the back-office; its sidebar stands in `config.unfold`."""
