"""``brownout exchange``: serve the mock exchange in this process; its options are the exchange's own."""

import typer

PASS_ON = {"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []}


def command(context: typer.Context) -> int:
    """Serve the mock exchange (the same as python -m mock_exchange); see its --help."""
    from mock_exchange.cli import main as serve  # noqa: PLC0415 - slow to load, and no other command needs it

    return serve(context.args, program="brownout exchange")
