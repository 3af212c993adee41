"""Custom fields: typed values that a shop keeps of its profiles."""

from collections.abc import Mapping
from typing import Any

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from crm.models.profile import Profile
from crm.monthday import MonthDay
from crm.tracked import Tracked


class CustomField(models.Model):
    """The definition of a custom field."""

    class Type(models.TextChoices):
        """What its values are."""

        TEXT = "text", _("Text")
        NUMBER = "number", _("Number")
        BOOLEAN = "boolean", _("Yes or no")
        DATE = "date", _("Date")
        CHOICE = "choice", _("Choice")

    label = models.CharField(_("label"), max_length=120)
    name = models.CharField(
        _("technical name"),
        max_length=60,
        unique=True,
        validators=[RegexValidator(r"^[a-z][a-z0-9_]*$", _("Use small letters, digits and _, a letter first."))],
    )
    type = models.CharField(_("type"), max_length=8, choices=Type, default=Type.TEXT)
    choices = models.JSONField(_("choices"), default=list, blank=True, help_text=_("For a choice: the values."))
    is_archived = models.BooleanField(_("archived"), default=False)

    class Meta:
        verbose_name = _("custom field")
        verbose_name_plural = _("custom fields")
        ordering = ["label"]

    def __str__(self) -> str:
        return self.label


class CustomValue(Tracked):
    """The value of a custom field of a profile, in the column of its type (choices are text)."""

    profile = models.ForeignKey(
        Profile, models.CASCADE, related_name="custom_values", verbose_name=_("profile"), db_index=False
    )
    field = models.ForeignKey(CustomField, models.PROTECT, related_name="+", verbose_name=_("field"), db_index=False)
    text = models.CharField(_("text"), max_length=500, null=True, blank=True)
    number = models.DecimalField(_("number"), max_digits=18, decimal_places=4, null=True, blank=True)
    boolean = models.BooleanField(_("yes or no"), null=True, blank=True)
    date = models.DateField(_("date"), null=True, blank=True)

    class Meta:
        verbose_name = _("custom value")
        verbose_name_plural = _("custom values")
        constraints = [models.UniqueConstraint(fields=["profile", "field"], name="custom_value_once_per_field")]
        indexes = [
            # C5 over a whole segment, by type
            models.Index(fields=["field", "text"], name="custom_by_text"),
            models.Index(fields=["field", "number"], name="custom_by_number"),
            models.Index(fields=["field", "date"], name="custom_by_date"),
            # T15: the dates of a day of the year, by profile
            models.Index(
                "field", MonthDay("date"), "profile", name="custom_by_day", condition=models.Q(date__isnull=False)
            ),
        ]

    COLUMN = {"text": "text", "choice": "text", "number": "number", "boolean": "boolean", "date": "date"}

    def __str__(self) -> str:
        return f"{self.field}: {self.value}"

    @property
    def value(self) -> Any:
        """Return the value in the type of the field."""
        return getattr(self, self.COLUMN[self.field.type])

    def settle(self, before: Mapping[str, Any]) -> None:
        """Check the value against the field's type; raises Invalid."""
        from crm.services.custom_fields import settle_value

        settle_value(self)
