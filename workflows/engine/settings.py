"""Limits of the engine."""

from datetime import timedelta

from django.conf import settings

#: events, and runs, worked in one transaction
BATCH = 500
#: an event caused through more workflows than this starts nothing (second belt against loops)
MAX_DEPTH = 8


def scaled(length: timedelta) -> timedelta:
    """Return a delay as this process lives it: replays and benchmarks shorten it (DECLIC_DELAY_SCALE)."""
    return length * settings.DELAY_SCALE if settings.DELAY_SCALE != 1 else length
