"""The run's own questions to the venue, once the traffic is over: about every order that is in doubt."""

import time
from contextlib import closing

import gevent
from pydantic import JsonValue

from scenarios.client import Client, venue_client
from scenarios.client.ccxt_venue import CcxtClient, open_ccxt
from scenarios.errors import TargetUnavailable
from scenarios.plan import Plan, PlannedRetries
from scenarios.resolving import Answers, Patience, ask_venue, orders_in_doubt
from scenarios.targets import LiveTarget
from slo.history import RunFolder, read_samples

NS_PER_S = 1_000_000_000
NS_PER_MS = 1_000_000
ANSWER_SECONDS_MAX = 5.0
SECONDS_MAX = 120.0
"""Where nobody else can tell."""
CHECK_SECONDS_MAX = 5.0
"""Where a ledger tells, and the answers are a check on the venue; and after an interrupt, when somebody waits."""


def ask_about_orders(
    plan: Plan, live: LiveTarget, folder: RunFolder, run_token: str, *, urgent: bool
) -> dict[str, JsonValue] | None:
    """Ask the venue about the orders of the settled samples that are in doubt, and store what it says.

    Returns what is to be told of it; None where no order is in doubt.
    """
    attempts = PlannedRetries.of(plan.scenario.traffic.retries).attempts
    orders = orders_in_doubt(read_samples(folder.samples), run_token, attempts)
    if not orders:
        return None
    seconds_max = CHECK_SECONDS_MAX if urgent else SECONDS_MAX
    patience = Patience(time.monotonic, gevent.sleep, seconds_max, live.venue.queries_per_s)
    timeout_ns = min(plan.scenario.traffic.timeout_ns, round(ANSWER_SECONDS_MAX * NS_PER_S))
    try:
        with closing(_client(plan.scenario.traffic.ccxt, live, timeout_ns)) as client:
            answers = ask_venue(orders, client, patience)
    except TargetUnavailable as error:
        answers = Answers((), len(orders), str(error))
    _store(answers, folder)
    return {"in_doubt": answers.in_doubt, "answered": len(answers.of_orders), "why": answers.why}


def _client(ccxt: str | None, live: LiveTarget, timeout_ns: int) -> Client:
    """As the traffic's. Raises TargetUnavailable where it cannot begin."""
    account = (live.accounts[0].key, live.accounts[0].secret)
    if ccxt is not None:
        venue = open_ccxt(ccxt, live.base_url, account, timeout_ns // NS_PER_MS, 1)
        venue.load()
        return CcxtClient(venue, time.monotonic_ns)
    return venue_client(
        live.base_url,
        account,
        clock=time.monotonic_ns,
        wall_clock_ns=time.time_ns,
        timeout_ns=timeout_ns,
        connections_max=1,
        named_host=live.host,
        profile=live.venue,
    )


def _store(answers: Answers, folder: RunFolder) -> None:
    lines = (answer.model_dump_json() for answer in answers.of_orders)
    folder.answers.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
