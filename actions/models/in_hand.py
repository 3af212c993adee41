"""What workers hold in their hands, so that a row which kills its worker is found out."""

from django.db import models


class InHand(models.Model):
    """A batch that began and has not ended; its own transaction clears it, so what lies here long was left by the dead.

    `ids` are profiles for events and runs, deliveries for mail. `is_alone`: one row, redone because a worker died
    over a batch with it; when a second worker dies over it, `row_id` is parked.
    """

    queue = models.CharField(max_length=12)
    ids = models.JSONField(default=list)
    row_id = models.BigIntegerField(null=True)
    is_alone = models.BooleanField(default=False)
    since = models.DateTimeField()

    class Meta:
        # a claim reads the few batches of its queue
        indexes = [models.Index(fields=["queue", "since"], name="in_hand_of_queue")]

    def __str__(self) -> str:
        return f"{self.queue}: {len(self.ids)}"
