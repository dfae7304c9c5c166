"""The fault proxy as a command: from arguments to an exit status."""

import sys
from collections.abc import Sequence

import uvloop

from chaos.proxy.options import read_options
from chaos.proxy.server import serve

UNAVAILABLE = 69
"""sysexits.h: EX_UNAVAILABLE."""


def main(arguments: Sequence[str]) -> int:
    """Serve until SIGTERM or SIGINT; the exit status."""
    options = read_options(arguments)
    try:
        uvloop.run(serve(options))
    except OSError as error:
        sys.stderr.write(f"brownout proxy: cannot listen: {error}\n")
        return UNAVAILABLE
    return 0
