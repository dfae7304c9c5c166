"""A request as the connection has read it. One object per connection, used again for each request."""


class Request:
    __slots__ = ("accepted_ns", "body", "credential", "line", "method", "parsed_ns", "path", "query", "target")

    def __init__(self) -> None:
        self.accepted_ns = 0
        """Monotonic, when its last bytes were read."""
        self.parsed_ns = 0
        self.method = b""
        self.target = b""
        self.line = b""
        """Method and path, with a space between: what routes are looked up by."""
        self.path = b""
        self.query = b""
        """Raw: what came after the first question mark."""
        self.body = b""
        self.credential = b""
        """The value of the one header that the service asked for."""
