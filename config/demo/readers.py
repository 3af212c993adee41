"""Who opens and clicks a newsletter of the demo shop: people over days, machines at once."""

from random import Random

from django.db.models import QuerySet

from actions.models import Delivery
from actions.models.delivery import Status
from actions.tracking.recording import record_click, record_open
from actions.unsubscribe import unsubscribe
from config.demo.catalogue import SHOP
from crm.models import Newsletter

BROWSER = (
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 14_4) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4 Safari/605"
)
SCANNER = "Mozilla/5.0 (compatible; BarracudaCentral/1.0)"
#: of a hundred who read it, so many click; of a hundred messages, so many are fetched by machines first
CLICK, FETCHED = 0.3, 0.12
LINKS = (f"{SHOP}/fr/printemps", f"{SHOP}/en/spring")


class Readers:
    """The readers of one newsletter."""

    def __init__(self, random: Random, newsletter: Newsletter) -> None:
        self.random, self.newsletter = random, newsletter

    def fetch_by_machines(self) -> None:
        """Let scanners load the picture and follow the link of some messages."""
        for pk in self._some(FETCHED):
            record_open(pk, agent=SCANNER)
            record_click(pk, LINKS[0], agent=SCANNER)

    def read(self, share: float) -> None:
        """Let a share of people open it, and some of them click."""
        for pk in self._some(share):
            record_open(pk, agent=BROWSER)
            if self.random.random() < CLICK:
                record_click(pk, self.random.choice(LINKS), agent=BROWSER)

    def one_unsubscribes(self) -> None:
        """Let one of them have enough."""
        unsubscribe(self._sent().select_related("profile").order_by("pk")[0])

    def _some(self, share: float) -> list[int]:
        ids = list(self._sent().order_by("pk").values_list("pk", flat=True))
        return sorted(self.random.sample(ids, max(int(len(ids) * share), 1)))

    def _sent(self) -> "QuerySet[Delivery]":
        return Delivery.objects.filter(newsletter_id=self.newsletter.pk, status=Status.SENT)
