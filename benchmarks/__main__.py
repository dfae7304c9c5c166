"""``python -m benchmarks [NAME]...``: measure, print, and store in ``benchmarks/results``."""

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence

from benchmarks import (
    arrival_lag,
    client_memory,
    client_orders,
    exchange_orders,
    fan_out,
    feeds,
    proxy_overhead,
    telemetry_cost,
)
from benchmarks.cores import CannotMeasure
from benchmarks.results import Report, show, write
from benchmarks.settings import Settings

BENCHMARKS: Mapping[str, Callable[[Settings], Report]] = {
    "exchange_orders": exchange_orders.run,
    "client_orders": client_orders.run,
    "client_memory": client_memory.run,
    "arrival_lag": arrival_lag.run,
    "proxy_overhead": proxy_overhead.run,
    "telemetry_cost": telemetry_cost.run,
    "fan_out": fan_out.run,
    "feeds": feeds.run,
}
CANNOT_MEASURE = 69


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """The command line."""
    defaults = Settings()
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(BENCHMARKS)}; all of them by default")
    parser.add_argument("--rounds", type=int, default=defaults.rounds, help="forth and back is one (%(default)s)")
    parser.add_argument("--seconds", type=int, default=defaults.seconds, help="of each measurement (%(default)s)")
    parser.add_argument("--connections", type=int, default=defaults.connections, help="(%(default)s)")
    parser.add_argument("--no-record", action="store_true", help="print only, leave the stored results as they are")
    parsed = parser.parse_args(arguments)
    if unknown := set(parsed.names) - set(BENCHMARKS):
        parser.error(f"no benchmark is called {', '.join(sorted(unknown))}: there are {', '.join(BENCHMARKS)}")
    return parsed


def main(arguments: Sequence[str]) -> int:
    """Exit code 69 where the host or a contender does not allow a measurement."""
    asked = parse(arguments)
    settings = Settings(rounds=asked.rounds, seconds=asked.seconds, connections=asked.connections)
    try:
        for name in asked.names or BENCHMARKS:
            report = BENCHMARKS[name](settings)
            show(report)
            if not asked.no_record:
                print(f"  written to {write(report)}")
    except CannotMeasure as error:
        print(f"cannot measure: {error}", file=sys.stderr)
        return CANNOT_MEASURE
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
