"""The back-office pages of messages."""

from actions.admin import deliveries, mailbox, mailings, suppressions, targets, templates, timeline
