"""Our operations under plain Locust: ``locust -f scenarios/locustfile.py --host http://127.0.0.1:8080``.

Locust's own users, rates, UI and distribution; our client, mix and meaning of replies. Keys come from BROWNOUT_KEY and
BROWNOUT_SECRET (or KEY:SECRET in the first). Nothing is stored here: for verdicts run a scenario. See docs/locust.md.
"""

import os
import secrets
import sys
import time
from collections.abc import Iterator
from itertools import takewhile
from typing import ClassVar, NoReturn

import gevent
from locust import events
from locust.argument_parser import LocustArgumentParser
from locust.env import Environment
from locust.exception import StopTest
from locust.runners import WorkerRunner

from scenarios.client import TraceHeaders, VenueClient, venue_client
from scenarios.client.market import learn_market
from scenarios.errors import ScenariosError
from scenarios.locust_ui.endless import endless_shape
from scenarios.locust_ui.recorder import Recorder
from scenarios.locust_ui.wiring import extend
from scenarios.operations import Desk
from scenarios.operations.ladder import Ladder
from scenarios.plan import PlannedOpen
from scenarios.quantities import Rate
from scenarios.session import Share, TrafficSession
from scenarios.stalls import StallWatch
from scenarios.targets.ownership import OWNERSHIP_FLAG, CheckedUrl, Ownership, checked_url
from scenarios.targets.url import answering_address
from scenarios.traffic.accounting import Flight
from scenarios.traffic.arrivals import ArrivalShape, Poisson
from scenarios.traffic.mix import Ask
from scenarios.traffic.progress import ProgressWindow
from scenarios.traffic.streams import stream
from scenarios.traffic.windows import Step, Sweep
from scenarios.users import ArrivalUser, ClosedUser
from slo.history import Operation

KEY_VARIABLE, SECRET_VARIABLE = "BROWNOUT_KEY", "BROWNOUT_SECRET"
MIX = {
    Operation.ORDER_PLACE: 50,
    Operation.ORDER_CANCEL: 25,
    Operation.ORDER_QUERY: 10,
    Operation.BOOK_READ: 10,
    Operation.ACCOUNT_READ: 5,
}
FOR_EVER_NS = 10 * 365 * 24 * 3600 * 1_000_000_000
ANY_USERS = sys.maxsize
IN_FLIGHT_MAX = 4000
EXIT_USAGE = 64
OVERDUE_NS = 1_000_000_000
NS_PER_SECOND = 1_000_000_000
LOOK_EVERY_S = 0.005
WORKER_DRAIN_S_MAX = 0.25
"""A master that ends waits half a second for its workers' last reports (locust/runners.py, MasterRunner.quit)."""
RECORDER = Recorder(StallWatch(time.monotonic_ns))


class Trader(ClosedUser):
    """One user of Locust's user count: sends its next request when the last was answered."""

    abstract = False


class Arrivals(ArrivalUser):
    """Arrivals at ``--arrival-rate``, whatever is outstanding, until the test is stopped."""

    abstract = False
    rate_per_s: ClassVar[float] = 0.0
    shape: ClassVar[ArrivalShape] = Poisson()
    walking: "ClassVar[Arrivals | None]" = None

    @staticmethod
    def source() -> Iterator[tuple[int, Ask]]:
        rate = Rate(f"{Arrivals.rate_per_s:g}/s", per_s=Arrivals.rate_per_s)
        session = Arrivals.session
        for_ever = PlannedOpen(
            name="arrivals", start_ns=session.clock(), end_ns=FOR_EVER_NS, rate=rate, arrivals=Arrivals.shape
        )
        return takewhile(lambda arrival: _wanted(session, arrival), session.arrivals(for_ever, Arrivals.rate_per_s))

    @staticmethod
    def on_exhausted() -> None:
        """The test is being stopped, and Locust does it."""

    def on_start(self) -> None:
        super().on_start()
        Arrivals.walking = self

    def on_stop(self) -> None:
        Arrivals.walking = None
        if not self.behind:
            self._next = None
        super().on_stop()

    @property
    def behind(self) -> bool:
        """Whether an arrival of the test is still to be sent."""
        return self._next is not None and _wanted(self.session, self._next)

    def _send(self, ask: Ask, due_ns: int) -> None:
        if _wanted(self.session, (due_ns, ask)):
            super()._send(ask, due_ns)


