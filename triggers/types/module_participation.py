"""T4: somebody took part in a module."""

from collections.abc import Iterable

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from crm.conditions.base import EventView
from triggers.base import Trigger, Variable, trigger_types
from triggers.models import Kind
from triggers.modules import CHOSEN, ModulesForm, is_of_modules, say_modules

STARTED, COMPLETED = "started", "completed"
KINDS = {STARTED: Kind.PARTICIPATION_STARTED, COMPLETED: Kind.PARTICIPATION_COMPLETED}


class ModuleParticipationForm(ModulesForm):
    """Ask for which modules, and whether on start or on completion."""

    moment = forms.ChoiceField(
        label=_("When"),
        choices=[(STARTED, _("as soon as somebody takes part")), (COMPLETED, _("when they complete it"))],
        initial=STARTED,
        required=False,
    )

    def clean_moment(self) -> str:
        """Take the start unless told otherwise."""
        return str(self.cleaned_data.get("moment") or STARTED)


@trigger_types.register
class ModuleParticipation(Trigger):
    """Each participation starts a run: when it begins, or when it becomes complete."""

    kind = "module_participation"
    label = _("Module participation")
    help = _(
        "A customer takes part in a game, form, quiz or another module. For programmes in which customers "
        "bring others, take “Referral validated”."
    )
    form_class = ModuleParticipationForm
    reads = frozenset(KINDS.values())
    topics = frozenset({"participation"})

    def accepts(self, event: EventView, workflow_id: int) -> bool:
        """Look at the moment and at the module."""
        return event.kind == KINDS[self.options["moment"]] and is_of_modules(self.options, event)

    def variables(self) -> Iterable[Variable]:
        """Offer the participation."""
        return (
            Variable("participation.name", _("Name of the module")),
            Variable("participation.complete", _("Participation complete")),
            Variable("participation.winner", _("Participation wins")),
            Variable("participation.answers.*", _("Answers given in the module")),
        )

    def describe(self) -> str:
        """Say it."""
        is_completed = self.options["moment"] == COMPLETED
        if self.options.get("which") != CHOSEN:
            if is_completed:
                return _now("A participation in any module is completed")
            return _now("Somebody takes part in any module")
        said = {"modules": say_modules(self.options)}
        if is_completed:
            return _now("A participation is completed: %(modules)s") % said
        return _now("Somebody takes part: %(modules)s") % said
