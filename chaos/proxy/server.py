"""The proxy's process: one event loop for the traffic, the control API and the leases."""

import asyncio
import json
import os
import signal
import sys

from chaos.proxy.address import Address
from chaos.proxy.api import ControlApi
from chaos.proxy.faults import FaultsInForce
from chaos.proxy.http_server import ApiConnection
from chaos.proxy.listener import Listeners
from chaos.proxy.options import Options
from chaos.proxy.proxy_calls import proxy_document
from chaos.proxy.timer import Timer, timer_for

_LOOK_AT_LEASES_EVERY_S = 0.1


class UntoldError(Exception):
    """Nobody could be told where the proxy serves: whoever started it does not read its standard output."""


async def serve(options: Options) -> None:
    """Raises OSError when an address cannot be listened on, UntoldError when the ready line cannot be written."""
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    faults = FaultsInForce()
    timer = timer_for(loop)
    listeners = Listeners(faults, timer, allow_remote=options.allow_remote)
    try:
        for order in options.listeners:
            await listeners.create(order)
        api = ControlApi(listeners, faults, timer.now_ns, seed=options.seed)
        server = await loop.create_server(lambda: ApiConnection(api.answer), options.api.host, options.api.port)
        _say_ready(Address(options.api.host, server.sockets[0].getsockname()[1]), listeners)
        await _serve_until(stop, faults, timer)
        server.close()
    finally:
        listeners.close()
        timer.close()


async def _serve_until(stop: asyncio.Event, faults: FaultsInForce, timer: Timer) -> None:
    """Without a hand on the leases there is no proxy: should it fail, so does the process."""
    tasks = asyncio.create_task(stop.wait()), asyncio.create_task(_lift_expired(faults, timer))
    done, rest = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in rest:
        task.cancel()
    for task in done:
        task.result()


async def _lift_expired(faults: FaultsInForce, timer: Timer) -> None:
    """The proxy's own hand on every lease: an owner that died renews none."""
    while True:
        await asyncio.sleep(_LOOK_AT_LEASES_EVERY_S)
        faults.lift_expired(timer.now_ns())


def _say_ready(api: Address, listeners: Listeners) -> None:
    proxies = [proxy_document(each) for each in listeners.by_name.values()]
    try:
        sys.stdout.write(json.dumps({"ready": True, "api": f"http://{api}", "proxies": proxies}) + "\n")
        sys.stdout.flush()
    except OSError as error:
        _forget_unwritten()
        raise UntoldError(str(error)) from error


def _forget_unwritten() -> None:
    """Or Python would try to write it again at the end, and change the exit status."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)
