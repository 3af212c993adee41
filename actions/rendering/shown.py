"""What is shown of a message before it is sent."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Shown:
    """A message as it would arrive, why it cannot be rendered, or what is missing before it can be."""

    subject: str = ""
    html: str = ""
    text: str = ""
    error: str = ""
    missing: str = ""
