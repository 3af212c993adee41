"""What a mailing says before one of its messages leaves: paused, cancelled, switched off."""

from collections.abc import Mapping, Sequence

from actions.guards import Guard, Verdict, guards
from actions.models import Delivery
from actions.reasons import NEWSLETTER_CANCELLED, NEWSLETTER_PAUSED, SCENARIO_OFF
from crm.models import Newsletter, Scenario


@guards.register
class MailingStands(Guard):
    """Hold what a paused newsletter would send; skip what a cancelled one or a scenario that is off would."""

    kind = "mailing"

    def ask_many(self, deliveries: Sequence[Delivery]) -> Mapping[int, Verdict]:
        """Ask with one query for newsletters and one for scenarios, where there are any."""
        newsletters = {row.newsletter_id for row in deliveries if row.newsletter_id is not None}
        scenarios = {row.scenario_id for row in deliveries if row.scenario_id is not None}
        statuses: dict[int, str] = {}
        if newsletters:
            statuses = dict(Newsletter.objects.filter(pk__in=newsletters).values_list("pk", "status"))
        active: set[int] = set()
        if scenarios:
            active = set(Scenario.objects.filter(pk__in=scenarios, is_active=True).values_list("pk", flat=True))
        verdicts: dict[int, Verdict] = {}
        for row in deliveries:
            if row.newsletter_id is not None:
                status = statuses.get(row.newsletter_id, Newsletter.Status.CANCELLED)
                if status == Newsletter.Status.PAUSED:
                    verdicts[row.pk] = Verdict(NEWSLETTER_PAUSED, is_hold=True)
                elif status == Newsletter.Status.CANCELLED:
                    verdicts[row.pk] = Verdict(NEWSLETTER_CANCELLED)
            elif row.scenario_id is not None and row.scenario_id not in active:
                verdicts[row.pk] = Verdict(SCENARIO_OFF)
        return verdicts
