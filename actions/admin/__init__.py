"""The back-office pages of messages."""

from actions.admin import deliveries, integrations, mailbox, reports, suppressions, templates, timeline
