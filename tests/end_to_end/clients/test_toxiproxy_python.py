"""The PyPI package `toxiproxy-python`, unmodified, drives the fault proxy under traffic."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.chaos.running_proxy import RunningProxy
from tests.chaos.upstreams import upstream
from tests.chaos.waiting import until
from tests.end_to_end.clients.toxic_weather import TOXICS, answer_and_close, traffic, visit

pytestmark = pytest.mark.slow

toxiproxy = pytest.importorskip("toxiproxy", reason="pip install '.[e2e]' brings toxiproxy-python")
api = pytest.importorskip("toxiproxy.api")
exceptions = pytest.importorskip("toxiproxy.exceptions")


@pytest.fixture
def server(proxy: RunningProxy, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Pointed at the proxy as its users do it; the class keeps that for all of a process."""
    where = urlsplit(proxy.api)
    for name in ("host", "port"):
        monkeypatch.setattr(api.APIConsumer, name, getattr(api.APIConsumer, name))
    client = toxiproxy.Toxiproxy()
    client.update_api_consumer(where.hostname, where.port)
    return client


@pytest.fixture
def venue(server: Any) -> Iterator[Any]:
    """The client's object for a proxy before a venue, under traffic."""
    with upstream(answer_and_close) as running:
        created = server.create(upstream=running.address, name="venue")
        with traffic(created.listen):
            yield created


def until_well(venue: Any) -> None:
    until(lambda: visit(venue.listen) == "well", "the venue answers as before")


@contextmanager
def removed_at_the_end(venue: Any, toxic_type: str) -> Iterator[None]:
    yield
    assert venue.destroy_toxic(f"{toxic_type}_downstream") is True
    assert venue.toxics() == {}


@pytest.mark.parametrize("toxic_type", TOXICS)
def test_each_toxic_is_added_updated_and_removed(venue: Any, toxic_type: str) -> None:
    attributes, found = TOXICS[toxic_type]
    until_well(venue)
    with removed_at_the_end(venue, toxic_type):
        venue.add_toxic(type=toxic_type, attributes=attributes)
        shown = venue.get_toxic(f"{toxic_type}_downstream")
        assert (shown.type, shown.stream, shown.toxicity, shown.attributes) == (
            toxic_type,
            "downstream",
            1.0,
            attributes,
        )
        assert visit(venue.listen) == found
        path = f"/proxies/venue/toxics/{toxic_type}_downstream"  # this client has no word for an update of its own
        assert api.APIConsumer.post(path, json={"toxicity": 0}).json()["toxicity"] == 0
        until_well(venue)
        assert api.APIConsumer.post(path, json={"toxicity": 1}).json()["attributes"] == attributes
        assert visit(venue.listen) == found
    until_well(venue)


def test_a_proxy_that_is_down_refuses_and_comes_back(venue: Any, server: Any) -> None:
    with venue.down():
        assert server.get_proxy("venue").enabled is False
        assert visit(venue.listen) == "broken"
    assert server.get_proxy("venue").enabled is True
    until_well(venue)


def test_a_reset_enables_all_and_takes_all_toxics(venue: Any, server: Any) -> None:
    for toxic_type, (attributes, _) in TOXICS.items():
        for stream in ("upstream", "downstream"):
            venue.add_toxic(type=toxic_type, attributes=attributes, stream=stream)
    assert len(venue.toxics()) == 2 * len(TOXICS)
    venue.disable()
    assert server.reset() is True
    assert (server.get_proxy("venue").enabled, venue.toxics()) == (True, {})
    until_well(venue)


def test_its_errors_are_what_its_users_catch(venue: Any, server: Any) -> None:
    with pytest.raises(exceptions.ProxyExists):
        api.APIConsumer.post("/proxies", json={"name": "venue", "upstream": venue.upstream})
    with pytest.raises(exceptions.InvalidToxic):
        venue.add_toxic(type="rain")
    with pytest.raises(exceptions.NotFound):
        venue.destroy_toxic("nobody")
    assert b"2." in server.version()


def test_proxies_are_populated_and_destroyed(venue: Any, server: Any) -> None:
    wanted = [{"name": name, "upstream": venue.upstream, "listen": "127.0.0.1:0"} for name in ("a", "b")]
    assert [each.name for each in server.populate(wanted)] == ["a", "b"]
    assert set(server.proxies()) == {"venue", "a", "b"}
    server.destroy_all()
    assert server.proxies() == {}
    assert visit(venue.listen) == "broken"
