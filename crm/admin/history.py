"""Pages of things whose every version is kept: who changed what and when."""

from typing import Any

from django.db.models import Field
from django.http import HttpRequest
from simple_history.admin import SimpleHistoryAdmin
from simple_history.template_utils import HistoricalRecordContextHelper

from crm.admin.base import DeclicAdmin
from crm.words import said


class PlainChanges(HistoricalRecordContextHelper):
    """Say what changed between two versions in words, not as Python or JSON would."""

    def prepare_delta_change_value(self, change: Any, value: Any) -> str:
        """Return a value as people say it, a code by its label."""
        prepared = super().prepare_delta_change_value(change, value)
        field = self.model._meta.get_field(change.field)
        labels = dict(field.flatchoices) if isinstance(field, Field) else {}
        if isinstance(prepared, list):
            return ", ".join(str(one) for one in prepared) or "–"
        if isinstance(prepared, str) and prepared in labels:
            return str(labels[prepared])
        return said(prepared)


class HistoryAdmin(SimpleHistoryAdmin, DeclicAdmin):
    """A page with the versions of its row."""

    def get_historical_record_context_helper(self, request: HttpRequest, historical_record: Any) -> PlainChanges:
        """Say changes in words."""
        return PlainChanges(self.model, historical_record)
