"""What the control API answers with when it refuses, in Toxiproxy's shape: its clients look for statuses and words."""

from http import HTTPStatus

import msgspec

from chaos.errors import InvalidFault
from chaos.proxy.address import InvalidAddressError
from chaos.proxy.faults import FaultsInForce
from chaos.proxy.http_server import Reply
from chaos.proxy.listener import NameTakenError
from chaos.proxy.orders import MissingFieldError

_FAULTS_MAX = 256


class RefusedError(Exception):
    """An answer that is an error; ``more`` says what the text, which is Toxiproxy's, does not."""

    def __init__(self, status: HTTPStatus, text: str, **more: str) -> None:
        super().__init__(text)
        self.status = status
        self.more = more


REFUSALS = (
    RefusedError,
    InvalidFault,
    MissingFieldError,
    InvalidAddressError,
    NameTakenError,
    msgspec.DecodeError,
    OSError,
)
"""Whatever a call may raise that is an answer."""


def may_apply_another(faults: FaultsInForce) -> None:
    """Raises RefusedError where there are too many already."""
    if len(faults.active) >= _FAULTS_MAX:
        raise RefusedError(HTTPStatus.TOO_MANY_REQUESTS, f"{_FAULTS_MAX} faults are in force, which is the limit")


def refusal(error: Exception) -> Reply:
    match error:
        case RefusedError():
            return _error(error.status, str(error), **error.more)
        case InvalidFault():
            return _error(HTTPStatus.BAD_REQUEST, str(error), field=error.field, rule=error.rule)
        case NameTakenError():
            return _error(HTTPStatus.CONFLICT, "proxy already exists", name=error.name)
        case OSError():
            return _error(HTTPStatus.INTERNAL_SERVER_ERROR, f"cannot listen there: {error}")
        case msgspec.DecodeError():
            return _error(HTTPStatus.BAD_REQUEST, f"bad request body: {error}")
        case _:
            return _error(HTTPStatus.BAD_REQUEST, str(error))


def _error(status: HTTPStatus, text: str, **more: str) -> Reply:
    return Reply(status, {"error": text, "status": int(status), **more})
