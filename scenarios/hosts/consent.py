"""What a worker lets a run load from its host: the same rule as for a run, held by the worker itself.

Whatever the run says, a worker sends nothing beyond its own loopback unless its own command line names the host and
confirms that it is the user's.
"""

from dataclasses import dataclass
from urllib.parse import urlsplit

from scenarios.errors import InvalidTarget
from scenarios.targets.ownership import OWNERSHIP_FLAG, Ownership, Resolve, addresses_of, checked_url, is_loopback


@dataclass(frozen=True, slots=True)
class Consent:
    """``addresses``: ``host:port`` beyond the loopback that may be loaded."""

    addresses: tuple[str, ...] = ()

    @classmethod
    def given(cls, target: str | None, confirmed: bool, resolve: Resolve = addresses_of) -> "Consent":
        """By the worker's command line. Raises InvalidTarget for a host that is named and not confirmed."""
        if target is None:
            return cls()
        return cls(checked_url("--target", target, Ownership(named=target, confirmed=confirmed), resolve).addresses)

    def check(self, base_url: str) -> None:
        """Raises InvalidTarget for a target that the run names and this worker may not load."""
        parts = urlsplit(base_url)
        if parts.netloc in self.addresses or _is_loopback(parts.hostname or ""):
            return
        rule = (
            "is the run's target, is not on this worker's loopback, and is not among the addresses that this worker "
            f"may load: if it is yours, start the worker with --target URL {OWNERSHIP_FLAG}"
        )
        raise InvalidTarget("target", base_url, rule)


def _is_loopback(host: str) -> bool:
    """A name is none: what it stands for could change between this check and the connection."""
    try:
        return is_loopback(host)
    except ValueError:
        return False
