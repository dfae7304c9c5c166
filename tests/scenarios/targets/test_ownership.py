"""Which addresses load may go to: all that a name stands for are checked, and only a checked one is connected to."""

from collections.abc import Sequence

import pytest

from scenarios.errors import InvalidTarget, TargetUnavailable
from scenarios.targets.ownership import CheckedUrl, Ownership, Resolve, checked_url
from scenarios.targets.url import answering_address
from tests.scenarios.responder import Answer, Responder

OWNED = Ownership(named="http://venue.test:8080", confirmed=True)


def stands_for(*addresses: str) -> Resolve:
    def resolve(_: str) -> Sequence[str]:
        return addresses

    return resolve


def test_a_name_that_stands_for_the_loopback_only_may_be_loaded() -> None:
    checked = checked_url("--target", "http://here.test:8080/", resolve=stands_for("127.0.0.1", "::1"))
    assert checked == CheckedUrl("http://here.test:8080", ("127.0.0.1:8080", "[::1]:8080"))


@pytest.mark.parametrize(
    "addresses",
    [("127.0.0.1", "203.0.113.9"), ("203.0.113.9",), ("0.0.0.0",), ("::",), ("::ffff:203.0.113.9",), ()],  # noqa: S104
)
def test_one_address_beyond_the_loopback_makes_a_name_another_host(addresses: tuple[str, ...]) -> None:
    with pytest.raises(InvalidTarget, match="must be on this host's loopback"):
        checked_url("--target", "http://here.test:8080", resolve=stands_for(*addresses))


def test_what_its_owner_confirmed_is_connected_to_at_the_address_that_was_checked() -> None:
    asked = 0

    def rebinding(_: str) -> Sequence[str]:
        nonlocal asked
        asked += 1
        return ["203.0.113.9"] if asked == 1 else ["203.0.113.66"]

    checked = checked_url("target.url", "http://venue.test:8080", OWNED, rebinding)
    assert (checked.addresses, checked.remote, checked.netloc) == (("203.0.113.9:8080",), True, "venue.test:8080")
    assert asked == 1


@pytest.mark.parametrize("url", ["http://venue.test:8081", "http://other.test:8080"])
def test_owning_one_host_says_nothing_of_another(url: str) -> None:
    with pytest.raises(InvalidTarget, match="only a host that the scenario file names"):
        checked_url("--target", url, OWNED, stands_for("203.0.113.9"))


def test_a_name_without_an_address_is_refused() -> None:
    def nothing(_: str) -> Sequence[str]:
        raise OSError("not known")

    with pytest.raises(InvalidTarget, match="names a host without an address: not known"):
        checked_url("--target", "http://venue.test", OWNED, nothing)


def test_the_address_that_answers_is_taken_and_told_the_name() -> None:
    with Responder() as responder:
        port = responder.address[1]
        checked = CheckedUrl(f"http://here.test:{port}", (f"[::1]:{port}", f"127.0.0.1:{port}"))
        assert answering_address(checked) == f"127.0.0.1:{port}"
        assert responder.asked[0].headers["host"] == f"here.test:{port}"


def test_a_redirect_leads_nowhere() -> None:
    with Responder() as elsewhere:
        away = Answer(status=302, headers=(f"Location: {elsewhere.url}/api/v3/ping",))
        with Responder(lambda _: away) as responder:
            port = responder.address[1]
            with pytest.raises(TargetUnavailable, match="HTTP 302"):
                answering_address(CheckedUrl(responder.url, (f"127.0.0.1:{port}",)))
        assert elsewhere.asked == []
