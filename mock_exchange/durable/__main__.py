"""``python -m mock_exchange.durable DIR``: the ledger of a stopped exchange, as JSON lines; changes nothing.

A line for each order that was ever accepted, with its trades. With ``--client-order-id`` (and ``--symbol``) one JSON
document that says what became of that id. The folder of an exchange that is serving can be read too: as of what is
written by then.
"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from mock_exchange.durable.folder import Folder
from mock_exchange.durable.ledger_files import LedgerPart, LedgerWriter, read_ledger
from mock_exchange.durable.recovery import Watch, recover
from mock_exchange.durable.segments import founded
from mock_exchange.engine.engine import Engine
from mock_exchange.errors import DataError, ExchangeError
from mock_exchange.truth import Truth

_EXIT_USAGE = 64
_EXIT_UNAVAILABLE = 69


def true_ledger(path: Path) -> Truth:
    """Of the folder as it stands. Raises DataError."""
    if not path.is_dir():
        raise DataError(f"{path}: is no folder: name the one that an exchange was started with as --data")
    folder = Folder(path)
    foundation = founded(folder)
    writers: list[LedgerWriter] = []

    def watched_by(engine: Engine) -> Watch:
        writers.append(LedgerWriter(engine))
        return writers[0].watch

    replay = recover(folder, foundation, watched_by=watched_by).replay
    names = {number: key for key, number in replay.accounts.items()}

    def past() -> Iterator[LedgerPart]:
        yield from read_ledger(folder, foundation)
        yield from writers[0].parts()

    return Truth(replay.engine, names, past)


def main(arguments: Sequence[str] | None = None) -> int:
    """Returns the exit code: 0, 64 where the folder holds no ledger, 69 where it cannot be read."""
    parser = argparse.ArgumentParser(prog="mock_exchange.durable", description="Print the ledger of a data folder.")
    parser.add_argument("folder", type=Path, metavar="DIR", help="what the exchange was started with as --data")
    parser.add_argument("--client-order-id", help="only what became of this id")
    parser.add_argument("--symbol", help="with --client-order-id: only in this market")
    options = parser.parse_args(arguments)
    try:
        truth = true_ledger(options.folder)
        if options.client_order_id is not None:
            sys.stdout.buffer.write(truth.answer(options.client_order_id, options.symbol) + b"\n")
        else:
            sys.stdout.buffer.writelines(truth.stories())
    except ExchangeError as error:
        sys.stderr.write(f"{error}\n")
        return _EXIT_USAGE
    except OSError as error:
        sys.stderr.write(f"{options.folder}: cannot be read: {error}; try again where an exchange is serving from it\n")
        return _EXIT_UNAVAILABLE
    return 0


if __name__ == "__main__":
    sys.exit(main())
