"""What is to be sent, before it is rendered: frozen, shared by all deliveries of a version."""

import hashlib
import json
from typing import Any, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from crm import clock
from crm.tracked import AppendOnly


class Content(AppendOnly):
    """The parts of a message (subject, html, text, sender, or a webhook's body), known by their hash."""

    digest = models.CharField(max_length=64, unique=True)
    parts = models.JSONField(_("parts"))
    created_at = models.DateTimeField(_("created"))

    class Meta:
        verbose_name = _("content")
        verbose_name_plural = _("contents")

    @classmethod
    def of(cls, parts: dict[str, Any]) -> Self:
        """Return the row that holds these parts, made if there is none."""
        digest = digest_of(parts)
        row = cls.objects.filter(digest=digest).first()
        return row or cls.objects.get_or_create(digest=digest, defaults={"parts": parts, "created_at": clock.now()})[0]


def digest_of(parts: dict[str, Any]) -> str:
    """Return the SHA-256 of the canonical JSON of parts."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
