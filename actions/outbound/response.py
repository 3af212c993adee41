"""What came back."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime


@dataclass(frozen=True)
class Response:
    """An answer; header names are in lower case, the body is cut at 64 kB (`is_cut`)."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    is_cut: bool
    took: float

    @property
    def is_success(self) -> bool:
        """Tell whether the status says that it was done."""
        return 200 <= self.status < 300

    @property
    def text(self) -> str:
        """Return the body as text, for a journal."""
        return self.body.decode("utf-8", "replace")

    @property
    def retry_after(self) -> float | None:
        """Return the seconds after which the other side wants to be asked again, if it says so."""
        said = self.headers.get("retry-after", "").strip()
        if said.isdecimal() and len(said) < 10:
            return float(said)
        try:
            at = parsedate_to_datetime(said)
        except (ValueError, TypeError):
            return None
        at = at if at.tzinfo else at.replace(tzinfo=UTC)
        return max((at - datetime.now(UTC)).total_seconds(), 0.0)
