"""What can stop the exchange from serving. Trouble with one request is a reply, never one of these."""


class ExchangeError(Exception):
    """The exchange cannot start."""


class ConfigError(ExchangeError):
    """The configuration breaks a rule; the text names file, path, value and rule."""


class DataError(ExchangeError):
    """What a data folder holds cannot be gone on with; the text names file, offset, rule and way out."""


class DataInUseError(ExchangeError):
    """Another exchange serves from the data folder."""


class JournalError(ExchangeError):
    """The journal could not be written or synced: nothing that came since may be acknowledged."""


class AddressError(ExchangeError):
    """An address cannot be bound; the text names it and the reason."""
