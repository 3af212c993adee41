"""The back-office pages of messages."""

from actions.admin import caps, deliveries, mailbox, mailings, suppressions, targets, templates, timeline
