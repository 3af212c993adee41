"""Templates, and the segments of those who get them."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords


class Template(models.Model):
    """A message that can be sent, with one version for each language."""

    class Kind(models.TextChoices):
        """Marketing needs a consent; service stands on a legal basis."""

        MARKETING = "marketing", _("Marketing")
        SERVICE = "service", _("Service")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=120)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.MARKETING)
    sender_name = models.CharField(_("sender's name"), max_length=120, blank=True, default="")
    sender_email = models.EmailField(_("sender's e-mail"), blank=True, default="")
    reply_to = models.EmailField(_("reply to"), blank=True, default="")
    is_archived = models.BooleanField(_("archived"), default=False)
    updated_at = models.DateTimeField(_("updated"), auto_now=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("template")
        verbose_name_plural = _("templates")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class TemplateText(models.Model):
    """A template in one language."""

    template = models.ForeignKey(Template, models.CASCADE, related_name="texts", db_index=False)
    language = models.CharField(_("language"), max_length=8)
    subject = models.CharField(_("subject"), max_length=250)
    preheader = models.CharField(_("preheader"), max_length=250, blank=True, default="")
    html = models.TextField(_("HTML"), blank=True, default="")
    text = models.TextField(_("text"), blank=True, default="")
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("text")
        verbose_name_plural = _("texts")
        constraints = [models.UniqueConstraint(fields=["template", "language"], name="template_once_per_language")]

    def __str__(self) -> str:
        return self.subject


class Segment(models.Model):
    """A saved audience; `rules` is a tree of all/any over general conditions, `size` how many were in it last."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=120)
    rules = models.JSONField(_("rules"), default=dict, blank=True)
    is_archived = models.BooleanField(_("archived"), default=False)
    size = models.PositiveIntegerField(_("profiles"), null=True, editable=False)
    counted_at = models.DateTimeField(_("counted"), null=True, editable=False)
    #: why it could not be counted; empty: it could
    count_error = models.CharField(max_length=500, blank=True, default="", editable=False)
    updated_at = models.DateTimeField(_("updated"), auto_now=True)
    history = HistoricalRecords(excluded_fields=["size", "counted_at", "count_error"])

    class Meta:
        verbose_name = _("segment")
        verbose_name_plural = _("segments")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
