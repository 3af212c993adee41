"""Lists of things that are few: segments, newsletters, scenarios."""

from django.db.models import Q

from crm.admin.history import HistoryAdmin


class Named(HistoryAdmin):
    """Things that are found by any part of their name."""

    search_fields = ("name",)

    def found(self, term: str) -> Q:
        """Search anywhere in the name."""
        return Q(name__icontains=term)
