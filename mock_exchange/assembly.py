"""Builds an exchange from its configuration, and holds its four ports together from opening to drain."""

import asyncio
import contextlib
import random
from collections.abc import Mapping
from functools import partial
from types import MappingProxyType

from mock_exchange.admin import Admin, Health, HealthReply, Metrics
from mock_exchange.admission.policies import new_queue, shed_body
from mock_exchange.clock import SYSTEM_CLOCK, Clock
from mock_exchange.commitment import Commitment
from mock_exchange.config import ExchangeConfig
from mock_exchange.dispatch import Dispatcher, ImmediateDispatcher, TimedDispatcher
from mock_exchange.errors import JournalError
from mock_exchange.faults.in_force import FaultsInForce
from mock_exchange.faults.layers import Layers
from mock_exchange.faults.passage import Passage
from mock_exchange.faults.seams import JournalSeam, Seams, Submit
from mock_exchange.faults.service import FaultService
from mock_exchange.gateway.desk import Desk
from mock_exchange.gateway.gateway import Gateway, refuse_commands
from mock_exchange.gateway.identifiers import Identifiers
from mock_exchange.gateway.keys import Keyring
from mock_exchange.gateway.tally import Ending
from mock_exchange.http.server import HttpServer
from mock_exchange.limits.in_force import LimiterInForce
from mock_exchange.limits.limiter import Limiter, Unlimited
from mock_exchange.limits.metered import Metered
from mock_exchange.limits.unfilled_orders import UnfilledOrders
from mock_exchange.limits.venue_limiter import VenueLimiter
from mock_exchange.market_data.history import MarketHistory
from mock_exchange.opening import Recovered, Surroundings, opened
from mock_exchange.ports import Addresses, Ports
from mock_exchange.service_time import SingleServer, service_time_of
from mock_exchange.stages import BatchObserver, StageLog
from mock_exchange.streams.endpoint import PREFIXES, StreamEndpoint
from mock_exchange.streams.hub import Hub
from mock_exchange.streams.outbox import Outbox
from mock_exchange.symbol_control import SymbolControl
from mock_exchange.telemetry.metering import Sources
from mock_exchange.telemetry.settings import settled
from mock_exchange.telemetry.telemetry import Telemetry
from mock_exchange.user_data.feed import UserDataFeed
from mock_exchange.user_data.listen_keys import new_listen_keys
from mock_exchange.websocket.endpoint import Endpoint, Endpoints
from mock_exchange.websocket.server import WebSocketServer
from mock_exchange.ws_api import endpoint as ws_api
from mock_exchange.ws_api.endpoint import ApiEndpoint

_STAGES_KEPT = 16_384
_NO_VARIABLES: Mapping[str, str] = MappingProxyType({})
_NS_PER_S = 1_000_000_000


