"""The npm package `toxiproxy-node-client`, unmodified, drives the fault proxy under traffic."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.chaos.running_proxy import RunningProxy
from tests.chaos.upstreams import upstream
from tests.end_to_end.clients.toxic_weather import REPLY, TOXICS, answer_and_close

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

SESSION = Path(__file__).with_name("toxiproxy_session.cjs")


def session(proxy: RunningProxy, node_modules: Path) -> Any:
    attributes = {toxic_type: toxic.attributes for toxic_type, toxic in TOXICS.items()}
    with upstream(answer_and_close) as running:
        done = subprocess.run(
            ["node", str(SESSION), proxy.api, running.address, json.dumps(attributes), str(len(REPLY))],
            env=os.environ | {"NODE_PATH": str(node_modules)},
            capture_output=True,
            text=True,
            check=False,
            timeout=240,
        )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_a_session_sees_what_it_would_of_toxiproxy(proxy: RunningProxy, node_modules: Path) -> None:
    seen = session(proxy, node_modules)
    assert json.loads(seen["version"])["version"].startswith("2.")
    assert seen["toxics"] == {
        toxic_type: {
            "shown": {
                "name": f"my_{toxic_type}",
                "type": toxic_type,
                "stream": "downstream",
                "toxicity": 1,
                "attributes": attributes,
            },
            "inForce": found,
            "updated": [0, "well"],
            "again": found,
            "removed": ["well", "Request failed with status code 404"],
        }
        for toxic_type, (attributes, found) in TOXICS.items()
    }
    assert seen["disabled"] == [False, "broken"]
    assert seen["reset"] == [True, "well"]
    assert seen["twice"] == "Request failed with status code 409"
    assert seen["populated"] == [True, ["venue", "other"]]
    assert seen["left"] == ["other"]
