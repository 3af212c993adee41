"""What workers hold in their hands, so that a row which kills its worker is found out."""

from django.db import models


class InHand(models.Model):
    """A row of a batch that began and has not ended; what a dead worker leaves is redone row by row, then parked."""

    queue = models.CharField(max_length=12)
    row_id = models.BigIntegerField()
    worker = models.CharField(max_length=80)
    deaths = models.PositiveSmallIntegerField(default=0)
    is_alone = models.BooleanField(default=False)
    since = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["queue", "row_id"], name="in_hand_once")]
