"""What can stop the exchange from serving. Trouble with one request is a reply, never one of these."""


class ExchangeError(Exception):
    """The exchange cannot start."""


class ConfigError(ExchangeError):
    """The configuration breaks a rule; the text names file, path, value and rule."""


class AddressError(ExchangeError):
    """An address cannot be bound; the text names it and the reason."""
