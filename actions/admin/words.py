"""Deliveries as people say them."""

from django.utils.translation import gettext as _

from actions.models import Delivery
from actions.models.delivery import Channel, Status
from actions.reasons import SPAM_RATE, WAITING, reason_label
from crm.words import when

TONES = {
    Status.SENT: "success",
    Status.FAILED: "danger",
    Status.UNKNOWN: "warning",
    Status.SKIPPED: "",
    Status.PLANNED: "info",
    Status.HELD: "info",
    Status.LEASED: "info",
    Status.SENDING: "info",
}
ICONS = {
    Channel.EMAIL: "mail",
    Channel.WEBHOOK: "webhook",
    Channel.SMS: "sms",
    Channel.WHATSAPP: "chat",
    Channel.BREVO: "contact_mail",
}


def hold_of(delivery: Delivery) -> str:
    """Return what holds back a delivery that may leave later, and until when; empty where nothing does."""
    if delivery.status not in {Status.PLANNED, Status.HELD} or delivery.reason not in WAITING:
        return ""
    said = {"reason": reason_label(delivery.reason), "when": when(delivery.due_at)}
    return _("%(reason)s It may leave on %(when)s.") % said


def state_of(delivery: Delivery) -> str:
    """Return in a sentence where a delivery stands."""
    status = Status(delivery.status)
    if held := hold_of(delivery):
        return held
    if status == Status.SENT:
        return _("Accepted by the receiving server on %(when)s.") % {"when": when(delivery.ended_at)}
    if status == Status.PLANNED:
        if delivery.attempts:
            return _("To be tried again on %(when)s: %(reason)s") % {
                "when": when(delivery.due_at),
                "reason": reason_label(delivery.reason),
            }
        return _("Leaves on %(when)s.") % {"when": when(delivery.due_at)}
    if status == Status.HELD and delivery.reason != SPAM_RATE:
        is_in_line = delivery.newsletter_id is not None
        return _("Waits for its turn in the newsletter.") if is_in_line else _("Held: its workflow is paused.")
    if status in {Status.LEASED, Status.SENDING}:
        return _("Being sent right now.")
    if status == Status.UNKNOWN:
        return _("Nobody can know whether it arrived; it is not sent again. %(reason)s") % {
            "reason": reason_label(delivery.reason)
        }
    return reason_label(delivery.reason)
