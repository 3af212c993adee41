"""The mailbox inside the back-office, where messages land while no server or provider is configured."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from actions.models.delivery import Channel


class MailboxMessage(models.Model):
    """A message as it was received, headers and all."""

    channel = models.CharField(_("channel"), max_length=10, choices=Channel, default=Channel.EMAIL)
    message_id = models.CharField(max_length=200, db_index=True)
    sender = models.CharField(_("from"), max_length=320)
    recipient = models.CharField(_("to"), max_length=320)
    subject = models.CharField(_("subject"), max_length=500, blank=True, default="")
    html = models.TextField(blank=True, default="")
    text = models.TextField(blank=True, default="")
    headers = models.JSONField(default=dict)
    received_at = models.DateTimeField(_("received"))

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("mailbox")
        indexes = [
            # the mailbox, newest first
            models.Index(fields=["-received_at", "-id"], name="mailbox_newest"),
            # the mailbox of one address
            models.Index(fields=["recipient"], name="mailbox_of_recipient"),
        ]

    def __str__(self) -> str:
        return self.subject
