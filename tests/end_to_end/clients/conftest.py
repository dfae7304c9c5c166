import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.chaos.running_proxy import RunningProxy
from tests.conftest import missing
from tests.end_to_end.clients.venue import Venue
from tests.mock_exchange.served import serving

NPM_CLIENTS = ("binance@3.6.5", "toxiproxy-node-client@4.1.0")


@pytest.fixture(scope="package")
def venue() -> Iterator[Venue]:
    """One exchange for all clients; each closes what it opens."""
    with serving() as served:
        yield Venue(served)


@pytest.fixture
def proxy() -> Iterator[RunningProxy]:
    """A fault proxy that leads nowhere yet."""
    with RunningProxy() as running:
        yield running


@pytest.fixture(scope="package")
def node_modules(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the clients from npm in it (https://www.npmjs.com/package/binance, and so on)."""
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        missing("Node.js with npm", "install nodejs and npm; a client of that world is tested too")
    assert npm is not None
    folder = tmp_path_factory.mktemp("node")
    command = [npm, "install", "--no-audit", "--no-fund", "--no-package-lock", "--prefix", str(folder), *NPM_CLIENTS]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr
    return folder / "node_modules"
