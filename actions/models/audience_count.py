"""How many would get a newsletter, as it was counted last."""

from django.db import models

from actions.reasons import reason_label
from crm.models import Newsletter


class AudienceCount(models.Model):
    """The recipients of a draft: counted piece by piece, since no request may wait for a million profiles."""

    newsletter = models.OneToOneField(Newsletter, models.CASCADE, related_name="+")
    #: a hash of what is counted: the rules of the audience, which may name people, and the consents
    digest = models.CharField(max_length=64)
    #: profiles up to `cursor` have been counted, `last_profile` is the last there was when counting began
    cursor = models.BigIntegerField(default=0)
    last_profile = models.BigIntegerField(default=0)
    #: {language: number} so far, and as the last complete count of the same found it
    found = models.JSONField(default=dict)
    by_language = models.JSONField(null=True)
    #: {code of the reason: number} of the members who would not get it, so far
    left_out = models.JSONField(default=dict)
    #: one of those who would get it
    example = models.BigIntegerField(null=True)
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    #: why it cannot be counted
    error = models.CharField(max_length=500, blank=True, default="")

    class Meta:
        # what the scheduler looks for every second
        indexes = [
            models.Index(fields=["began_at"], name="audience_to_count", condition=models.Q(ended_at__isnull=True))
        ]

    def __str__(self) -> str:
        return f"newsletter #{self.newsletter_id}"

    @property
    def number(self) -> int | None:
        """How many would get it; None while nobody knows: that it was nobody yesterday says nothing."""
        number = sum((self.by_language or {}).values())
        is_known = self.by_language is not None and (number > 0 or self.ended_at is not None)
        return number if is_known else None

    @property
    def why_left_out(self) -> list[tuple[str, int]]:
        """Why members of the audience would not get it, most first; nothing before all is counted."""
        if self.ended_at is None or self.by_language is None:
            return []
        return sorted(
            ((reason_label(code), number) for code, number in self.left_out.items()), key=lambda each: -each[1]
        )

    @property
    def share(self) -> int:
        """How much of it is done, in per cent."""
        return 100 if self.ended_at else min(100 * self.cursor // max(self.last_profile, 1), 99)
