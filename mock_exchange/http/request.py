"""A request as the connection has read it. One object per connection, used again for each request."""


class Request:
    __slots__ = ("accepted_ns", "address", "body", "headers", "line", "method", "parsed_ns", "path", "query")

    def __init__(self) -> None:
        self.address = ""
        """Of the peer, without its port; empty where the transport does not know."""
        self.accepted_ns = 0
        """Monotonic, when its last bytes were read."""
        self.parsed_ns = 0
        self.method = b""
        self.path = b""
        self.query = b""
        """Raw: what came after the first question mark."""
        self.line = b""
        """Method and path, with a space between: what routes are looked up by."""
        self.headers: dict[bytes, bytes] = {}
        """As they were spelt; of one that came twice, the last."""
        self.body = b""

    def header(self, name: bytes) -> bytes:
        """Its value, in whatever case the client spells the name; empty where it was not sent."""
        value = self.headers.get(name)
        if value is not None:
            return value
        lower = name.lower()
        return next((value for each, value in self.headers.items() if each.lower() == lower), b"")
