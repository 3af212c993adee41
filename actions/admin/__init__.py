"""The back-office pages of messages."""

from actions.admin import deliveries, mailbox, suppressions, targets, templates, timeline
