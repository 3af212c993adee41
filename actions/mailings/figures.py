"""What became of a mailing's messages, in one query."""

from dataclasses import dataclass

from django.db.models import Count

from actions.models import Delivery
from actions.models.delivery import ENDED, Status
from crm.models import Newsletter


@dataclass(frozen=True, slots=True)
class Figures:
    """Deliveries by status."""

    by_status: dict[str, int]

    @property
    def total(self) -> int:
        """Return how many deliveries there are."""
        return sum(self.by_status.values())

    @property
    def ended(self) -> int:
        """Return how many have ended, however."""
        return sum(number for status, number in self.by_status.items() if status in ENDED)

    @property
    def waiting(self) -> int:
        """Return how many are still to leave."""
        return self.total - self.ended

    def of(self, status: str) -> int:
        """Return how many stand there."""
        return self.by_status.get(status, 0)

    @property
    def cards(self) -> list[tuple[str, int]]:
        """Return what people look for first, with its words; what did not happen is left out."""
        shown = (Status.SENT, Status.SKIPPED, Status.FAILED, Status.UNKNOWN)
        return [(str(status.label), self.of(status)) for status in shown if self.of(status) or status == Status.SENT]


def figures_of_newsletter(newsletter_id: int) -> Figures:
    """Count a newsletter's deliveries along its index."""
    return _figures(newsletter_id=newsletter_id)


def figures_of_scenario(scenario_id: int) -> Figures:
    """Count a scenario's deliveries along its index."""
    return _figures(scenario_id=scenario_id)


def progress_of(newsletter: Newsletter, figures: Figures) -> tuple[int, int]:
    """Return how far a newsletter is prepared and how far it is sent, in per cent."""
    is_prepared = newsletter.prepared_at is not None
    prepared = 100 if is_prepared else 100 * newsletter.cursor // max(newsletter.last_profile, 1)
    return prepared, (100 * figures.ended // figures.total if figures.total else 100 if is_prepared else 0)


def _figures(**mailing: int) -> Figures:
    rows = Delivery.objects.filter(**mailing).order_by().values_list("status").annotate(number=Count("pk"))
    return Figures(dict(rows))
