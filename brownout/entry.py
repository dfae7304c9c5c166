"""Where the ``brownout`` command begins: outside of the imports, which take seconds, so that Ctrl-C works at once."""

import sys

INTERRUPTED = 130


def main() -> None:
    """Import the command line and run it."""
    try:
        from brownout.cli import main as run  # noqa: PLC0415  what takes long must be inside
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    run()
