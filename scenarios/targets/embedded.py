"""The embedded target: our exchange and the fault proxy before it, as processes of this host."""

import http.client
import json
import secrets
import shutil
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import JsonValue

from chaos.errors import CannotHeal
from chaos.fault_client import FaultClient
from chaos.ground import Ground
from chaos.ground.durable_state import DataFolder
from chaos.ground.embedded import EmbeddedProcess
from chaos.guardian import Guardian
from scenarios.errors import TargetUnavailable
from scenarios.processes import CONFIDENTIAL, RunProcess, pin, processor_shares
from scenarios.targets.proxy import start_proxy
from scenarios.targets.secrecy import without_secrets
from scenarios.targets.target import VENUE_PROCESS, Account, LiveTarget
from slo.history import TargetRecord

VENUE = "mock"
LEDGER_SECONDS_MAX = 30.0
ANSWER_SECONDS_MAX = 1.0
PORTS = ("rest", "ws", "admin", "metrics")


@dataclass(frozen=True, slots=True)
class EmbeddedTarget:
    """``exchange`` is the exchange's configuration as the scenario gives it; accounts and ports are the run's own."""

    exchange: Mapping[str, JsonValue]
    workers: int = 1
    """How many generators need a processor too."""

    @contextmanager
    def up(self, guardian: Guardian, logs: Path, seed: int) -> Iterator[LiveTarget]:
        account = Account("brownout-run", secrets.token_hex(16))
        admin_token = secrets.token_hex(16)
        configuration = exchange_configuration(self.exchange, account, admin_token, seed)
        with ExitStack() as stack:
            data = _data_folder(configuration, logs / "exchange-data", stack)
            exchange = _Exchange(guardian, logs, configuration, self.workers)
            stack.callback(exchange.end)
            exchange.start()
            proxy = start_proxy(
                guardian, logs, upstream=urlsplit(exchange.addresses["rest"]).netloc, workers=self.workers
            )
            stack.callback(proxy.process.terminate)
            process = EmbeddedProcess(exchange.process.pid, exchange.start_again)
            admin = exchange.addresses["admin"]
            yield LiveTarget(
                base_url=proxy.base_url,
                record=TargetRecord(kind="embedded", venue=VENUE, exchange=without_secrets(self.exchange)),
                accounts=(account,),
                ground=Ground(
                    process,
                    FaultClient(proxy.api),
                    FaultClient(admin, named="exchange's admin port", token=admin_token),
                    lambda: answers(proxy.base_url),
                    seed,
                    DataFolder(data) if data is not None else None,
                ),
                ledger=lambda: read_ledger(admin, admin_token),
                gone=lambda: [
                    each.name
                    for each in (exchange.process, proxy.process)
                    if each.exit_code() is not None and not (each is exchange.process and process.is_down)
                ],
                streams_url=exchange.addresses["ws"],
            )


def exchange_configuration(
    exchange: Mapping[str, JsonValue], account: Account, admin_token: str, seed: int
) -> dict[str, JsonValue]:
    """The scenario's exchange settings with what the run adds: its account, its token and, unless set, its seed."""
    ours: JsonValue = {"key": account.key, "secret": account.secret}  # funded by default with plenty of everything
    given = exchange.get("accounts", [])
    accounts: list[JsonValue] = [*given, ours] if isinstance(given, list) else [ours]
    return {"seed": seed, **exchange, "accounts": accounts, "admin_token": admin_token}


def _data_folder(configuration: dict[str, JsonValue], ours: Path, stack: ExitStack) -> Path | None:
    """Where the exchange is durable. One that names no folder has one of the run's, which goes when the run ends."""
    durable = configuration.get("durable")
    if not isinstance(durable, dict):
        return None
    if "data" not in durable:
        configuration["durable"] = {**durable, "data": str(ours.absolute())}
        stack.callback(shutil.rmtree, ours, ignore_errors=True)
        return ours
    return Path(str(durable["data"]))


def read_ledger(admin_url: str, token: str) -> bytes | None:
    """``/truth`` of the exchange's admin port, JSON lines; None when it no longer answers."""
    request = urllib.request.Request(f"{admin_url}/truth", headers={"Authorization": f"Bearer {token}"})  # noqa: S310
    try:
        with urllib.request.urlopen(request, timeout=LEDGER_SECONDS_MAX) as reply:  # noqa: S310
            body: bytes = reply.read()
            return body
    except (urllib.error.URLError, TimeoutError, ConnectionError):
        return None


def answers(base_url: str) -> bool:
    """Whether the target says pong within a second."""
    try:
        with urllib.request.urlopen(f"{base_url}/api/v3/ping", timeout=ANSWER_SECONDS_MAX) as reply:  # noqa: S310
            return bool(reply.status == 200)
    except (OSError, http.client.HTTPException):
        return False


class _Exchange:
    """The exchange's process, which a fault may end and start again: then at the same ports."""

    def __init__(self, guardian: Guardian, logs: Path, configuration: Mapping[str, JsonValue], workers: int) -> None:
        self._workers = workers
        self._guardian = guardian
        self._logs = logs
        self._confidential = json.dumps(configuration)  # it holds the account's secret
        self._ports = dict.fromkeys(PORTS, 0)
        self.process: RunProcess
        self.addresses: dict[str, str]

    def start(self) -> None:
        """Raises TargetUnavailable."""
        ports = [word for name, port in self._ports.items() for word in (f"--{name}-port", str(port))]
        self.process = RunProcess(
            VENUE_PROCESS,
            "mock_exchange",
            [*ports, "--config", CONFIDENTIAL],
            self._guardian,
            self._logs,
            confidential=self._confidential,
        )
        ready = self.process.wait_until_ready()
        self.addresses = {name: str(ready[name]) for name in PORTS}
        self._ports = {name: urlsplit(address).port or 0 for name, address in self.addresses.items()}
        pin(self.process.pid, processor_shares(self._workers)[0])

    def start_again(self) -> int:
        """Its new process id, once it serves. Raises CannotHeal."""
        self.end()
        try:
            self.start()
        except TargetUnavailable as error:
            raise CannotHeal(str(error)) from error
        return self.process.pid

    def end(self) -> None:
        if hasattr(self, "process"):
            self.process.terminate()
