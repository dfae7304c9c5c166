"""A mock server as people use one for a REST API: Mockoon, with the canned reply of an order.

``python -m benchmarks.servers.mockoon`` starts its command line tool, says where it listens and who it is, and ends
it when told to stop. Chosen because canned replies are its whole purpose and it needs nothing but Node; WireMock, which
more people use, needs Java, and Prism also checks each request against a description, which would be held against it.
"""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from uuid import UUID

from benchmarks.servers.canned import BODY

PREFIX = Path(__file__).parents[2] / "build" / "peers"
PACKAGE = "@mockoon/cli@9.9.0"
START_SECONDS = 60
_NAMES = [str(UUID(int=number)) for number in range(1, 4)]


def environment(port: int) -> dict[str, object]:
    """Mockoon's data file: one route, one reply, no template in it."""
    response = {
        "uuid": _NAMES[2],
        "body": BODY.decode(),
        "statusCode": 200,
        "headers": [{"key": "Content-Type", "value": "application/json"}],
        "bodyType": "INLINE",
        "disableTemplating": True,
        "default": True,
    }
    route = {
        "uuid": _NAMES[1],
        "type": "http",
        "method": "post",
        "endpoint": "api/v3/order",
        "responses": [response],
    }
    return {
        "uuid": _NAMES[0],
        "lastMigration": 33,
        "name": "venue",
        "port": port,
        "hostname": "127.0.0.1",
        "routes": [route],
        "rootChildren": [{"type": "route", "uuid": _NAMES[1]}],
    }


def command(file: Path) -> list[str]:
    """Mockoon at its quietest. Ends the process where it is not installed."""
    found = shutil.which(
        "mockoon-cli", path=os.pathsep.join([str(PREFIX / "node_modules" / ".bin"), os.environ["PATH"]])
    )
    if found is None:
        sys.exit(f"mockoon-cli is missing: npm install --prefix build/peers {PACKAGE}")
    quiet = ["--disable-log-to-file", "--disable-admin-api", "--max-transaction-logs", "0", "--repair"]
    return [found, "start", "--data", str(file), *quiet]


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def wait_until_it_serves(process: "subprocess.Popen[bytes]", port: int) -> None:
    give_up = time.monotonic() + START_SECONDS
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            if process.poll() is not None or time.monotonic() > give_up:
                sys.exit("mockoon-cli did not start")
            time.sleep(0.1)
        else:
            return


def main() -> None:
    """Serve until told to stop."""
    with tempfile.TemporaryDirectory() as folder:
        port, file = free_port(), Path(folder) / "venue.json"
        file.write_text(json.dumps(environment(port)), encoding="utf-8")
        process = subprocess.Popen(command(file), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        signal.signal(signal.SIGTERM, lambda *_: process.terminate())
        wait_until_it_serves(process, port)
        print(json.dumps({"rest": f"http://127.0.0.1:{port}", "pid": process.pid}), flush=True)
        process.wait()


if __name__ == "__main__":
    main()
