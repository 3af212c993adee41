"""Deliveries, their contents, the mailbox, integrations."""

from actions.models.audience_count import AudienceCount
from actions.models.cap import CapUse, FrequencyCap
from actions.models.content import Content
from actions.models.delivery import Delivery
from actions.models.in_hand import InHand
from actions.models.integration import Integration, Suppression
from actions.models.mailbox import MailboxMessage
from actions.models.report import DeliveryReport
from actions.models.spam_alarm import SpamAlarm
from actions.models.track import Track

__all__ = [
    "AudienceCount",
    "CapUse",
    "Content",
    "Delivery",
    "DeliveryReport",
    "FrequencyCap",
    "InHand",
    "Integration",
    "MailboxMessage",
    "SpamAlarm",
    "Suppression",
    "Track",
]
