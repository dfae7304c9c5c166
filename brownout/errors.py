"""What can go wrong at the front door itself."""


class InvalidUsage(Exception):  # noqa: N818
    """The command line asks for something that breaks a rule."""
