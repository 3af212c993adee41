"""Keys with which shops call the API, and the answers kept for repeated calls."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from crm.cause import Origin


class ApiKey(models.Model):
    """A public key and the hash of its private key; scopes say what it may do."""

    name = models.CharField(_("name"), max_length=120)
    public_key = models.CharField(_("public key"), max_length=40, unique=True, editable=False)
    secret_prefix = models.CharField(_("private key begins with"), max_length=12, unique=True, editable=False)
    secret_hash = models.CharField(max_length=64, editable=False)
    scopes = models.JSONField(_("scopes"), default=list)
    origin = models.CharField(_("origin"), max_length=16, choices=Origin, default=Origin.API, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    last_used_at = models.DateTimeField(_("last used"), null=True, editable=False)
    revoked_at = models.DateTimeField(_("revoked"), null=True, editable=False)

    class Meta:
        verbose_name = _("API key")
        verbose_name_plural = _("API keys")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class IdempotentCall(models.Model):
    """The answer to a POST that carried an Idempotency-Key."""

    api_key = models.ForeignKey(ApiKey, models.CASCADE, related_name="+", db_index=False)
    #: SHA-256 of what was sent
    key = models.CharField(max_length=255)
    body_hash = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    answer = models.JSONField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["api_key", "key"], name="call_once_per_key")]
        # the clean-up of old answers
        indexes = [models.Index(fields=["created_at"], name="call_by_age")]

    def __str__(self) -> str:
        return self.key
