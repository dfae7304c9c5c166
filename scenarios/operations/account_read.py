"""account.read: the balances of the account that trades."""

from scenarios.operations.desk import Desk
from scenarios.operations.request import Request


def request(desk: Desk, symbol: str, arrival: int) -> Request:  # noqa: ARG001  every operation is asked alike
    return Request("GET", "/api/v3/account", "omitZeroBalances=true", True, "")
