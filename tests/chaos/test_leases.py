"""Who holds a fault of the wire, and what becomes of it when they are gone."""

import subprocess
import sys
import textwrap

import pytest

from chaos.errors import CannotApply
from chaos.fault_client import FaultClient
from chaos.ground import FaultOrder, Lifted
from chaos.kinds.wire.latency import Latency
from chaos.parse import parse_fault
from chaos.proxy.faults import ActiveFault, FaultsInForce
from chaos.selector import ALL
from tests.chaos.running_proxy import RunningProxy, request
from tests.chaos.waiting import until


def order(fault_id: str, **parameters: object) -> FaultOrder:
    return FaultOrder(fault_id, "latency", parameters or {"latency_ms": 1}, {}, seed=0)


def test_the_client_renews_its_leases_for_as_long_as_it_holds_them(proxy: RunningProxy) -> None:
    control = FaultClient(proxy.api, lease_ms=200)
    control.apply(order("held"))
    proxy.apply("not-held", latency_ms=1, lease_ms=1_000)  # outlives the held one's lease five times
    until(lambda: proxy.faults()["not-held"]["lifted_by"] == "lease", "the lease that nobody renews ends")
    assert proxy.faults()["held"]["lifted_by"] is None
    assert control.heal("held") == Lifted(hits=0, by="owner")


def test_a_fault_whose_owner_was_killed_is_lifted_by_the_proxy(proxy: RunningProxy, venue: str) -> None:
    owner = subprocess.Popen([sys.executable, "-c", textwrap.dedent(OWNER), proxy.api], stdout=subprocess.PIPE)
    assert owner.stdout is not None
    with owner.stdout:
        assert owner.stdout.readline() == b"applied\n"
        owner.kill()
        owner.wait()
    until(lambda: proxy.faults()["orphan"]["lifted_by"] == "lease", "the lease ends")
    assert request(venue, "/api/v3/depth").faults is None


OWNER = """
    import sys, time
    from chaos.ground import FaultOrder
    from chaos.fault_client import FaultClient

    FaultClient(sys.argv[1], lease_ms=500).apply(FaultOrder("orphan", "latency", {"latency_ms": 600000}, {}, 0))
    print("applied", flush=True)
    time.sleep(600)
"""


def test_healing_is_idempotent_and_says_what_lifted_the_fault_first(proxy: RunningProxy, venue: str) -> None:
    control = FaultClient(proxy.api)
    control.apply(order("again"))
    request(venue, "/api/v3/depth")
    assert control.heal("again") == control.heal("again") == Lifted(hits=1, by="owner")
    control.apply(order("reset"))
    proxy.call("POST", "/reset")
    assert control.heal("reset") == Lifted(hits=0, by="reset")


def test_healing_what_the_proxy_never_knew_is_no_error_but_no_evidence_either(proxy: RunningProxy) -> None:
    assert FaultClient(proxy.api).heal("unheard-of") == Lifted(hits=None, by="nobody")


def test_a_fault_that_the_proxy_refuses_cannot_be_applied(proxy: RunningProxy) -> None:
    with pytest.raises(CannotApply, match=r"with\.latency_ms: -1 must be at least 0"):
        FaultClient(proxy.api).apply(order("bad", latency_ms=-1))


@pytest.mark.parametrize("api", ["127.0.0.1:8474", "https://127.0.0.1:8474", "http://127.0.0.1"])
def test_an_api_address_that_cannot_be_meant_is_refused(api: str) -> None:
    with pytest.raises(ValueError, match="write http://HOST:PORT"):
        FaultClient(api)


def in_force(fault_id: str, ends_ns: int) -> ActiveFault:
    fault, on = parse_fault("latency", {"latency_ms": 1}, {})
    assert isinstance(fault, Latency)
    assert on == ALL
    return ActiveFault(fault_id, fault, on, seed=0, lease_ns=10, ends_ns=ends_ns)


def test_a_lease_ends_at_its_time_unless_it_was_renewed() -> None:
    faults = FaultsInForce()
    faults.apply(in_force("left", ends_ns=10))
    faults.apply(in_force("renewed", ends_ns=10))
    faults.lift_expired(9)
    assert faults.renew("renewed", now_ns=9)
    faults.lift_expired(10)
    assert list(faults.active) == ["renewed"]
    assert faults.lifted["left"].lifted_by == "lease"
    assert not faults.renew("left", now_ns=10)


def test_only_so_many_lifted_faults_are_remembered() -> None:
    faults = FaultsInForce()
    for n in range(2_000):
        faults.apply(in_force(str(n), ends_ns=10))
        faults.lift(str(n), "owner")
    assert len(faults.lifted) == 1_000
    assert faults.lift("1999", "owner") is not None
    assert faults.lift("0", "owner") is None