class Exchange:
    """A whole exchange in the running event loop."""

    def __init__(
        self, config: ExchangeConfig, clock: Clock = SYSTEM_CLOCK, environment: Mapping[str, str] = _NO_VARIABLES
    ) -> None:
        """Raises ConfigError where the market cannot be seeded as configured, DataError, DataInUseError or
        JournalError where it cannot go on with its data folder, and ValueError where a variable is wrong.
        """
        self._config = config
        self._is_draining = False
        loop = asyncio.get_running_loop()
        self.failed: asyncio.Future[None] = loop.create_future()
        """Raises JournalError once nothing more can be acknowledged: the exchange must be closed at once."""
        self.telemetry = Telemetry(settled(config.telemetry, environment), clock)
        around = Surroundings(clock, partial(_stream, config), loop.call_soon_threadsafe, loop.call_later, self._fail)
        self._opening = opened(config, around)
        self.engine = self._opening.engine
        self.stages = StageLog(_STAGES_KEPT if config.admin_token is not None else 0)
        self._service_time = service_time_of(config.service_time) if config.service_time is not None else None
        self._queue = new_queue(config.queue, self._service_time)
        self._commitment = Commitment(self.engine, self._opening.journal)
        self.limiter = self._new_limiter(clock)
        self._unfilled = UnfilledOrders(self.engine, self.limiter)
        if config.rate_limits.enabled:
            self._commitment.add_listener(self._unfilled)
        identifiers = Identifiers(_stream(config, "client order ids"), self._opening.start)
        self.history = MarketHistory(self.engine.symbols, config.history.retention())
        self.history.remember(self.engine)
        self._commitment.add_listener(self.history)
        user_data = UserDataFeed(self.engine, self._commitment.when_durable, clock)
        self._commitment.add_listener(user_data)
        self._listen_keys = new_listen_keys(config.user_data, user_data, _stream(config, "listen keys"), clock)
        apply = self._commitment.apply
        self._desk = Desk(self.engine, apply, identifiers, clock, self.history, self.limiter, self._listen_keys)
        keyring = _keyring(config, self._opening.accounts)
        self.gateway = Gateway(self._desk, keyring, self._queue, clock, shed_body(config.queue))
        self._dispatcher = self._new_dispatcher(clock)
        self._metered = Metered(self.gateway, self.limiter, keyring, is_on=config.rate_limits.enabled)
        service, self.gateway.submit = self.telemetry.in_front_of(self._metered, self._dispatcher.submit)
        self._submitting: Layers[Submit] = Layers.before(self.gateway, "submit")
        if self._opening.store is not None:
            self._opening.store.shortage.watch(partial(self._submitting.add, refuse_commands))
        self._rest = HttpServer(service, config.limits, Clock(self._desk.server_time.now_ns, clock.monotonic_ns))
        self._api = ApiEndpoint(self.gateway, self.limiter, keyring, user_data, clock)
        self._outbox = Outbox(self._commitment.when_durable, loop.call_soon, clock.monotonic_ns)
        self._streams = self._new_streams(clock)
        if self._listen_keys is not None:
            self._streams.add_source(self._listen_keys)
        self._websocket = WebSocketServer(Endpoints(self._endpoints()), config.websocket, self.limiter, clock)
        self.telemetry.measure(self._sources())
        self.faults = FaultsInForce(self._seams(user_data, clock), clock.monotonic_ns, loop.call_later)
        self._admin = HttpServer(self._new_admin(clock), config.limits, clock)
        self._metrics = HttpServer(Metrics(self.telemetry.exposition), config.limits, clock)

    async def listen(self, ports: Ports) -> Addresses:
        """Open the ports. Raises AddressError."""
        return Addresses(
            rest=await self._rest.listen(ports.host, ports.rest, "--rest-port"),
            ws=await self._websocket.listen(ports.host, ports.ws, "--ws-port"),
            admin=await self._admin.listen(ports.host, ports.admin, "--admin-port"),
            metrics=await self._metrics.listen(ports.host, ports.metrics, "--metrics-port"),
        )

    @property
    def recovered(self) -> Recovered | None:
        """What it remembers of an earlier time; None without a data folder."""
        return self._opening.recovered

    async def drain(self) -> None:
        """Take no more requests, finish those that were taken within the limit's time, and close.

        Raises JournalError where some of them could not be made safe; they were not answered.
        """
        self._is_draining = True
        self._websocket.stop_listening()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._config.limits.drain_deadline / _NS_PER_S):
                self._rest.drain()
                await self._rest.wait_empty()
                self._api.drain()
                await self._api.wait_empty()
                # Last, so that what the last requests did is still told.
                self._websocket.drain()
                await self._websocket.wait_empty()
        self.close(snapshot_seconds_max=self._config.limits.drain_deadline / _NS_PER_S)
        if self.failed.done():
            self.failed.result()

    def close(self, snapshot_seconds_max: float = 0) -> None:
        """At once, whatever is still queued; what was acknowledged is safe. Raises JournalError where it is not sure
        of that for what was not.
        """
        for server in (self._rest, self._websocket, self._admin, self._metrics):
            server.abort()
        self._dispatcher.close()
        self._streams.close()
        if self._listen_keys is not None:
            self._listen_keys.close()
        self.telemetry.close()
        if self._opening.store is not None:
            self._opening.store.close(snapshot_seconds_max)

    def _fail(self, error: JournalError) -> None:
        if not self.failed.done():
            self.failed.set_exception(error)

    def _new_admin(self, clock: Clock) -> Admin:
        return Admin(
            self._opening.truth(),
            self.stages,
            control=SymbolControl(self.engine, self._commitment.apply, clock),
            faults=FaultService(self.faults),
            token=self._config.admin_token,
            when_durable=self._commitment.when_durable,
            health=self._health,
        )

    def _seams(self, user_data: UserDataFeed, clock: Clock) -> Seams:
        """Where faults of meaning may be let in."""
        return Seams(
            dispatcher=self._dispatcher,
            pacing=Layers.before(self._dispatcher, "pace") if isinstance(self._dispatcher, TimedDispatcher) else None,
            gateway=self.gateway,
            serving=Layers.before(self.gateway, "serve"),
            submitting=self._submitting,
            journal=JournalSeam.of(self._opening.store),
            letters=Passage(Layers.before(self._outbox, "send")),
            notices=Passage(Layers.before(user_data, "tell")),
            desk=self._desk,
            symbols=self.engine.symbols,
            rest_books=self._desk.books,
            stream_books=self._streams.shown,
            websocket=self._websocket,
            limiting=Layers[Limiter](self.limiter.own, self._put_limiter),
            rate_limits=self._config.rate_limits,
            banned=self.limiter.banned,
            commitment=self._commitment,
            wall_ns=clock.wall_ns,
            monotonic_ns=clock.monotonic_ns,
            call_later=asyncio.get_running_loop().call_later,
        )

    def _new_limiter(self, clock: Clock) -> LimiterInForce:
        limits = self._config.rate_limits
        return LimiterInForce(VenueLimiter(limits, clock.wall_ns) if limits.enabled else Unlimited())

    def _put_limiter(self, limiter: Limiter) -> None:
        """Have this one in force: its own, or one that a fault stands before it."""
        self.limiter.put(limiter)
        is_on = self._config.rate_limits.enabled or limiter is not self.limiter.own
        if is_on is not self._metered.is_on:
            (self._commitment.add_listener if is_on else self._commitment.remove_listener)(self._unfilled)
        self._metered.meter(is_on=is_on)

    def _new_dispatcher(self, clock: Clock) -> Dispatcher:
        loop = asyncio.get_running_loop()
        if self._service_time is None:
            return ImmediateDispatcher(
                self._queue,
                self.gateway,
                observers=self._observers(),
                when_durable=self._commitment.when_durable,
                monotonic_ns=clock.monotonic_ns,
                loop=loop,
            )
        server = SingleServer(self._service_time, _stream(self._config, "service time"))
        return TimedDispatcher(
            self._queue,
            self.gateway,
            server=server,
            observers=self._observers(),
            when_durable=self._commitment.when_durable,
            monotonic_ns=clock.monotonic_ns,
            loop=loop,
        )

    def _endpoints(self) -> dict[str, Endpoint]:
        """Who answers on the WebSocket port, by the beginning of the path."""
        streams = StreamEndpoint(self._streams, self._config.websocket)
        return {ws_api.PATH: self._api, **dict.fromkeys(PREFIXES, streams)}

    def _new_streams(self, clock: Clock) -> Hub:
        loop = asyncio.get_running_loop()
        hub = Hub(
            self.engine,
            self.history,
            self._config.streams,
            clock=clock,
            post=self._outbox.post,
            call_later=loop.call_later,
        )
        self._commitment.add_listener(hub)
        return hub

    def _sources(self) -> Sources:
        return Sources(
            tally=self.gateway.tally,
            stages=self.stages,
            durations=self.telemetry.durations,
            loop_lag=self.telemetry.loop_lag,
            spans=self.telemetry.spans,
            queue=self._queue,
            server=self._rest,
            websocket=self._websocket,
            streams=self._outbox,
            orders=self._order_count,
            trades=self._trade_count,
            journal=self._opening.store.journal if self._opening.store is not None else None,
        )

    def _observers(self) -> list[BatchObserver]:
        return [self.stages.record, *self.telemetry.observers]

    def _health(self) -> HealthReply:
        status: Health = "draining" if self._is_draining else "ok"
        return HealthReply(status, len(self._queue), self._order_count(), self._opening.recovered)

    def _trade_count(self) -> int:
        """Trades of a symbol are numbered from 1, without gaps."""
        last = (history.tape.last() for history in self.history.symbols.values())
        return sum(trade.trade_id for trade in last if trade is not None)

    def _order_count(self) -> int:
        return self.gateway.tally.by_operation["order.place"][Ending.DONE]


def _stream(config: ExchangeConfig, purpose: str) -> random.Random:
    """A random stream of its own for each purpose, so that a new one does not shift the others."""
    return random.Random(f"{config.seed}/{purpose}")  # noqa: S311 - reproducible on purpose


def _keyring(config: ExchangeConfig, accounts: Mapping[str, int]) -> Keyring:
    return Keyring((account.key, account.signing_key(), accounts[account.key]) for account in config.accounts)
