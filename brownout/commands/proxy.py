"""``brownout proxy``: serve the fault proxy in this process; its options are the proxy's own."""

import typer

PASS_ON = {"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []}


def command(context: typer.Context) -> int:
    """Serve the fault proxy (the same as python -m chaos.proxy); see its --help."""
    from chaos.proxy.cli import main as serve  # noqa: PLC0415 - slow to load, and no other command needs it

    return serve(context.args)
