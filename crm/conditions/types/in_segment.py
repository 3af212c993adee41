"""C16: the profile is in a segment."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.db.models import BooleanField, Case, Q, Value, When
from django.utils.translation import gettext_lazy as _

from crm.conditions.base import ProfileCondition, condition_types
from crm.conditions.moment import Moment
from crm.conditions.operators import Fact
from crm.conditions.segments import frozen_rules, q_of, rules_hold, rules_of
from crm.conditions.walk import Rules
from crm.errors import Invalid
from crm.forms import ConfigForm, ReferenceField
from crm.models import Segment


class InSegmentForm(ConfigForm):
    """Ask for a segment."""

    segment = ReferenceField(Segment.objects.filter(is_archived=False), label=_("Segment"))

    def clean_segment(self) -> Segment:
        """Refuse a segment that cannot be asked."""
        segment: Segment = self.cleaned_data["segment"]
        try:
            frozen_rules(segment.rules, uid=str(segment.uid))
        except Invalid as error:
            raise forms.ValidationError(error.message) from None
        return segment


@condition_types.register
class InSegment(ProfileCondition):
    """Reads the rules that were frozen with the config, else those of the segment as it is now."""

    kind = "in_segment"
    label = _("Is in a segment")
    form_class = InSegmentForm
    value_type = "boolean"

    @property
    def needs_zone(self) -> bool:
        """The rules find their day themselves."""
        return False

    @property
    def segment(self) -> str:
        """The uid of the segment to look into; empty once its rules are frozen."""
        return "" if "rules" in self.config else str(self.config["segment"])

    @property
    def rules(self) -> Rules:
        """The rules."""
        return rules_of(self.segment) if self.segment else self.config["rules"]

    def freeze(self) -> dict[str, Any]:
        """Keep the rules, those of segments inside them too."""
        return {**self.config, "rules": frozen_rules(self.rules, uid=self.segment)}

    def expression(self, moment: Moment) -> Fact:
        """Tell whether the rules hold."""
        return Case(When(self.q(moment), then=Value(True)), default=Value(False), output_field=BooleanField())

    def q(self, moment: Moment) -> Q:
        """Decide by the rules."""
        return q_of(self.rules, moment, uid=self.segment)

    def read(self, facts: Mapping[str, Any], moment: Moment) -> bool:
        """Decide by the rules."""
        return rules_hold(self.rules, facts, moment, uid=self.segment)

    def holds(self, fact: Any, moment: Moment) -> bool:
        """The rules have decided."""
        return bool(fact)

    def archived(self) -> list[str]:
        """Name the segment if it is archived."""
        rows = Segment.objects.filter(uid=self.config["segment"], is_archived=True)
        return list(rows.values_list("name", flat=True))

    def describe(self) -> str:
        """Say it."""
        name = Segment.objects.filter(uid=self.config["segment"]).values_list("name", flat=True).first()
        return _("is in the segment “%(name)s”") % {"name": name or "?"}
