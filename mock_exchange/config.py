"""What a file can configure, with its defaults: ``config_file`` reads one, ``assembly`` builds an exchange from it."""

from dataclasses import replace
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    field_validator,
    model_validator,
)

from mock_exchange.amounts import Amount, Price, Rate
from mock_exchange.durable.settings import Durability
from mock_exchange.durations import DurationNs
from mock_exchange.engine.orders import Fees
from mock_exchange.engine.symbols import SYMBOLS, Symbol
from mock_exchange.gateway.public_keys import parse_public_key
from mock_exchange.gateway.signing import HmacKey, SigningKey
from mock_exchange.http.limits import Limits
from mock_exchange.limits.settings import RateLimits
from mock_exchange.market_data.history import Retention
from mock_exchange.streams.cadences import Cadences
from mock_exchange.websocket.limits import WebSocketLimits

FUNDS = "1000000000"
"""Of every asset, for an account that says nothing of its balances: enough not to be what a load test measures."""

_HOUR_MS = 3_600_000


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ConstantTime(_Section):
    distribution: Literal["constant"]
    mean: DurationNs


class ExponentialTime(_Section):
    distribution: Literal["exponential"]
    mean: DurationNs


class LognormalTime(_Section):
    distribution: Literal["lognormal"]
    mean: DurationNs
    sigma: float = Field(1.0, gt=0, le=5)
    """Standard deviation of the logarithm."""


class RecordedTime(_Section):
    distribution: Literal["recorded"]
    values_ms: list[Annotated[float, Field(ge=0, le=_HOUR_MS, allow_inf_nan=False)]] = Field(min_length=1)


ServiceTimeConfig = Annotated[
    ConstantTime | ExponentialTime | LognormalTime | RecordedTime, Field(discriminator="distribution")
]


class QueueConfig(_Section):
    """Who may wait for the engine. Whoever may not is shed: 503, and certainly not done."""

    policy: Literal["none", "length", "age", "priority"] = "length"
    """``none``: everyone. ``length``: so many at a time. ``age``: who has not waited too long. ``priority``: cancels
    and amendments first, and they are refused last."""
    length: int = Field(1024, ge=1)
    """How many requests may be unserved at a time, the one in service included; under every policy but ``none``."""
    budget: DurationNs = 1_000_000_000
    """``age``: how long a request may wait. A second is when the first clients give up (binance-sdk-spot)."""
    length_for_cancels: int | None = Field(None, ge=1)
    """``priority``: as ``length``, for cancels and amendments; by default twice as many."""
    cancels_in_a_row: int = Field(8, ge=1)
    """``priority``: after so many, one of the others is served, if any waits."""
    reply: Literal["overloaded", "throttled", "unavailable"] = "overloaded"
    """What the shed are told: -1008 in the words of the Spot documentation, -1008 in those that promise exemptions, or
    "Service Unavailable." without a code."""

    @model_validator(mode="after")
    def _cancels_are_refused_last(self) -> "QueueConfig":
        if self.length_for_cancels is not None and self.length_for_cancels < self.length:
            raise ValueError(f"length_for_cancels is {self.length_for_cancels}, less than the length {self.length}")
        return self


class FeesConfig(_Section):
    """Commission rates as fractions of what each side receives."""

    maker: Rate = Decimal("0.001")
    taker: Rate = Decimal("0.001")

    def engine_fees(self) -> Fees:
        return Fees(maker_ppm=int(self.maker * 10**6), taker_ppm=int(self.taker * 10**6))


class MarketConfig(_Section):
    levels: int = Field(50, ge=0, le=5000)
    """Price levels on each side when the exchange opens; 0 leaves the books empty."""
    opening_prices: dict[str, Price] = Field(default_factory=dict)
    """By symbol, where the price is to be another than the one of early 10 October 2025."""


class HistoryConfig(_Section):
    """How much of the past each symbol keeps at the least; twice that at the most."""

    trades: int = Field(50_000, ge=1)
    seconds: int = Field(10_000, ge=600)
    """Seconds, minutes and hours in which something was traded: what candles and statistics are made of."""
    minutes: int = Field(11_000, ge=10_081)
    """At least the seven days of the longest statistics."""
    hours: int = Field(10_000, ge=24)

    def retention(self) -> Retention:
        return Retention(**self.model_dump())


