"""What a client of the streams may ask, and how it is told that it has asked wrongly.

Source: Binance Spot API documentation, WebSocket streams, live subscribing and its error messages. Errors travel in an
``error`` object, which is where the venue's clients look for them.
"""

from enum import Enum
from typing import Final

import msgspec

_ENCODER = msgspec.json.Encoder()

RequestId = int | str | None
_ID_CHARACTERS_MAX = 36
_INT64 = range(-(2**63), 2**63)


class Method(Enum):
    SUBSCRIBE = "SUBSCRIBE"
    UNSUBSCRIBE = "UNSUBSCRIBE"
    LIST_SUBSCRIPTIONS = "LIST_SUBSCRIPTIONS"
    SET_PROPERTY = "SET_PROPERTY"
    GET_PROPERTY = "GET_PROPERTY"


_METHODS: Final = ", ".join(f"`{method.value}`" for method in Method)


class RequestError(Exception):
    """A request that cannot be served: the venue's code and text, and the id if it could be read."""

    def __init__(self, code: int, text: str, request_id: RequestId = None) -> None:
        super().__init__(text)
        self.code = code
        self.text = text
        self.request_id = request_id


class Request(msgspec.Struct, frozen=True):
    method: Method
    params: list[object]
    request_id: RequestId


def read_request(message: bytes) -> Request:
    """Raises RequestError."""
    fields = _object(message)
    request_id = _request_id(fields)
    method = fields.get("method")
    if method is None:
        raise invalid(f"missing field `method` at line 1 column {len(message)}", request_id)
    if not isinstance(method, str) or method not in Method.__members__:
        raise invalid(f"unknown variant `{method}`, expected one of {_METHODS} at line 1 column 28", request_id)
    params = fields.get("params", [])
    if not isinstance(params, list):
        raise invalid("invalid type: expected a sequence", request_id)
    return Request(Method(method), params, request_id)


def invalid(text: str, request_id: RequestId) -> RequestError:
    return RequestError(2, f"Invalid request: {text}", request_id)


def _object(message: bytes) -> dict[str, object]:
    try:
        fields = msgspec.json.decode(message)
    except (msgspec.DecodeError, RecursionError) as error:
        raise RequestError(3, f"Invalid JSON: expected value at line 1 column {_column(str(error))}") from error
    if not isinstance(fields, dict):
        raise invalid("expected an object", None)
    return fields


def _column(text: str) -> int:
    """msgspec ends its message with "(byte N)" where it knows."""
    digits = text.rpartition("(byte ")[2].rstrip(")")
    return int(digits) + 1 if digits.isdigit() else 1


def _request_id(fields: dict[str, object]) -> RequestId:
    match fields.get("id", ...):
        case None:
            return None
        case int(number) if not isinstance(number, bool) and number in _INT64:
            return number
        case str(text) if (
            text.isascii() and text.replace("-", "").replace("_", "").isalnum() and (len(text) <= _ID_CHARACTERS_MAX)
        ):
            return text
    raise invalid("request ID must be an unsigned integer", None)


def result_json(result: object, request_id: RequestId) -> bytes:
    return _ENCODER.encode({"result": result, "id": request_id})


def error_json(error: RequestError) -> bytes:
    return _ENCODER.encode({"error": {"code": error.code, "msg": error.text}, "id": error.request_id})
