"""How a call can end without an answer."""


class CallFailed(Exception):
    """No answer came. ``sent`` is whether a byte of the request may have reached the venue."""

    def __init__(self, reason: str, sent: bool) -> None:
        self.reason = reason
        self.sent = sent
        super().__init__(reason)
