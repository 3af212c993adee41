"""The errors that services raise for bad input; doors show them to whoever sent it."""


class Invalid(Exception):
    """A value cannot be accepted; `message` says what to do, `field` names the value (dotted path, may be empty)."""

    def __init__(self, message: str, *, field: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.field = field


class Refused(Exception):
    """The values are well formed, but a rule of the house forbids the change now (balance too low, sponsor taken…)."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message