class AccountConfig(_Section):
    """Who may trade: an API key, what it signs with, and what the account has at the start."""

    key: str = Field(pattern=r"^[A-Za-z0-9._-]{1,128}$")
    secret: str | None = Field(None, min_length=1, repr=False)
    """What the client signs with by HMAC; either this or ``public_key``."""
    public_key: str | None = None
    """An RSA or Ed25519 key in PEM form. In a file it may also be the path of one, seen from that file."""
    balances: dict[str, Amount] | None = None
    """By asset; by default plenty of everything."""

    @model_validator(mode="after")
    def _signs_in_one_way(self) -> "AccountConfig":
        if (self.secret is None) == (self.public_key is None):
            raise ValueError(f"the key {self.key!r} needs a secret or a public_key, and not both")
        return self

    @field_validator("public_key")
    @classmethod
    def _is_public_key(cls, text: str | None) -> str | None:
        if text is not None:
            parse_public_key(text)
        return text

    def signing_key(self) -> SigningKey:
        return HmacKey(self.secret) if self.secret is not None else parse_public_key(self.public_key or "")


class SymbolConfig(_Section):
    """A symbol that the exchange does not know by name: what is traded, and the filters of ``exchangeInfo``."""

    name: str = Field(pattern=r"^[A-Z0-9_.-]{1,20}$")
    base: str
    quote: str
    tick_size: Amount
    lot_size: Amount
    price_min: Amount
    price_max: Amount
    quantity_min: Amount
    quantity_max: Amount
    market_quantity_max: Amount
    notional_min: Amount = "5"
    notional_max: Amount = "9000000"

    def engine_symbol(self, open_orders_max: int) -> Symbol:
        return Symbol(**self.model_dump(), open_orders_max=open_orders_max)


def _known_symbol(name: str) -> str:
    if name not in SYMBOLS:
        raise ValueError(f"the symbols known by name are {', '.join(SYMBOLS)}; describe another one by its fields")
    return name


def _way_to_write(symbol: object) -> str:
    return "described" if isinstance(symbol, dict | SymbolConfig) else "named"


KnownSymbol = Annotated[str, AfterValidator(_known_symbol)]
ListedSymbol = Annotated[
    Annotated[KnownSymbol, Tag("named")] | Annotated[SymbolConfig, Tag("described")], Discriminator(_way_to_write)
]
"""Only the way in which it is written is tried, so that errors speak of no other."""


class UserDataConfig(_Section):
    listen_keys: bool = False
    """Bring back listenKeys (/api/v3/userDataStream, /ws/<listenKey>), which the venue switched off on 2026-02-20."""
    listen_key_lifetime: DurationNs = 3_600_000_000_000
    """Without being kept alive."""


class TelemetryConfig(_Section):
    """Where this says nothing, OpenTelemetry's environment variables do (OTEL_EXPORTER_OTLP_ENDPOINT and its kin)."""

    metrics: bool = True
    """Count durations into histograms. The other metrics cost nothing and are always there."""
    endpoint: str | None = Field(None, pattern=r"^https?://")
    """A collector that takes OTLP over HTTP, such as http://127.0.0.1:4318; without one nothing is sent."""
    service_name: str | None = Field(None, min_length=1)
    """By default mock_exchange."""
    traces: float | None = Field(None, ge=0, le=1)
    """The share of requests that is traced; by default all."""
    follow_parent: bool | None = None
    """A request that comes with a trace is traced if its sender says so; by default yes."""
    metrics_interval: DurationNs | None = None
    """Between two exports of metrics to the collector; by default a minute."""
    spans_waiting_max: int | None = Field(None, ge=1)
    """How many finished requests may wait for their export, by default 8192; what comes on top is lost and counted."""


def _all_known_symbols() -> list[str | SymbolConfig]:
    return list(SYMBOLS)


