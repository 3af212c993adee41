"""What workers hold in their hands, so that a row which kills its worker is found out."""

from django.db import models


class InHand(models.Model):
    """A batch that began and has not ended; its own transaction clears it, so what lies here long was left by the dead.

    For events and runs it is a batch of profiles (`ids`): once left, it is cut into pieces; a piece that is left too is
    redone row by row, with `row_id` noted before it is touched. For deliveries it is one suspect, `row_id`, redone in a
    group first and then alone. What is left then is parked. `deaths` counts the workers that left it behind.
    """

    queue = models.CharField(max_length=12)
    ids = models.JSONField(default=list)
    row_id = models.BigIntegerField(null=True)
    deaths = models.PositiveSmallIntegerField(default=0)
    since = models.DateTimeField()

    class Meta:
        # a claim reads the few batches of its queue
        indexes = [models.Index(fields=["queue", "since"], name="in_hand_of_queue")]

    def __str__(self) -> str:
        return f"{self.queue}: {len(self.ids)}"
