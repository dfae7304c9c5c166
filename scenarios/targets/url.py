"""The URL target: an exchange that someone else started, on this host or, where its owner says so, on another."""

import os
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from chaos.fault_client import FaultClient
from chaos.ground import Ground
from chaos.guardian import Guardian
from scenarios.errors import InvalidTarget, TargetUnavailable
from scenarios.targets.ownership import CheckedUrl
from scenarios.targets.proxy import start_proxy
from scenarios.targets.target import Account, LiveTarget
from slo.history import TargetRecord

ANSWER_SECONDS_MAX = 5.0
PING = "/api/v3/ping"
KEY_VARIABLE = "BROWNOUT_KEY"
SECRET_VARIABLE = "BROWNOUT_SECRET"  # noqa: S105  the name of a variable, not a secret


@dataclass(frozen=True, slots=True)
class UrlTarget:
    """An exchange at a URL, of which only the network can be touched; ``account`` signs the orders."""

    checked: CheckedUrl
    account: Account
    through_proxy: bool
    """Whether the scenario has faults of the wire, for which a proxy is put before the exchange."""
    workers: int = 1
    """How many generators need a processor too."""

    @contextmanager
    def up(self, guardian: Guardian, logs: Path, seed: int) -> Iterator[LiveTarget]:
        address = answering_address(self.checked)
        with ExitStack() as stack:
            base_url, ground, proxy = f"http://{address}", Ground(), None
            if self.through_proxy:
                proxy = start_proxy(guardian, logs, upstream=address, workers=self.workers)
                stack.callback(proxy.process.terminate)
                base_url, ground = proxy.base_url, Ground(proxy=FaultClient(proxy.api), seed=seed)
            yield LiveTarget(
                base_url=base_url,
                record=TargetRecord(kind="url", url=self.checked.url, venue=self.checked.netloc),
                host=self.checked.netloc,
                accounts=(self.account,),
                ground=ground,
                ledger=lambda: None,
                gone=lambda: [proxy.process.name] if proxy and proxy.process.exit_code() is not None else [],
            )


def account_from_environment() -> Account:
    """The key and secret that sign orders at a URL target. Raises InvalidTarget when one is not set."""
    for variable in (KEY_VARIABLE, SECRET_VARIABLE):
        if not os.environ.get(variable):
            raise InvalidTarget(variable, "", f"must hold the API credentials: export {variable}=...")
    return Account(os.environ[KEY_VARIABLE], os.environ[SECRET_VARIABLE])


def answering_address(checked: CheckedUrl) -> str:
    """The first of the checked addresses that answers a ping; the traffic goes there and nowhere else.

    Raises TargetUnavailable where none does.
    """
    problems = []
    for address in checked.addresses:
        try:
            _ping(address, checked.netloc)
        except (HTTPException, OSError) as error:
            problems.append(f"{error or type(error).__name__}")
        else:
            return address
    raise TargetUnavailable(f"{checked.url} does not answer GET {PING}: {'; '.join(problems)}")


def _ping(address: str, host: str) -> None:
    """By hand, so that neither a redirect nor a proxy of the environment leads elsewhere."""
    with closing(HTTPConnection(address, timeout=ANSWER_SECONDS_MAX)) as connection:
        connection.request("GET", PING, headers={"Host": host})
        status = connection.getresponse().status
    if not 200 <= status < 300:
        raise HTTPException(f"HTTP {status}")
