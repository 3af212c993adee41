"""The back-office pages of messages."""

from actions.admin import (
    caps,
    customers_pages,
    deliveries,
    mailbox,
    mailings,
    spam_alarms,
    suppressions,
    targets,
    templates,
    timeline,
    tracks,
)
