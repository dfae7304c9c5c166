"""What the venue says when it does not do what was asked: code, text, HTTP status.

Codes and statuses: Binance Spot API documentation, errors and general information.
"""

import msgspec


class ErrorBody(msgspec.Struct, frozen=True, gc=False):
    code: int
    msg: str
    data: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET
    """What became of the parts, where a request has several."""


_ENCODER = msgspec.json.Encoder()


def error_json(code: int, text: str, data: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET) -> bytes:
    return _ENCODER.encode(ErrorBody(code, text, data))


class VenueError(Exception):
    """A reply, raised where it is known. ``status`` is 400 unless the venue has another for the code."""

    def __init__(
        self, code: int, text: str, status: int = 400, data: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET
    ) -> None:
        super().__init__(text)
        self.code = code
        self.text = text
        self.status = status
        self.data = data
        """JSON of what the venue adds to the error; unset for nearly all."""

    def body(self) -> bytes:
        return error_json(self.code, self.text, self.data)


INTERNAL = error_json(-1000, "An unknown error occurred while processing the request.")
UNKNOWN_OUTCOME = error_json(-1000, "Unknown error, please check your request or try again later.")
"""503: the request may have been done. Nothing of ours says so, as everything here has an outcome: for faults."""
NO_CLEAR_ANSWER = error_json(
    -1006, "An unexpected response was received from the message bus. Execution status unknown."
)
"""5xx, and as open; for faults, too."""
NO_ANSWER = error_json(
    -1007, "Timeout waiting for response from backend server. Send status unknown; execution status unknown."
)
"""408, as open as to whether it was even sent; for faults, too."""
OVERLOADED = error_json(-1008, "Server is currently overloaded with other requests. Please try again in a few minutes.")
"""503, certainly not done: the text of the Spot documentation."""
THROTTLED = error_json(
    -1008,
    "Request throttled by system-level protection. Reduce-only/close-position orders are exempt. Please try again.",
)
"""503, certainly not done: the text since 2025-10-23, which promises that some are exempt."""
UNAVAILABLE = error_json(0, "Service Unavailable.")
"""503, certainly not done; without a code of its own."""
NOT_PROCESSED = error_json(-1001, "Internal error; unable to process your request. Please try again.")
"""503, certainly not done, and may be sent again."""
DUPLICATE_PARAMETER = "Duplicate values for a parameter detected."

_HTTP_CODES = {400: -1000, 405: -1020, 408: -1007, 413: -1101, 414: -1101, 429: -1003, 431: -1101, 503: -1034}


def transport_error_json(status: int, text: str) -> bytes:
    """For what is wrong with the HTTP around a request; the venue's nearest code."""
    return error_json(_HTTP_CODES.get(status, -1000), text)


def mandatory(name: str) -> VenueError:
    return VenueError(-1102, f"Mandatory parameter '{name}' was not sent, was empty/null, or malformed.")


def empty(name: str) -> VenueError:
    return VenueError(-1105, f"Parameter '{name}' was empty.")


def illegal(name: str, legal: str) -> VenueError:
    return VenueError(-1100, f"Illegal characters found in parameter '{name}'; legal range is '{legal}'.")


def not_required(name: str) -> VenueError:
    return VenueError(-1106, f"Parameter '{name}' sent when not required.")


def invalid_value(name: str) -> VenueError:
    return VenueError(-1130, f"Data sent for parameter '{name}' is not valid.")


def one_of(name: str, other: str) -> VenueError:
    return VenueError(-1102, f"Param '{name}' or '{other}' must be sent, but both were empty/null!")


def time_in_force_not_required() -> VenueError:
    return VenueError(-1114, "TimeInForce parameter sent when not required.")


def bad_combination() -> VenueError:
    return VenueError(-1128, "Combination of optional parameters invalid.")


def invalid_symbol() -> VenueError:
    return VenueError(-1121, "Invalid symbol.")


def invalid_signature() -> VenueError:
    return VenueError(-1022, "Signature for this request is not valid.")


def filter_failure(name: str) -> VenueError:
    return VenueError(-1013, f"Filter failure: {name}")


def too_late() -> VenueError:
    return VenueError(-1021, "Timestamp for this request is outside of the recvWindow.")


def too_early() -> VenueError:
    return VenueError(-1021, "Timestamp for this request was 1000ms ahead of the server's time.")
