"""What a way for mail must be able to do."""

from abc import ABC, abstractmethod
from collections.abc import Sequence

from actions.channels.mime import Mail
from actions.channels.results import Result


class ChannelDown(Exception):
    """The server cannot be reached or refuses us; no message is to blame."""


class MailTransport(ABC):
    """A way for mail; kept over many groups of one process, used by one thread."""

    @abstractmethod
    def open(self) -> None:
        """Be ready to send; raises ChannelDown. Called before any row is marked as being sent."""

    @abstractmethod
    def send_many(self, mails: Sequence[Mail]) -> list[Result]:
        """Send each mail once and say how it ended, in order; never raises for a mail."""

    @abstractmethod
    def close(self) -> None:
        """Give up what is open; a later `open` starts afresh."""
