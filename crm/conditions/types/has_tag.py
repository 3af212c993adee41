"""C6: the profile carries tags."""

from collections.abc import Mapping
from typing import Any

from django.db.models import OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from crm.conditions.base import condition_types
from crm.conditions.forms import ChoicesForm
from crm.conditions.moment import Moment
from crm.conditions.rows import RowsCondition
from crm.conditions.values import Choices
from crm.forms import ReferencesField
from crm.models import ProfileTag, Tag


class TagsForm(ChoicesForm):
    """Ask for tags."""

    value = ReferencesField(Tag.objects.filter(is_archived=False), by="key", label=_("Tags"))


@condition_types.register
class HasTag(RowsCondition):
    """The fact is how many of the tags it carries; a tag taken away is not remembered."""

    kind = "has_tag"
    label = _("Tags")
    form_class = TagsForm
    value_type = "set"
    has_history = False

    def rows(self, moment: Moment) -> "QuerySet[ProfileTag]":
        """Return those it carries."""
        tags = ProfileTag.objects.filter(profile=OuterRef("pk"), tag__key__in=list(self.value))
        if not moment.is_live:
            tags = tags.filter(added_at__lte=moment.inside())
        return tags

    def read(self, facts: Mapping[str, Any], moment: Moment) -> int:
        """Count the tags it carries."""
        return len(set(self.value) & facts["tags"].keys())

    @property
    def choices(self) -> Choices:
        """Name the tags."""
        return list(Tag.objects.filter(key__in=list(self.value)).values_list("key", "name"))

    def archived(self) -> list[str]:
        """Name the tags that are archived."""
        return list(Tag.objects.filter(key__in=list(self.value), is_archived=True).values_list("name", flat=True))

    def describe(self) -> str:
        """Say it."""
        return _("has %(comparison)s (tags)") % {"comparison": self.comparison()}
