"""What docs/exchange.md tells users of ccxt to do, so that nothing that they call leaves for the venue."""

import re
from typing import Any


def point_ccxt_at(client: Any, rest: str, ws: str) -> None:
    """Every address of every product, each with its own path. One that is left would get a signed request."""
    api = client.urls["api"]
    for name in api.keys() - {"ws"}:
        api[name] = re.sub("^https://[^/]+", rest, api[name])
    # ccxt takes a stream for one of Spot only where its address holds "/stream".
    api["ws"] = {"spot": ws + "/stream/ws", "ws-api": {"spot": ws + "/ws-api/v3"}}
