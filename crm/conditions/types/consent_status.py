"""C7: where a consent stands."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Exists, OuterRef, Q, Subquery, TextField, Value
from django.db.models.functions import Coalesce
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from crm.conditions.base import ProfileCondition, condition_types
from crm.conditions.forms import CompareForm
from crm.conditions.moment import Moment
from crm.conditions.operators import Fact
from crm.conditions.values import Choices
from crm.forms import ReferenceField
from crm.models import Consent, ConsentChange, ConsentDefinition, ConsentStatus


class ConsentStatusForm(CompareForm):
    """Ask which consent, and which status."""

    value_type = "choice"
    left_out = frozenset({"is_empty", "is_filled"})

    consent = ReferenceField(ConsentDefinition.objects.filter(is_archived=False), by="name", label=_("Consent"))
    field_order = ("consent", "operator", "value")

    def choices(self) -> Choices:
        """Offer the statuses."""
        return ConsentStatus.choices


@condition_types.register
class ConsentStatusIs(ProfileCondition):
    """A consent that was never asked is unknown."""

    kind = "consent_status"
    label = _("Status of a consent")
    form_class = ConsentStatusForm
    value_type = "choice"

    def expression(self, moment: Moment) -> Fact:
        """Read the status, or the last one known at the moment."""
        name = self.config["consent"]
        if moment.is_live:
            rows = Consent.objects.filter(profile=OuterRef("pk"), definition__name=name)
            found = Subquery(rows.values("status")[:1])
        else:
            changes = ConsentChange.objects.filter(
                profile=OuterRef("pk"), definition__name=name, recorded_at__lte=moment.inside()
            )
            found = Subquery(changes.order_by("-id").values("status")[:1])
        return Coalesce(found, Value(ConsentStatus.UNKNOWN.value), output_field=TextField())

    def q(self, moment: Moment) -> Q:
        """Look for the consent with a status for which the condition holds; without a row it is unknown."""
        if not moment.is_live:
            return super().q(moment)
        wanted = [status for status in ConsentStatus.values if self.holds(status, moment)]
        is_unknown_wanted = ConsentStatus.UNKNOWN in wanted
        sought = [status for status in ConsentStatus.values if (status in wanted) != is_unknown_wanted]
        rows = Consent.objects.filter(profile=OuterRef("pk"), definition__name=self.config["consent"])
        found = Q(Exists(rows.filter(status__in=sought)))
        return ~found if is_unknown_wanted else found

    def read(self, facts: Mapping[str, Any], moment: Moment) -> str:
        """Read the status."""
        return str(facts["consents"].get(self.config["consent"], ConsentStatus.UNKNOWN.value))

    @property
    def choices(self) -> Choices:
        """Name the statuses."""
        return ConsentStatus.choices

    def archived(self) -> list[str]:
        """Name the consent if it is archived."""
        rows = ConsentDefinition.objects.filter(name=self.config["consent"], is_archived=True)
        return [row.label_in(get_language() or "") for row in rows]

    def describe(self) -> str:
        """Say it."""
        name = self.config["consent"]
        found = ConsentDefinition.objects.filter(name=name).first()
        label = found.label_in(get_language() or "") if found else name
        return _("the consent “%(consent)s” %(comparison)s") % {"consent": label, "comparison": self.comparison()}
