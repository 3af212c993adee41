"""Deliveries, their contents, the mailbox, integrations."""

from actions.models.content import Content
from actions.models.delivery import Delivery
from actions.models.in_hand import InHand
from actions.models.integration import Integration, Suppression
from actions.models.mailbox import MailboxMessage
from actions.models.report import DeliveryReport

__all__ = ["Content", "Delivery", "DeliveryReport", "InHand", "Integration", "MailboxMessage", "Suppression"]
