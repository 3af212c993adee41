"""Pages of things whose every version is kept: who changed what and when."""

from simple_history.admin import SimpleHistoryAdmin

from crm.admin.base import DeclicAdmin


class HistoryAdmin(SimpleHistoryAdmin, DeclicAdmin):
    """A page with the versions of its row."""

    history_list_display = ()
