"""The fault proxy as a command: from arguments to an exit status."""

import resource
import sys
from collections.abc import Sequence

import uvloop

from chaos.proxy.options import read_options
from chaos.proxy.server import UntoldError, serve

UNAVAILABLE = 69
"""sysexits.h: EX_UNAVAILABLE."""

UNTOLD = 74
"""sysexits.h: EX_IOERR."""

DESCRIPTORS = 65_536


def main(arguments: Sequence[str]) -> int:
    """Serve until SIGTERM or SIGINT; the exit status."""
    options = read_options(arguments)
    _allow_many_descriptors()
    try:
        uvloop.run(serve(options))
    except OSError as error:
        sys.stderr.write(f"brownout proxy: cannot listen: {error}\n")
        return UNAVAILABLE
    except UntoldError as error:
        sys.stderr.write(
            f"brownout proxy: cannot say on standard output that it is ready, is its owner gone? {error}\n"
        )
        return UNTOLD
    return 0


def _allow_many_descriptors() -> None:
    """Every connection takes two, and the usual soft limit of 256 or 1024 is for programs that use select(2)."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = DESCRIPTORS if hard == resource.RLIM_INFINITY else min(DESCRIPTORS, hard)
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
