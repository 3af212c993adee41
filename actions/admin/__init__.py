"""The back-office pages of messages."""

from actions.admin import customers_pages, deliveries, mailbox, suppressions, targets, templates, timeline
