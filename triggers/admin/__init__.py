"""The back-office pages of events."""

from triggers.admin import events, timeline
