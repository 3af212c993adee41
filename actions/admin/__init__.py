"""The back-office pages of messages."""

from actions.admin import (
    caps,
    customers_pages,
    deliveries,
    integrations,
    mailbox,
    mailings,
    reports,
    spam_alarms,
    suppressions,
    templates,
    timeline,
    tracks,
)
