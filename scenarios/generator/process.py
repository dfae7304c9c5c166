"""The generator's life as a process: arguments, signals, exit codes."""

import gc
import logging
import resource
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

import gevent
from gevent.event import Event
from pydantic import ValidationError

from scenarios.errors import InvalidTarget, TargetUnavailable
from scenarios.generator.drive import drive
from scenarios.generator.telling import tell
from scenarios.plan import GeneratorPlan

EXIT_OK, EXIT_USAGE, EXIT_UNAVAILABLE = 0, 64, 69
SPARE_DESCRIPTORS = 100


def main(arguments: Sequence[str]) -> int:
    """Returns the exit code: 0 after the last word, 64 for a bad plan, 69 when the venue cannot be reached."""
    logging.basicConfig(level=logging.ERROR, stream=sys.stderr, format="%(name)s: %(message)s")
    if len(arguments) != 1:
        return _refuse(EXIT_USAGE, "usage: python -m scenarios.generator PLAN.json")
    try:
        plan = GeneratorPlan.model_validate_json(Path(arguments[0]).read_bytes())
    except (OSError, ValidationError) as error:
        return _refuse(EXIT_USAGE, f"{arguments[0]}: {error}")
    stop = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        gevent.signal_handler(number, stop.set)
    _allow_descriptors(plan.in_flight_max)
    gc.freeze()  # what is loaded now stays: collections need not walk it while arrivals are due
    try:
        drive(plan, stop, tell)
    except (TargetUnavailable, InvalidTarget) as error:
        return _refuse(EXIT_UNAVAILABLE, str(error))
    return EXIT_OK


def _refuse(code: int, message: str) -> int:
    sys.stderr.write(message + "\n")
    return code


def _allow_descriptors(in_flight_max: int) -> None:
    """Each call in flight has a socket: raise the soft limit as far as the hard one allows."""
    wanted = in_flight_max * 2 + SPARE_DESCRIPTORS
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    allowed = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    if soft != resource.RLIM_INFINITY and soft < allowed:
        resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, hard))
