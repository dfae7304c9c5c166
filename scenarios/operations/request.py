"""What an operation asks of a venue, before it is signed and written to a socket."""

from typing import NamedTuple

_NEW = "newClientOrderId="


class Request(NamedTuple):
    """``query`` is the encoded parameters without timestamp and signature, which are added at the moment of sending."""

    method: str
    path: str
    query: str
    signed: bool
    symbol: str
    """What the request is about; empty where it is not about one symbol."""
    client_order_id: str = ""
    """Which order the request is about, where it is about one."""

    def again(self, attempt: int) -> "Request":
        """Sent for the ``attempt``-th time after the first: a new order gets an id of its own, ``<id>-r<attempt>``."""
        if not self.client_order_id or _NEW not in self.query:
            return self
        old, new = self.client_order_id, f"{self.client_order_id.removesuffix(f'-r{attempt - 1}')}-r{attempt}"
        return self._replace(query=self.query.replace(f"{_NEW}{old}", f"{_NEW}{new}"), client_order_id=new)
