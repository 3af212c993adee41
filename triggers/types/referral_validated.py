"""T11: a referral was validated."""

from collections.abc import Iterable

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from crm.conditions.base import EventView
from crm.models import Module
from triggers.base import Trigger, Variable, trigger_types
from triggers.models import Kind
from triggers.modules import CHOSEN, ModulesForm, is_of_modules, say_modules


class ReferralValidatedForm(ModulesForm):
    """Ask for which referral modules."""

    module_kind = Module.Kind.REFERRAL
    all_label = _("All referral modules, present and future")


@trigger_types.register
class ReferralValidated(Trigger):
    """The run is the sponsor's; the referee stands in `data.referral.referee`."""

    kind = "referral_validated"
    label = _("Referral validated")
    help = _(
        "Somebody whom a customer brought meets all objectives. The run is the sponsor's. Take it to thank the sponsor."
    )
    form_class = ReferralValidatedForm
    reads = frozenset({Kind.REFERRAL_VALIDATED})
    topics = frozenset({"referral"})

    def accepts(self, event: EventView, workflow_id: int) -> bool:
        """Look at the module."""
        return is_of_modules(self.options, event)

    def variables(self) -> Iterable[Variable]:
        """Offer both people."""
        return (
            Variable("referral.name", _("Name of the module")),
            Variable("referral.referee.first_name", _("Referee: first name")),
            Variable("referral.referee.last_name", _("Referee: last name")),
            Variable("referral.referee.email", _("Referee: e-mail")),
            Variable("referral.referee.language", _("Referee: language")),
            Variable("referral.referee.city", _("Referee: city")),
            Variable("referral.referee.country", _("Referee: country")),
            Variable("referral.sponsor.first_name", _("Sponsor: first name")),
            Variable("referral.sponsor.last_name", _("Sponsor: last name")),
        )

    def describe(self) -> str:
        """Say it."""
        if self.options.get("which") != CHOSEN:
            return _now("A referral is validated, in any referral module")
        return _now("A referral is validated: %(modules)s") % {"modules": say_modules(self.options)}
