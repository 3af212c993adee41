"""How an attempt to send ended (docs/design.md, section 2, "Deliveries")."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sent:
    """The other side took it; `provider_id` is the name it gave."""

    provider_id: str = ""


@dataclass(frozen=True, slots=True)
class Temporary:
    """It surely did not leave, and may the next time; `retry_after` is what the other side asks for, in seconds."""

    reason: str
    retry_after: float | None = None


@dataclass(frozen=True, slots=True)
class Away:
    """The server cannot be reached or lets us not in: that is no attempt of the message, which waits."""

    reason: str


@dataclass(frozen=True, slots=True)
class Final:
    """It surely did not leave, and never will; `is_bounce` where the server says that there is no such address."""

    reason: str
    is_bounce: bool = False


@dataclass(frozen=True, slots=True)
class Unknown:
    """Nobody can know whether it left; a channel that is not repeatable ends here, and so does what may not be."""

    reason: str
    may_repeat: bool = True


@dataclass(frozen=True, slots=True)
class Skip:
    """It may not leave for a reason that is nobody's failure."""

    reason: str


Result = Sent | Temporary | Away | Final | Unknown | Skip


def storable(text: str, longest: int) -> str:
    """Return what a server said as any database can hold it."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode()[:longest]
