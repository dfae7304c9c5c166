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
from scenarios.client.profiled import signer
from scenarios.errors import InvalidTarget, TargetUnavailable
from scenarios.targets.ownership import CheckedUrl
from scenarios.targets.proxy import start_proxy
from scenarios.targets.target import Account, LiveTarget
from scenarios.venues import BASE_PATH, VenueProfile
from slo.history import TargetRecord

ANSWER_SECONDS_MAX = 5.0
PEM_BEGINS = "-----BEGIN"
KEY_VARIABLE = "BROWNOUT_KEY"
SECRET_VARIABLE = "BROWNOUT_SECRET"  # noqa: S105  the name of a variable, not a secret


@dataclass(frozen=True, slots=True)
class UrlTarget:
    """An exchange at a URL, of which only the network can be touched; ``account`` signs the orders."""

    checked: CheckedUrl
    account: Account
    venue: VenueProfile
    through_proxy: bool
    """Whether the scenario has faults of the wire, for which a proxy is put before the exchange."""
    workers: int = 1
    """How many generators need a processor too."""

    @contextmanager
    def up(self, guardian: Guardian, logs: Path, seed: int) -> Iterator[LiveTarget]:
        address = answering_address(self.checked, self.venue.base_path)
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
                venue=self.venue,
                accounts=(self.account,),
                ground=ground,
                ledger=lambda: None,
                gone=lambda: [proxy.process.name] if proxy and proxy.process.exit_code() is not None else [],
            )


def account_from_environment(venue: VenueProfile) -> Account:
    """The key and secret that sign orders at a URL target; where keys sign, the secret may name the file of one.

    Raises InvalidTarget when one is not set or cannot sign.
    """
    for variable in (KEY_VARIABLE, SECRET_VARIABLE):
        if not os.environ.get(variable):
            raise InvalidTarget(variable, "", f"must hold the API credentials: export {variable}=...")
    secret = os.environ[SECRET_VARIABLE]
    if venue.signing != "hmac" and not secret.lstrip().startswith(PEM_BEGINS):
        secret = _read_key(Path(secret))
    signer(venue.signing, secret)
    return Account(os.environ[KEY_VARIABLE], secret)


def _read_key(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        rule = "must hold a private key in PEM, or the path of its file"
        raise InvalidTarget(SECRET_VARIABLE, "...", f"{rule}: {type(error).__name__}") from error


def answering_address(checked: CheckedUrl, base_path: str = BASE_PATH) -> str:
    """The first of the checked addresses that answers a ping; the traffic goes there and nowhere else.

    Raises TargetUnavailable where none does.
    """
    problems = []
    for address in checked.addresses:
        try:
            _ping(address, checked.netloc, f"{base_path}/ping")
        except (HTTPException, OSError) as error:
            problems.append(f"{error or type(error).__name__}")
        else:
            return address
    raise TargetUnavailable(f"{checked.url} does not answer GET {base_path}/ping: {'; '.join(problems)}")


def _ping(address: str, host: str, path: str) -> None:
    """By hand, so that neither a redirect nor a proxy of the environment leads elsewhere."""
    with closing(HTTPConnection(address, timeout=ANSWER_SECONDS_MAX)) as connection:
        connection.request("GET", path, headers={"Host": host})
        status = connection.getresponse().status
    if not 200 <= status < 300:
        raise HTTPException(f"HTTP {status}")
