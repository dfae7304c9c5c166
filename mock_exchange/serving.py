"""The process: a loop, signals, one ready line, a drain. ``serve`` is what every command line calls."""

import asyncio
import gc
import ipaddress
import os
import resource
import signal
import sys
from collections.abc import Callable

import msgspec
import uvloop

from mock_exchange.assembly import Exchange
from mock_exchange.config import ExchangeConfig
from mock_exchange.errors import AddressError, ConfigError, DataInUseError, ExchangeError, JournalError
from mock_exchange.opening import Recovered
from mock_exchange.ports import Addresses, Ports

EXIT_OK = 0
EXIT_USAGE = 64
EXIT_UNAVAILABLE = 69
EXIT_FAILED = 70

_DESCRIPTORS = 32_768
"""More than all the connections that the limits allow by default."""

_SWITCH_SECONDS = 0.000_02
"""How long the thread that syncs the journal waits for a busy loop, before it may say that everything is safe: with
Python's own 5 ms, orders under full load took a fifth longer."""

_STOPPING = (signal.SIGTERM, signal.SIGINT)

# A young collection costs what it finds; replies and tickets die without it, and orders stay for good.
_GC_THRESHOLDS = (50_000, 20, 100)


def serve(config: ExchangeConfig, ports: Ports, *, allow_remote: bool = False) -> int:
    """Serve until SIGTERM or SIGINT, and return the exit code. Prints one JSON line when ready, errors on stderr."""
    try:
        _refuse_remote(ports.host, allow_remote=allow_remote)
        _allow_many_descriptors()
        uvloop.run(_serve(config, ports, _print_ready))
    except ExchangeError as error:
        sys.stderr.write(f"{error}\n")
        return _exit_code(error)
    return EXIT_OK


def _exit_code(error: ExchangeError) -> int:
    if isinstance(error, JournalError):
        return EXIT_FAILED
    return EXIT_UNAVAILABLE if isinstance(error, AddressError | DataInUseError) else EXIT_USAGE


async def _serve(config: ExchangeConfig, ports: Ports, on_ready: Callable[[Addresses, Recovered | None], None]) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in _STOPPING:
        loop.add_signal_handler(number, stop.set)
    try:
        exchange = Exchange(config, environment=os.environ)
    except ValueError as error:
        raise ConfigError(str(error)) from error
    try:
        addresses = await exchange.listen(ports)
    except AddressError:
        exchange.close()
        raise
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_GC_THRESHOLDS)
    if exchange.recovered is not None:
        sys.setswitchinterval(_SWITCH_SECONDS)
    on_ready(addresses, exchange.recovered)
    await _first_of(stop, exchange)
    await exchange.drain()
    for number in _STOPPING:  # an impatient operator's second signal must not turn a clean end into a kill
        loop.remove_signal_handler(number)
        signal.signal(number, signal.SIG_IGN)


async def _first_of(stop: asyncio.Event, exchange: Exchange) -> None:
    """Wait for the signal to stop; raises JournalError, with everything closed, where the journal fails before it."""
    stopped = asyncio.ensure_future(stop.wait())
    await asyncio.wait((stopped, exchange.failed), return_when=asyncio.FIRST_COMPLETED)
    if exchange.failed.done():
        stopped.cancel()
        exchange.close()
        exchange.failed.result()


def _allow_many_descriptors() -> None:
    """Every connection takes one, and the usual soft limit of 256 or 1024 is for programs that use select(2)."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _DESCRIPTORS if hard == resource.RLIM_INFINITY else min(_DESCRIPTORS, hard)
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def _refuse_remote(host: str, *, allow_remote: bool) -> None:
    if allow_remote or _is_loopback(host):
        return
    raise ConfigError(
        f"--host {host}: only loopback addresses such as 127.0.0.1 are served, because keys here are for tests; "
        "--allow-remote serves others too"
    )


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _print_ready(addresses: Addresses, recovered: Recovered | None) -> None:
    line: dict[str, object] = {"ready": True, **addresses.as_mapping()}
    if recovered is not None:
        line["recovered"] = recovered
    sys.stdout.write(msgspec.json.encode(line).decode() + "\n")
    sys.stdout.flush()
