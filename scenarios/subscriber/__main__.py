"""``python -m scenarios.subscriber PLAN.json``: arguments, signals, exit codes."""

import asyncio
import resource
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

import uvloop
from pydantic import ValidationError

from scenarios.errors import TargetUnavailable
from scenarios.subscriber.drive import listen
from scenarios.subscriber.plan import SubscriberPlan

EXIT_OK, EXIT_USAGE, EXIT_UNAVAILABLE = 0, 64, 69
SPARE_DESCRIPTORS = 100


def main(arguments: Sequence[str]) -> int:
    """Returns the exit code: 0 after the last word, 64 for a bad plan, 69 when the streams cannot be reached."""
    if len(arguments) != 1:
        return _refuse(EXIT_USAGE, "usage: python -m scenarios.subscriber PLAN.json")
    try:
        plan = SubscriberPlan.model_validate_json(Path(arguments[0]).read_bytes())
    except (OSError, ValidationError) as error:
        return _refuse(EXIT_USAGE, f"{arguments[0]}: {error}")
    _allow_descriptors(plan.subscribers + SPARE_DESCRIPTORS)
    try:
        uvloop.run(_until_told(plan))
    except TargetUnavailable as error:
        return _refuse(EXIT_UNAVAILABLE, str(error))
    return EXIT_OK


async def _until_told(plan: SubscriberPlan) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await listen(plan, stop)


def _allow_descriptors(wanted: int) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    allowed = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    if soft != resource.RLIM_INFINITY and soft < allowed:
        resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, hard))


def _refuse(code: int, message: str) -> int:
    sys.stderr.write(message + "\n")
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
