"""A worker loads its own loopback, and beyond it only what its own command line names and confirms."""

from collections.abc import Sequence

import pytest

from scenarios.errors import InvalidTarget
from scenarios.hosts.consent import Consent

VENUE = "http://venue.test:8080"


def resolve(_: str) -> Sequence[str]:
    return ["203.0.113.9", "203.0.113.10"]


@pytest.mark.parametrize("url", ["http://127.0.0.1:8080", "http://[::1]:8080", "http://127.9.9.9"])
def test_the_loopback_needs_no_consent(url: str) -> None:
    Consent().check(url)


@pytest.mark.parametrize("url", ["http://203.0.113.9:8080", "http://localhost:8080", "http://0.0.0.0:80", VENUE, "x"])
def test_nothing_else_is_loaded_whatever_the_run_says(url: str) -> None:
    with pytest.raises(InvalidTarget, match="is the run's target, is not on this worker's loopback"):
        Consent().check(url)


def test_what_is_named_and_confirmed_may_be_loaded_at_its_addresses_and_port_alone() -> None:
    consent = Consent.given(VENUE, confirmed=True, resolve=resolve)
    for address in resolve(VENUE):
        consent.check(f"http://{address}:8080")
    for other in ("http://203.0.113.11:8080", "http://203.0.113.9:8081"):
        with pytest.raises(InvalidTarget, match="start the worker with --target URL --i-own-this-target"):
            consent.check(other)


def test_naming_alone_is_no_consent() -> None:
    with pytest.raises(InvalidTarget, match=r"--target: .* if it is yours, give --i-own-this-target"):
        Consent.given(VENUE, confirmed=False, resolve=resolve)


def test_confirming_alone_names_no_host() -> None:
    assert Consent.given(None, confirmed=True) == Consent()
