"""The OpenAPI document: one operation per route, its parameters, and the two shapes that every reply has."""

from collections.abc import Iterable, Mapping

import msgspec

from mock_exchange.gateway.errors import ErrorBody
from mock_exchange.gateway.routes import Route
from mock_exchange.openapi.parameters import schema_of

Document = dict[str, object]

_ERROR = {"$ref": "#/components/schemas/Error"}
_SIGNED = ("timestamp", "signature")
_REFUSALS: Mapping[str, str] = {
    "400": "The request is wrong, or was rejected for what it asks",
    "401": "The API key is missing or unknown",
    "404": "There is no such call",
    "405": "The path has no such method",
    "406": "Only a format is accepted that is not spoken here",
    "408": "The request did not arrive in time",
    "409": "Of two things that were asked, one was done",
    "413": "The body is too long",
    "414": "Path and query together are too long",
    "418": "The address is banned for ignoring 429",
    "429": "A rate limit is exceeded, or one connection has too many unanswered requests",
    "431": "The head of the request is too long",
    "503": "Shed: the exchange is overloaded and has not done it",
}
"""What any call may be answered with, by itself or by what stands before it."""
_REFUSALS_OF_KEYED: Mapping[str, str] = {"410": "Retired by the venue, and not brought back in the configuration"}
"""What else a call may be answered with that needs a key and no signature."""
REQUIRED: Mapping[str, tuple[str, ...]] = {
    "POST /api/v3/order": ("symbol", "side", "type"),
    "POST /api/v3/order/test": ("symbol", "side", "type"),
    "POST /api/v3/order/cancelReplace": ("symbol", "side", "type", "cancelReplaceMode"),
    "PUT /api/v3/order/amend/keepPriority": ("symbol", "newQty"),
    "DELETE /api/v3/order": ("symbol",),
    "DELETE /api/v3/openOrders": ("symbol",),
    "GET /api/v3/order": ("symbol",),
    "GET /api/v3/allOrders": ("symbol",),
    "GET /api/v3/myTrades": ("symbol",),
    "GET /api/v3/depth": ("symbol",),
    "GET /api/v3/trades": ("symbol",),
    "GET /api/v3/aggTrades": ("symbol",),
    "GET /api/v3/klines": ("symbol", "interval"),
    "GET /api/v3/uiKlines": ("symbol", "interval"),
    "GET /api/v3/avgPrice": ("symbol",),
}
"""By method and path, what a call cannot do without, besides its signature."""


def description(routes: Mapping[bytes, Route]) -> Document:
    """Raises KeyError where a parameter has no schema."""
    paths: dict[str, dict[str, Document]] = {}
    for line, route in routes.items():
        method, _, path = line.decode().partition(" ")
        paths.setdefault(path, {})[method.lower()] = _operation(method, path, route)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "brownout mock exchange",
            "version": "3",
            "description": "A finite, honest exchange that speaks Binance Spot.",
        },
        "paths": paths,
        "components": {
            "responses": {
                status: _reply(text, _ERROR) for status, text in sorted({**_REFUSALS, **_REFUSALS_OF_KEYED}.items())
            },
            "schemas": {"Error": msgspec.json.schema_components([ErrorBody])[1]["ErrorBody"]},
            "securitySchemes": {"apiKey": {"type": "apiKey", "in": "header", "name": "X-MBX-APIKEY"}},
        },
    }


def written(document: Document) -> str:
    return msgspec.json.format(msgspec.json.encode(document), indent=1).decode() + "\n"


def _operation(method: str, path: str, route: Route) -> Document:
    required = {*REQUIRED.get(f"{method} {path}", ()), *(_SIGNED if route.signed else ())}
    operation: Document = {
        "operationId": f"{method.lower()}{path.replace('/', '_')}",
        "tags": [route.operation],
        "responses": {"200": _reply("Done", {"type": ["object", "array"]})}
        | {status: {"$ref": f"#/components/responses/{status}"} for status in _refusals(route)},
    }
    if route.signed:
        operation["security"] = [{"apiKey": []}]
    if method == "POST":
        operation["requestBody"] = _form(route.known, required)
    elif route.known:
        operation["parameters"] = [_in_query(name, required=name in required) for name in sorted(route.known)]
    return operation


def _refusals(route: Route) -> list[str]:
    """The statuses."""
    return sorted({*_REFUSALS, *(_REFUSALS_OF_KEYED if route.keyed else ())})


def _reply(text: str, schema: Mapping[str, object]) -> Document:
    return {"description": text, "content": {"application/json": {"schema": schema}}}


def _in_query(name: str, *, required: bool) -> Document:
    return {"name": name, "in": "query", "required": required, "schema": schema_of(name)}


def _form(names: Iterable[str], required: Iterable[str]) -> Document:
    schema: Document = {
        "type": "object",
        "properties": {name: schema_of(name) for name in sorted(names)},
        "required": sorted(required),
        "additionalProperties": False,
    }
    return {"required": True, "content": {"application/x-www-form-urlencoded": {"schema": schema}}}
