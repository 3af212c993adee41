"""A kept connection is asked whether it lives once in a few seconds, not before every request.

After a restart of the server each connection may fail once; the API answers that with 503 and Retry-After, and workers
are rung again.
"""

import time

from django.db.backends.postgresql import base


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection that was used a moment ago counts as alive."""

    ALIVE_FOR = 3.0  # seconds
    _asked_at = 0.0
    health_check_done: bool

    def close_if_health_check_failed(self) -> None:
        """Ask when it was not asked lately."""
        if self.health_check_done:
            return
        now = time.monotonic()
        if now - self._asked_at >= self.ALIVE_FOR:
            super().close_if_health_check_failed()
            self._asked_at = now
        self.health_check_done = True
