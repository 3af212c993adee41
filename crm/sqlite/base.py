"""SQLite has one writer, and those who wait for it sleep and look again, up to 100 ms at a time.

Here a transaction first takes its turn by an advisory lock on a file beside the database: the kernel wakes the next one
the moment the last one ends, over threads and processes alike, and frees the turn of a process that dies.
"""

import fcntl
import os
from contextlib import suppress
from typing import Any

from django.db.backends.sqlite3 import base


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection whose transactions wait for their turn."""

    _turn: int | None = None

    def _start_transaction_under_autocommit(self) -> None:
        self._take_turn()
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]
        except BaseException:
            self._leave_turn()
            raise

    def _commit(self) -> None:
        try:
            super()._commit()  # type: ignore[misc]
        finally:
            # a commit that was refused (busy) leaves the transaction open, and with it the turn
            if not self._is_in_transaction():
                self._leave_turn()

    def _rollback(self) -> None:
        try:
            super()._rollback()  # type: ignore[misc]
        finally:
            self._leave_turn()

    def _close(self) -> None:
        try:
            super()._close()  # type: ignore[misc]
        finally:
            self._leave_turn()
            if self._turn is not None:
                os.close(self._turn)
                self._turn = None

    def _is_in_transaction(self) -> bool:
        return self.connection is not None and self.connection.in_transaction

    def _take_turn(self) -> None:
        path: Any = self.settings_dict["NAME"]
        if self._turn is None and not self.is_in_memory_db():
            self._turn = os.open(f"{path}-turn", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        if self._turn is not None:
            fcntl.flock(self._turn, fcntl.LOCK_EX)

    def _leave_turn(self) -> None:
        if self._turn is not None:
            with suppress(OSError):
                fcntl.flock(self._turn, fcntl.LOCK_UN)