class ExchangeConfig(_Section):
    """All that a file or the command line can set; every setting has a default that serves."""

    seed: int = Field(0, ge=0, lt=2**63)
    symbols: list[ListedSymbol] = Field(default_factory=_all_known_symbols, min_length=1)
    open_orders_max: int = Field(1_000_000, ge=2)
    """Per account and symbol (MAX_NUM_ORDERS). The venue has 200, which one account under load has at once."""
    accounts: list[AccountConfig] = Field(default_factory=list)
    service_time: ServiceTimeConfig | None = None
    """None: the capacity is what one core can do."""
    queue: QueueConfig = QueueConfig()
    limits: Limits = Limits()
    """Of connections and the bytes on them."""
    rate_limits: RateLimits = RateLimits()
    """Of how much one address or account may ask; off unless enabled."""
    websocket: WebSocketLimits = WebSocketLimits()
    streams: Cadences = Cadences()
    fees: FeesConfig = FeesConfig()
    market: MarketConfig = MarketConfig()
    history: HistoryConfig = HistoryConfig()
    telemetry: TelemetryConfig = TelemetryConfig()
    user_data: UserDataConfig = UserDataConfig()
    durable: Durability = Durability()
    """What survives the process."""
    admin_token: str | None = Field(None, min_length=1, repr=False)
    """What opens /truth, /stages and /status on the admin port; without one they stay closed."""

    @model_validator(mode="after")
    def _accounts_are_distinct(self) -> "ExchangeConfig":
        keys = [account.key for account in self.accounts]
        if twice := sorted({key for key in keys if keys.count(key) > 1}):
            raise ValueError(f"accounts: the key {twice[0]!r} is listed twice")
        return self

    @model_validator(mode="after")
    def _symbols_are_whole(self) -> "ExchangeConfig":
        symbols = self.engine_symbols()
        for number, symbol in enumerate(symbols):
            if symbol.base == symbol.quote:
                raise ValueError(f"symbols.{number}.quote: {symbol.quote!r}: must be another asset than the base")
        names = [symbol.name for symbol in symbols]
        if len(set(names)) < len(names):
            raise ValueError("symbols: a symbol is listed twice")
        unpriced = [name for name in names if name not in (*SYMBOLS, *self.market.opening_prices)]
        if unpriced and self.market.levels:
            raise ValueError(f"market.opening_prices: {unpriced[0]} needs an opening price, or market.levels 0")
        return self

    @model_validator(mode="after")
    def _only_what_is_served_is_priced_and_owned(self) -> "ExchangeConfig":
        served = {symbol.name: (symbol.base, symbol.quote) for symbol in self.engine_symbols()}
        for name in self.market.opening_prices:
            if name not in served:
                raise ValueError(f"market.opening_prices: {name!r} is not served; the symbols are {', '.join(served)}")
        assets = dict.fromkeys(asset for pair in served.values() for asset in pair)
        for number, account in enumerate(self.accounts):
            for asset in account.balances or {}:
                if asset not in assets:
                    rule = f"{asset!r} belongs to no symbol; the assets are {', '.join(assets)}"
                    raise ValueError(f"accounts.{number}.balances: {rule}")
        return self

    @model_validator(mode="after")
    def _bids_stay_above_nothing(self) -> "ExchangeConfig":
        for symbol in self.engine_symbols():
            price = self.market.opening_prices.get(symbol.name)
            if price is not None and symbol.parse_price(price) <= self.market.levels:
                raise ValueError(
                    f"market.levels: {self.market.levels}: {symbol.name} opens at {price}, and so many bids below it, "
                    f"at least a tick of {symbol.tick_size} apart, would reach 0; take fewer levels or a smaller tick"
                )
        return self

    def engine_symbols(self) -> list[Symbol]:
        """Raises ValueError where a symbol's tick and lot do not fit together."""
        return [
            replace(SYMBOLS[symbol], open_orders_max=self.open_orders_max)
            if isinstance(symbol, str)
            else symbol.engine_symbol(self.open_orders_max)
            for symbol in self.symbols
        ]
