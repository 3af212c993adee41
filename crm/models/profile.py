"""Profiles, their tags and their custom fields."""

import uuid
from collections.abc import Mapping
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from crm.cause import Caused
from crm.models.keyed import LONGEST, Keyed
from crm.monthday import MonthDay
from crm.tracked import Tracked


class Profile(Tracked, Caused):
    """A person the shop knows; the cause columns tell who made it."""

    class Gender(models.TextChoices):
        """What the shop was told."""

        FEMALE = "female", _("Female")
        MALE = "male", _("Male")
        UNKNOWN = "", _("Not known")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    email = models.EmailField(_("e-mail"), max_length=254, blank=True, default="")
    email_key = models.CharField(max_length=254, null=True, unique=True, editable=False)
    external_id = models.CharField(_("external id"), max_length=250, null=True, blank=True, unique=True)
    last_name = models.CharField(_("last name"), max_length=120, blank=True, default="")
    first_name = models.CharField(_("first name"), max_length=120, blank=True, default="")
    gender = models.CharField(_("gender"), max_length=6, choices=Gender, blank=True, default="")
    birthday = models.DateField(_("birthday"), null=True, blank=True)
    language = models.CharField(_("language"), max_length=8, blank=True, default="")
    address = models.CharField(_("address"), max_length=250, blank=True, default="")
    address2 = models.CharField(_("address 2"), max_length=250, blank=True, default="")
    address3 = models.CharField(_("address 3"), max_length=250, blank=True, default="")
    postcode = models.CharField(_("postcode"), max_length=20, blank=True, default="")
    city = models.CharField(_("city"), max_length=120, blank=True, default="")
    country = models.CharField(_("country"), max_length=2, blank=True, default="", help_text=_("ISO code: FR, BE…"))
    phone = models.CharField(_("phone"), max_length=32, blank=True, default="")
    mobile = models.CharField(_("mobile"), max_length=32, blank=True, default="")
    company = models.CharField(_("company"), max_length=120, blank=True, default="")
    job_title = models.CharField(_("job title"), max_length=120, blank=True, default="")
    time_zone = models.CharField(_("time zone"), max_length=64, blank=True, default="")
    refuses_tracking = models.BooleanField(
        _("refuses tracking"),
        default=False,
        help_text=_("E-mails to this person carry neither links of ours nor a picture; nothing is noted of reading."),
    )
    created_at = models.DateTimeField(_("created"), editable=False)
    updated_at = models.DateTimeField(_("updated"), editable=False)
    erased_at = models.DateTimeField(_("erased"), null=True, editable=False)

    silent_columns: ClassVar = frozenset(
        {
            *("updated_at", "email_key", "origin", "actor", "workflow_id", "run_id", "step_id", "depth", "erased_at"),
            "refuses_tracking",
        }
    )

    class Meta:
        verbose_name = _("profile")
        verbose_name_plural = _("profiles")
        constraints = [
            models.CheckConstraint(
                condition=~Q(email="") | Q(external_id__isnull=False) | Q(erased_at__isnull=False),
                name="profile_has_email_or_external_id",
                violation_error_message=_("Give an e-mail or an external id."),
            ),
        ]
        indexes = [
            # the list, newest first
            models.Index(fields=["-created_at", "-id"], name="profile_newest"),
            # V2 lists by time of change
            models.Index(fields=["updated_at", "id"], name="profile_updated"),
            # search by the beginning of a name, or by a phone number
            models.Index(fields=["last_name"], name="profile_last_name", opclasses=["varchar_pattern_ops"]),
            models.Index(fields=["first_name"], name="profile_first_name", opclasses=["varchar_pattern_ops"]),
            models.Index(fields=["mobile"], name="profile_mobile"),
            models.Index(fields=["phone"], name="profile_phone"),
            # T15 and scenarios: the birthdays of a day, by id
            models.Index(MonthDay("birthday"), "id", name="profile_birthday", condition=Q(birthday__isnull=False)),
        ]

    def __str__(self) -> str:
        name = f"{self.first_name} {self.last_name}".strip()
        return name or self.email or self.external_id or f"#{self.pk}"

    def locked_profile_ids(self) -> list[int]:
        """Lock the profile itself, once it exists."""
        return [self.pk] if self.pk else []

    def settle(self, before: Mapping[str, Any]) -> None:
        """Normalise and check every value (e-mail, phones, country, language, zone)."""
        from crm.services.profile_values import settle_profile

        settle_profile(self, before)


class Tag(Keyed):
    """A word that groups profiles; compared without regard to case."""

    name = models.CharField(_("name"), max_length=LONGEST)
    is_archived = models.BooleanField(_("archived"), default=False)

    class Meta:
        verbose_name = _("tag")
        verbose_name_plural = _("tags")
        ordering = ["key"]

    def __str__(self) -> str:
        return self.name


class ProfileTag(Tracked):
    """A tag that a profile carries."""

    profile = models.ForeignKey(Profile, models.CASCADE, related_name="tags", verbose_name=_("profile"), db_index=False)
    tag = models.ForeignKey(Tag, models.PROTECT, related_name="+", verbose_name=_("tag"), db_index=False)
    added_at = models.DateTimeField(_("added"), editable=False)

    class Meta:
        verbose_name = _("tag of a profile")
        verbose_name_plural = _("tags of a profile")
        # C6 and the tag filter read (tag, profile); the unique constraint serves the profile page
        indexes = [models.Index(fields=["tag", "profile"], name="profile_tag_by_tag")]
        constraints = [models.UniqueConstraint(fields=["profile", "tag"], name="profile_has_a_tag_once")]

    def __str__(self) -> str:
        return str(self.tag)

    def settle(self, before: Mapping[str, Any]) -> None:
        """Stamp the time."""
        from crm import clock

        self.added_at = self.added_at or clock.now()
