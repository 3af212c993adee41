"""The back-office pages of messages."""

from actions.admin import caps, deliveries, mailbox, suppressions, targets, templates, timeline