def _wanted(session: TrafficSession, arrival: tuple[int, Ask]) -> bool:
    """Whether an arrival is due before the test ends, which is known when it is being stopped."""
    return arrival[0] < session.sweep.steps[0].end_ns


class Unwatched(ProgressWindow):
    """Locust keeps its own statistics; without this, times that nobody reads would pile up."""

    def add(self, flight: Flight, done_ns: int) -> None: ...


@events.init_command_line_parser.add_listener  # type: ignore[untyped-decorator]  # Locust does not type its hooks
def add_options(parser: LocustArgumentParser) -> None:
    ours = parser.add_argument_group("brownout")
    ours.add_argument(
        "--arrival-rate",
        type=float,
        default=0.0,
        env_var="BROWNOUT_ARRIVAL_RATE",
        help="arrivals a second besides Locust's users, sent when due (default: none)",
    )
    ours.add_argument(
        "--arrivals",
        default="poisson",
        env_var="BROWNOUT_ARRIVALS",
        help="how they lie in time, as a scenario writes it: constant, poisson, '{shape: hawkes, branching: 0.8, "
        "decay: 500ms}', burst or modulated (default: poisson)",
    )
    ours.add_argument(
        "--symbols", default="", env_var="BROWNOUT_SYMBOLS", help="comma-separated; default: the first listed"
    )
    ours.add_argument(
        "--answer-timeout", type=float, default=5.0, help="seconds until an answer is given up (default: 5)"
    )
    ours.add_argument(
        "--traces",
        type=float,
        default=0.0,
        env_var="BROWNOUT_TRACES",
        help="share of the requests that is traced, by the header traceparent (default: no header)",
    )
    ours.add_argument("--traffic-seed", type=int, default=1, help="what every random choice follows from (default: 1)")
    ours.add_argument(
        OWNERSHIP_FLAG,
        action="store_true",
        env_var="BROWNOUT_I_OWN_THIS_TARGET",
        help="drive a host that is not this one's loopback, and that is yours",
    )


@events.init.add_listener  # type: ignore[untyped-decorator]  # Locust does not type its hooks
def prepare(environment: Environment, **_: object) -> None:
    """Refuse at once what could not work later."""
    options = environment.parsed_options
    try:
        account()
        if environment.host:
            require_allowed_host(environment.host, bool(options and options.i_own_this_target))
        Arrivals.shape = endless_shape(options.arrivals if options else "poisson", FOR_EVER_NS)
    except ScenariosError as error:
        _refuse(str(error))
    extend(environment, RECORDER, time.monotonic)
    Arrivals.rate_per_s = float(options.arrival_rate) if options else 0.0
    if not Arrivals.rate_per_s:
        environment.user_classes = [each for each in environment.user_classes if each is not Arrivals]


@events.test_start.add_listener  # type: ignore[untyped-decorator]  # Locust does not type its hooks
def begin(environment: Environment, **_: object) -> None:
    """On every node that has users: learn the market and give the users their session."""
    if environment.runner is None or not hasattr(environment.runner, "worker_index"):
        return  # a master has no users
    try:
        session = _session(environment)
    except ScenariosError as error:
        environment.process_exit_code = EXIT_USAGE
        raise StopTest(str(error)) from error
    Trader.session = Arrivals.session = session


