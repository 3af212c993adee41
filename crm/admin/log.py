"""The audit log: what somebody did in the back-office, one line for each deed (spec section 8)."""

from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model
from django.http import HttpRequest

from crm.models import User


def log(request: HttpRequest, row: Model | type[Model], message: str, *, name: str = "", deed: int = CHANGE) -> None:
    """Note what the user did to a row, or to many of a model; `name` stands where a row's own words should not."""
    assert isinstance(request.user, User)
    LogEntry.objects.create(
        user_id=request.user.pk,
        content_type=ContentType.objects.get_for_model(row),
        object_id=str(row.pk) if isinstance(row, Model) else "",
        object_repr=(name or str(row))[:200],
        action_flag=deed,
        change_message=message,
    )
