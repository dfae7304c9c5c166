"""What a logger of ours says, whatever another test's library has done to logging as a whole."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager


class _Ear(logging.Handler):
    def __init__(self) -> None:
        super().__init__()
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.messages.append(record.getMessage())


@contextmanager
def overheard(logger: logging.Logger) -> Iterator[list[str]]:
    """The messages from ERROR on, as they come."""
    ear, before = _Ear(), (logger.disabled, logger.level, logging.root.manager.disable)
    logging.disable(logging.NOTSET)
    logger.disabled = False
    logger.setLevel(logging.ERROR)
    logger.addHandler(ear)
    try:
        yield ear.messages
    finally:
        logger.removeHandler(ear)
        logger.disabled, level, disabled = before
        logger.setLevel(level)
        logging.disable(disabled)
