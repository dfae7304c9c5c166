"""What can go wrong at the front door itself."""


class InvalidUsage(Exception):
    """The command line asks for something that breaks a rule."""
