"""The three ways in which a call brings no answer."""


class OutboundError(Exception):
    """No answer; `message` is a sentence for whoever set the address up."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class OutboundRefused(OutboundError):
    """The call is not allowed or makes no sense: the same call will never be made."""


class OutboundTemporary(OutboundError):
    """Nothing was sent: the call may be made again."""


class OutboundUnknown(OutboundError):
    """The request left, no answer came: nobody can know whether it was acted upon."""
