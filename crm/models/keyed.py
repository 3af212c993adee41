"""Rows that people know by a name, compared without regard to case."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

LONGEST = 80


class Keyed(models.Model):
    """A row with a `name` and the `key` that makes it the same as another."""

    name: Any
    key = models.CharField(max_length=LONGEST, unique=True, editable=False)

    class Meta:
        abstract = True

    def clean(self) -> None:
        """Refuse a name that another row has, and one whose key is longer than its column: ß becomes ss."""
        key = key_of(self.name or "")
        if len(key) > LONGEST:
            raise ValidationError({"name": _("This name is too long.")})
        if type(self)._default_manager.filter(key=key).exclude(pk=self.pk).exists():
            raise ValidationError({"name": _("This name exists already.")})

    def save(self, *args: Any, **options: Any) -> None:
        """Keep the key in step with the name."""
        self.name = self.name.strip()
        self.key = key_of(self.name)
        super().save(*args, **options)


def key_of(name: str) -> str:
    """Return what makes a name the same as another."""
    return name.strip().casefold()
