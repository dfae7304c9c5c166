"""Populate: proxies as they are asked for, and those that are so already left alone."""

from typing import Any

import pytest

from tests.chaos.running_proxy import RunningProxy
from tests.chaos.toxics import add

P = {"name": "p", "listen": "127.0.0.1:0", "upstream": "127.0.0.1:9"}
Q = {"name": "q", "listen": "127.0.0.1:0", "upstream": "127.0.0.1:9", "enabled": False}


def test_it_can_be_said_again_and_changes_nothing(proxy: RunningProxy) -> None:
    status, first = proxy.call("POST", "/populate", [P, Q])
    assert status == 201
    assert [(each["name"], each["enabled"], each["toxics"]) for each in first["proxies"]] == [
        ("p", True, []),
        ("q", False, []),
    ]
    listen = first["proxies"][0]["listen"]
    add(proxy, listen, "latency")
    for again in (P, {**P, "listen": listen}):
        status, second = proxy.call("POST", "/populate", [again])
        assert (status, len(second["proxies"])) == (201, 1)
        assert second["proxies"][0]["listen"] == listen
        assert len(second["proxies"][0]["toxics"]) == 1


def test_one_that_differs_is_replaced_and_its_toxics_with_it(proxy: RunningProxy) -> None:
    listen = proxy.call("POST", "/populate", [P])[1]["proxies"][0]["listen"]
    add(proxy, listen, "latency")
    other = {**P, "listen": listen, "upstream": "127.0.0.1:10"}
    assert proxy.call("POST", "/populate", [other]) == (201, {"proxies": [{**other, "enabled": True, "toxics": []}]})


@pytest.mark.parametrize(
    ("proxies", "text"),
    [
        ([P, {"upstream": "127.0.0.1:9"}], "missing required field: name at proxy 2"),
        ([{"name": "p"}], "missing required field: upstream at proxy 1"),
        ([P, P], "duplicate proxy name 'p'"),
        ([P, {**Q, "listen": "0.0.0.0:0"}], "--allow-remote"),
        ({"name": "p"}, "bad request body"),
    ],
)
def test_what_cannot_be_meant_changes_nothing(proxy: RunningProxy, proxies: Any, text: str) -> None:
    status, document = proxy.call("POST", "/populate", proxies)
    assert (status, document["status"], document["proxies"]) == (400, 400, None)
    assert text in document["error"]
    assert proxy.call("GET", "/proxies") == (200, {})


def test_what_had_been_done_before_an_address_was_in_use_is_told(proxy: RunningProxy, venue: str) -> None:
    status, document = proxy.call("POST", "/populate", [P, {**Q, "listen": venue, "enabled": True}])
    assert (status, [each["name"] for each in document["proxies"]]) == (500, ["p"])
    assert "cannot listen" in document["error"]