@events.test_stopping.add_listener  # type: ignore[untyped-decorator]  # Locust does not type its hooks
def drain(environment: Environment, **_: object) -> None:
    """Begin nothing more and wait for the answers to what was asked: Locust would cut it off, and count none of it."""
    session = getattr(Trader, "session", None)
    if session is None:
        return
    now_ns = session.clock()
    for step in session.sweep.steps:
        step.end_ns = min(step.end_ns, now_ns)
    is_worker = isinstance(environment.runner, WorkerRunner)
    longest_s = WORKER_DRAIN_S_MAX if is_worker else _timeout_s(environment)
    give_up_ns = now_ns + round(longest_s * NS_PER_SECOND)
    while _busy(session) and session.clock() < give_up_ns:
        gevent.sleep(LOOK_EVERY_S)


def _busy(session: TrafficSession) -> bool:
    walker = Arrivals.walking
    return session.accounting.in_flight > 0 or (walker is not None and walker.behind)


@events.test_stop.add_listener  # type: ignore[untyped-decorator]  # Locust does not type its hooks
def end(**_: object) -> None:
    """What has been in flight for too long to be of use is accounted for, as Locust's own clients do not.

    The rest was cut off by the end of the test, and is no failure of the venue's.
    """
    session = getattr(Trader, "session", None)
    if session is not None:
        RECORDER.end()
        session.end_unfinished(OVERDUE_NS)
        session.client.close()


def account() -> tuple[str, str]:
    """Key and secret from the environment. Raises ScenariosError when there is none."""
    key, _, secret = os.environ.get(KEY_VARIABLE, "").partition(":")
    secret = os.environ.get(SECRET_VARIABLE, "") or secret
    if not key or not secret:
        raise ScenariosError(f"{KEY_VARIABLE} and {SECRET_VARIABLE} must hold the API credentials that sign the orders")
    return key, secret


def require_allowed_host(host: str, owned: bool) -> CheckedUrl:
    """Raises ScenariosError for a host of others: load goes to nobody who has not asked for it."""
    return checked_url("--host", host, Ownership(named=host, confirmed=owned))


def _session(environment: Environment) -> TrafficSession:
    options = environment.parsed_options
    checked = require_allowed_host(environment.host or "", bool(options and options.i_own_this_target))
    url = f"http://{answering_address(checked)}"
    timeout_s = _timeout_s(environment)
    symbols = [each for each in str(options.symbols if options else "").split(",") if each]
    seed = (int(options.traffic_seed) if options else 1) + int(getattr(environment.runner, "worker_index", 0))
    market = learn_market(_client(url, checked.netloc, timeout_s), symbols)
    ladders = {each.symbol: Ladder.of(each) for each in market}
    run_token = secrets.token_hex(4)
    share = float(options.traces) if options else 0.0
    headers = TraceHeaders(seed, run_token, share) if share else None
    return TrafficSession(
        clock=time.monotonic_ns,
        client=_client(url, checked.netloc, timeout_s, headers),
        desk=Desk(ladders, stream(seed, "desk"), run_token),
        accounting=RECORDER.begin(),
        fire=environment.events.request.fire,
        share=Share(seed, MIX, dict.fromkeys(ladders, 1)),
        in_flight_max=IN_FLIGHT_MAX,
        sweep=Sweep([Step("run", ANY_USERS, 0, FOR_EVER_NS)]),
        window=Unwatched(),
    )


def _timeout_s(environment: Environment) -> float:
    options = environment.parsed_options
    return float(options.answer_timeout) if options else 5.0


def _client(url: str, host: str, timeout_s: float, headers: TraceHeaders | None = None) -> VenueClient:
    return venue_client(
        url,
        account(),
        clock=time.monotonic_ns,
        wall_clock_ns=time.time_ns,
        timeout_ns=round(timeout_s * 1_000_000_000),
        connections_max=ANY_USERS,
        headers=headers,
        named_host=host,
    )


def _refuse(message: str) -> NoReturn:
    sys.stderr.write(message + "\n")
    raise SystemExit(EXIT_USAGE)
