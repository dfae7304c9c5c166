"""The embedded target: our exchange and the fault proxy before it, as processes of this host."""

import json
import secrets
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import JsonValue

from chaos.fault_client import FaultClient
from chaos.ground import Ground
from chaos.ground.embedded import EmbeddedProcess
from chaos.guardian import Guardian
from scenarios.processes import CONFIDENTIAL, RunProcess, pin, processor_shares
from scenarios.targets.proxy import start_proxy
from scenarios.targets.secrecy import without_secrets
from scenarios.targets.target import Account, LiveTarget
from slo.history import TargetRecord

VENUE = "mock"
LEDGER_SECONDS_MAX = 30.0


@dataclass(frozen=True, slots=True)
class EmbeddedTarget:
    """``exchange`` is the exchange's configuration as the scenario gives it; accounts and ports are the run's own."""

    exchange: Mapping[str, JsonValue]

    @contextmanager
    def up(self, guardian: Guardian, logs: Path, seed: int) -> Iterator[LiveTarget]:
        account = Account("brownout-run", secrets.token_hex(16))
        admin_token = secrets.token_hex(16)
        configuration = exchange_configuration(self.exchange, account, admin_token, seed)
        with ExitStack() as stack:
            exchange = _start_exchange(stack, guardian, logs, configuration)
            proxy = start_proxy(guardian, logs, upstream=urlsplit(exchange.rest).netloc)
            stack.callback(proxy.process.terminate)
            yield LiveTarget(
                base_url=proxy.base_url,
                record=TargetRecord(kind="embedded", venue=VENUE, exchange=without_secrets(self.exchange)),
                accounts=(account,),
                ground=Ground(
                    EmbeddedProcess(exchange.process.pid),
                    FaultClient(proxy.api),
                    FaultClient(exchange.admin, named="exchange's admin port", token=admin_token),
                    seed,
                ),
                ledger=lambda: read_ledger(exchange.admin, admin_token),
                gone=lambda: [p.name for p in (exchange.process, proxy.process) if p.exit_code() is not None],
            )


def exchange_configuration(
    exchange: Mapping[str, JsonValue], account: Account, admin_token: str, seed: int
) -> dict[str, JsonValue]:
    """The scenario's exchange settings with what the run adds: its account, its token and, unless set, its seed."""
    ours: JsonValue = {"key": account.key, "secret": account.secret}  # funded by default with plenty of everything
    given = exchange.get("accounts", [])
    accounts: list[JsonValue] = [*given, ours] if isinstance(given, list) else [ours]
    return {"seed": seed, **exchange, "accounts": accounts, "admin_token": admin_token}


def read_ledger(admin_url: str, token: str) -> bytes | None:
    """``/truth`` of the exchange's admin port, JSON lines; None when it no longer answers."""
    request = urllib.request.Request(f"{admin_url}/truth", headers={"Authorization": f"Bearer {token}"})  # noqa: S310
    try:
        with urllib.request.urlopen(request, timeout=LEDGER_SECONDS_MAX) as reply:  # noqa: S310
            body: bytes = reply.read()
            return body
    except (urllib.error.URLError, TimeoutError, ConnectionError):
        return None


@dataclass(frozen=True, slots=True)
class _Exchange:
    process: RunProcess
    rest: str
    admin: str


def _start_exchange(
    stack: ExitStack, guardian: Guardian, logs: Path, configuration: Mapping[str, JsonValue]
) -> _Exchange:
    arguments = [
        "--rest-port",
        "0",
        "--ws-port",
        "0",
        "--admin-port",
        "0",
        "--metrics-port",
        "0",
        "--config",
        CONFIDENTIAL,
    ]
    confidential = json.dumps(configuration)  # it holds the account's secret
    process = RunProcess("exchange", "mock_exchange", arguments, guardian, logs, confidential=confidential)
    stack.callback(process.terminate)
    ready = process.wait_until_ready()
    pin(process.pid, processor_shares()[0])
    return _Exchange(process, str(ready["rest"]), str(ready["admin"]))
