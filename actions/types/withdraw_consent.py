"""A10: withdraw consents."""

from collections.abc import Generator, Iterable, Iterator

from django.utils.translation import get_language
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from actions.base import Action, Outcome, Problem, StepContext, action_types
from actions.forms import ConsentsField
from actions.granting import WithdrawConsents
from crm.conditions.base import EventView
from crm.forms import ConfigForm
from crm.models import ConsentDefinition
from triggers.models import Kind


class WithdrawConsentForm(ConfigForm):
    """Which consents."""

    consents = ConsentsField(label=_("Consents"))


@action_types.register
class WithdrawConsent(Action):
    """Refuse, for the profile, consents that it gave; a workflow never accepts one."""

    kind = "withdraw_consent"
    label = _("Withdraw a consent")
    form_class = WithdrawConsentForm

    def plan(self, step: StepContext) -> Generator[WithdrawConsents, Outcome, None]:
        """Withdraw them."""
        yield WithdrawConsents(step, tuple(self.config["consents"]))

    def causes(self) -> Iterable[EventView]:
        """State each refusal."""
        for name in self.config["consents"]:
            seen = {"name": name, "status": "refused", "old_status": "accepted", "source": "workflow"}
            yield EventView(kind=Kind.CONSENT_CHANGED, profile_id=0, name=str(name), snapshot={"consent": seen})

    def describe(self) -> str:
        """Say which."""
        rows = ConsentDefinition.objects.filter(name__in=self.config["consents"])
        labels = {row.name: row.label_in(get_language() or "") for row in rows}
        return _now("Withdraw: %(consents)s") % {
            "consents": ", ".join(labels.get(name, name) for name in self.config["consents"])
        }

    def problems(self) -> Iterator[Problem]:
        """Say which are gone."""
        names = set(self.config["consents"])
        used = set(ConsentDefinition.objects.filter(name__in=names, is_archived=False).values_list("name", flat=True))
        for name in sorted(names - used):
            yield Problem(_now("The consent “%(name)s” is archived or gone.") % {"name": name}, code="consent_gone")
