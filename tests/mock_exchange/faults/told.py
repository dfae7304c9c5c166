"""What callers and operators are told about faults, for tests."""

from urllib.parse import quote

from tests.mock_exchange.served import TOKEN, Json, Reply, Served

MARK = "X-Brownout-Fault"


def marks(reply: Reply) -> list[str]:
    return [each.strip() for each in reply.headers.get(MARK, "").split(",") if each.strip()]


def accepted(venue: Served, client_order_id: str) -> bool:
    """Whether the exchange says to its operator that the order was ever accepted."""
    return bool(truth(venue, client_order_id)["accepted"])


def truth(venue: Served, client_order_id: str) -> Json:
    reply = venue.call("GET", f"/truth?clientOrderId={client_order_id}", port="admin", token=TOKEN)
    assert reply.status == 200, reply.body
    return reply.json


def fault_told(venue: Served, fault_id: str) -> Json:
    return venue.call("GET", "/faults", port="admin", token=TOKEN).json[fault_id]


def unanswered(venue: Served, fault_id: str) -> list[Json]:
    """The requests that it touched and that no marked reply has told of."""
    reply = venue.call("GET", f"/faults/{quote(fault_id)}/hits", port="admin", token=TOKEN)
    assert reply.status == 200, reply.body
    return list(reply.json["unanswered"])
