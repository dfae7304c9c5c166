"""The proxy as a command: arguments in, an exit status out."""

import json
import os
import signal
import socket
import subprocess
from pathlib import Path

import pytest

from tests.chaos.running_proxy import COMMAND, RunningProxy, request
from tests.chaos.upstreams import answer_http, upstream


def run(*arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run([*COMMAND, *arguments], capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (["--teapot"], "unrecognized arguments: --teapot"),
        (["--listen", "127.0.0.1:0"], "has no --upstream"),
        (["--upstream", "somewhere"], "'somewhere' is no address: write HOST:PORT"),
        (["--upstream", "127.0.0.1:99999"], "a port from 0 to 65535"),
        (["--listen", "0.0.0.0:0", "--upstream", "127.0.0.1:1"], "--allow-remote"),
        (["--api", "10.0.0.1:0"], "10.0.0.1:0 is not a loopback address"),
        (["--config", "/nowhere.json"], "/nowhere.json"),
    ],
)
def test_what_cannot_be_meant_is_said_in_one_line_and_exits_64(arguments: list[str], text: str) -> None:
    done = run(*arguments)
    assert done.returncode == 64
    assert text in done.stderr
    assert done.stderr.count("\n") == 1


def test_an_address_in_use_exits_69() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = run("--api", f"127.0.0.1:{taken.getsockname()[1]}")
    assert (done.returncode, done.stdout) == (69, "")
    assert "cannot listen" in done.stderr


def test_an_owner_that_reads_nothing_is_no_address_in_use() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    try:
        done = subprocess.run(
            [*COMMAND, "--api", "127.0.0.1:0"],
            stdout=writing,
            stderr=subprocess.PIPE,
            text=True,
            timeout=60,
            check=False,
        )
    finally:
        os.close(writing)
    assert done.returncode == 74
    assert "cannot say on standard output that it is ready" in done.stderr
    assert "cannot listen" not in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_well_even_under_an_open_connection(number: signal.Signals, tmp_path: Path) -> None:
    with upstream(answer_http) as running:
        config = tmp_path / "proxies.json"
        config.write_text(json.dumps([{"name": "venue", "listen": "127.0.0.1:0", "upstream": running.address}]))
        command = [*COMMAND, "--api", "127.0.0.1:0", "--upstream", running.address, "--config", str(config)]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        assert process.stdout is not None
        ready = json.loads(process.stdout.readline())
        assert [each["name"] for each in ready["proxies"]] == ["proxy-1", "venue"]
        assert all(request(each["listen"], "/").status == 200 for each in ready["proxies"])
        host, port = ready["proxies"][0]["listen"].split(":")
        with socket.create_connection((host, int(port))) as client:
            client.sendall(b"GET /")
            process.send_signal(number)
            _, complaints = process.communicate(timeout=20)
    assert (process.returncode, complaints) == (0, "")


def test_the_ready_line_names_the_api(proxy: RunningProxy) -> None:
    assert proxy.ready["ready"] is True
    assert proxy.ready["api"].startswith("http://127.0.0.1:")
