"""C35: in which module the referral is."""

from django.utils.translation import gettext_lazy as _

from crm.conditions.base import EventCondition, EventView, condition_types
from crm.conditions.forms import ChoicesForm
from crm.conditions.values import Choices
from crm.forms import ReferencesField
from crm.models import Module
from triggers.models import Kind


class ReferralModuleForm(ChoicesForm):
    """Ask for referral modules."""

    left_out = frozenset({"all_of"})

    value = ReferencesField(
        Module.objects.filter(kind=Module.Kind.REFERRAL, is_archived=False), label=_("Referral modules")
    )


@condition_types.register
class ReferralModule(EventCondition):
    """The fact is 1 if the module is among those chosen."""

    kind = "referral_module"
    label = _("Module of the referral")
    form_class = ReferralModuleForm
    topics = frozenset({"referral"})
    reads = frozenset({Kind.REFERRAL_CREATED, Kind.REFERRAL_VALIDATED})
    value_type = "set"

    def read(self, event: EventView) -> int:
        """Look for the module among those chosen."""
        return int((event.snapshot.get("referral") or {}).get("module") in self.value)

    @property
    def choices(self) -> Choices:
        """Name the modules."""
        rows = Module.objects.filter(uid__in=list(self.value)).values_list("uid", "name")
        return [(str(uid), name) for uid, name in rows]

    def describe(self) -> str:
        """Say it."""
        return _("the module of the referral is %(comparison)s") % {"comparison": self.comparison()}
