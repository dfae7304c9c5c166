"""The yardstick for the exchange: an ASGI app that reads an order and answers with a few bytes of JSON. Nothing else.

``python -m benchmarks.servers.noop_uvicorn`` serves it with uvicorn at its fastest: uvloop, httptools, no access log.
"""

import json
import socket
from collections.abc import Awaitable, Callable
from typing import Any

import uvicorn
import uvloop

REPLY = b'{"symbol":"BTCUSDT","orderId":1,"status":"NEW"}'
HEADERS = [(b"content-type", b"application/json"), (b"content-length", str(len(REPLY)).encode())]
Message = dict[str, Any]


async def app(
    scope: Message, receive: Callable[[], Awaitable[Message]], send: Callable[[Message], Awaitable[None]]
) -> None:
    """Answer every request alike, once its body has been read."""
    assert scope["type"] == "http"
    while (await receive()).get("more_body"):
        pass
    await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
    await send({"type": "http.response.body", "body": REPLY})


async def serve() -> None:
    """Listen on any free port of this host, say which, and serve until told to stop."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=1024)
    settings = uvicorn.Config(
        app, loop="uvloop", http="httptools", lifespan="off", log_level="warning", access_log=False
    )
    print(json.dumps({"rest": f"http://127.0.0.1:{listener.getsockname()[1]}"}), flush=True)
    await uvicorn.Server(settings).serve(sockets=[listener])


if __name__ == "__main__":
    uvloop.run(serve())
