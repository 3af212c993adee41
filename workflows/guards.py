"""What a workflow says before one of its deliveries leaves: paused, run ended, reason lost."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from actions.guards import Guard, Verdict, guards
from actions.models import Delivery
from workflows.engine.live import compiled_versions
from workflows.engine.standing import lost_reasons
from workflows.engine.views import event_view
from workflows.models import Run, Workflow
from workflows.models.run import LIVE
from workflows.models.workflow import Status


@guards.register
class RunStands(Guard):
    """Hold what a paused workflow would send; skip what an ended run, or one that lost its reason, would."""

    kind = "run"

    def ask_many(self, deliveries: Sequence[Delivery]) -> Mapping[int, Verdict]:
        """Ask with one query for the workflows, one for the runs, and what each version's rules need."""
        mine = [delivery for delivery in deliveries if delivery.run_id is not None]
        if not mine:
            return {}
        paused = set(
            Workflow.objects.filter(
                pk__in={delivery.workflow_id for delivery in mine}, status=Status.PAUSED
            ).values_list("pk", flat=True)
        )
        runs = {
            run.pk: run
            for run in Run.objects.filter(pk__in={delivery.run_id for delivery in mine}).select_related("latest")
        }
        lost = _lost([run for run in runs.values() if run.status in LIVE])
        verdicts: dict[int, Verdict] = {}
        for delivery in mine:
            run = runs[delivery.run_id or 0]
            if run.status not in LIVE:
                verdicts[delivery.pk] = Verdict(run.reason or run.status)
            elif delivery.workflow_id in paused:
                verdicts[delivery.pk] = Verdict("paused", is_hold=True)
            elif run.pk in lost:
                verdicts[delivery.pk] = Verdict(lost[run.pk])
        return verdicts


def _lost(runs: Sequence[Run]) -> dict[int, str]:
    versions = compiled_versions([run.version_id for run in runs])
    by_version: dict[int, list[Run]] = defaultdict(list)
    for run in runs:
        by_version[run.version_id].append(run)
    lost: dict[int, str] = {}
    for pk, mine in by_version.items():
        lost.update(lost_reasons(versions[pk], [(run, event_view(run.latest)) for run in mine]))
    return lost
