"""The back-office pages of messages."""

from actions.admin import deliveries, mailbox, spam_alarms, suppressions, targets, templates, timeline, tracks
