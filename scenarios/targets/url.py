"""The URL target: an exchange that someone else started, on this host."""

import ipaddress
import os
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from chaos.fault_client import FaultClient
from chaos.ground import Ground
from chaos.guardian import Guardian
from scenarios.errors import InvalidTarget, TargetUnavailable
from scenarios.targets.proxy import start_proxy
from scenarios.targets.target import Account, LiveTarget
from slo.history import TargetRecord

ANSWER_SECONDS_MAX = 5.0
KEY_VARIABLE = "BROWNOUT_KEY"
SECRET_VARIABLE = "BROWNOUT_SECRET"  # noqa: S105  the name of a variable, not a secret


@dataclass(frozen=True, slots=True)
class UrlTarget:
    """An exchange at ``url``, of which only the network can be touched; ``account`` signs the orders."""

    url: str
    account: Account
    through_proxy: bool
    """Whether the scenario has faults of the wire, for which a proxy is put before the exchange."""
    workers: int = 1
    """How many generators need a processor too."""

    @contextmanager
    def up(self, guardian: Guardian, logs: Path, seed: int) -> Iterator[LiveTarget]:
        require_answer(self.url)
        with ExitStack() as stack:
            base_url, ground, proxy = self.url, Ground(), None
            if self.through_proxy:
                proxy = start_proxy(guardian, logs, upstream=urlsplit(self.url).netloc, workers=self.workers)
                stack.callback(proxy.process.terminate)
                base_url, ground = proxy.base_url, Ground(proxy=FaultClient(proxy.api), seed=seed)
            yield LiveTarget(
                base_url=base_url,
                record=TargetRecord(kind="url", url=self.url, venue=urlsplit(self.url).netloc),
                accounts=(self.account,),
                ground=ground,
                ledger=lambda: None,
                gone=lambda: [proxy.process.name] if proxy and proxy.process.exit_code() is not None else [],
            )


def loopback_url(url: str) -> str:
    """``url`` without a trailing slash, if it is plain HTTP on this host's loopback.

    Raises InvalidTarget otherwise: load goes to nobody who has not asked for it.
    """
    parts = _split(url)
    if parts is None or parts.scheme != "http" or not parts.hostname:
        raise InvalidTarget("--target", url, "must be embedded, compose or a URL such as http://127.0.0.1:8080")
    if parts.path.strip("/") or parts.query or parts.fragment or parts.username:
        raise InvalidTarget("--target", url, "must name host and port only: the paths are the venue's")
    if not _is_loopback(parts.hostname):
        raise InvalidTarget("--target", url, "must be on this host's loopback: brownout loads no host of others")
    return url.rstrip("/")


def account_from_environment() -> Account:
    """The key and secret that sign orders at a URL target. Raises InvalidTarget when one is not set."""
    for variable in (KEY_VARIABLE, SECRET_VARIABLE):
        if not os.environ.get(variable):
            raise InvalidTarget(variable, "", f"must hold the API credentials: export {variable}=...")
    return Account(os.environ[KEY_VARIABLE], os.environ[SECRET_VARIABLE])


def require_answer(url: str) -> None:
    """Raises TargetUnavailable unless the venue answers a ping."""
    try:
        with urllib.request.urlopen(f"{url}/api/v3/ping", timeout=ANSWER_SECONDS_MAX):  # noqa: S310  loopback_url checked it
            return
    except (urllib.error.URLError, HTTPException, TimeoutError, ConnectionError) as error:
        raise TargetUnavailable(f"{url} does not answer GET /api/v3/ping: {error}") from error


def _split(url: str) -> SplitResult | None:
    """The parts of a URL; None where it cannot be one."""
    try:
        parts = urlsplit(url)
        _ = parts.port  # checked on reading
    except ValueError:
        return None
    return parts


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
