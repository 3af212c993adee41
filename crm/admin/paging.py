"""Pages of long lists: no list ever counts a whole table."""

from django.core.paginator import Paginator
from django.utils.functional import cached_property

#: a list shows at most so many rows; who looks for one further down searches or filters
MOST = 10_000


class LimitedPaginator(Paginator):
    """Count no further than `MOST` rows; `is_more` tells that there are others."""

    template_name = "crm/admin/pagination.html"

    @cached_property
    def _counted(self) -> int:
        rows = self.object_list
        return rows.order_by()[: MOST + 1].count() if hasattr(rows, "order_by") else len(rows)

    @cached_property
    def count(self) -> int:
        """Return the number of rows that can be paged through."""
        return min(self._counted, MOST)

    @property
    def is_more(self) -> bool:
        """Tell whether the list holds more rows than can be paged through."""
        return self._counted > MOST
