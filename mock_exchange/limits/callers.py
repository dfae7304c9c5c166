"""Whose request it is, where a proxy stands in between."""

import ipaddress
from functools import lru_cache


def behind_proxy(peer: str, forwarded_for: str) -> str:
    """The last address in a list of X-Forwarded-For, which the proxy itself has seen, if the proxy is on this host.

    Anyone could claim to be someone else, so what other peers say is not believed; nor is what names no address.
    """
    caller = forwarded_for.rpartition(",")[2].strip()
    return caller if caller and _is_loopback(peer) else peer


@lru_cache(maxsize=1024)
def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False
