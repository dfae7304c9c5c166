"""What exchanges are known to have suffered: the incidents that the kinds of fault are made after, E1 to E21.

Facts only, each with where it is told. A kind names the incidents it can bring about in its ``incidents``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Incident:
    """``watch`` is what an objective or a client's log has to show, so that the incident does not pass unseen."""

    number: str
    name: str
    what: str
    watch: str
    sources: tuple[str, ...]


_ALL = (
    Incident(
        "E1",
        "unknown execution",
        "An order was done, or not, and the reply that would say which never came.",
        "every order ends as done once or not at all, and the client finds out by its client order id",
        (
            "Binance Spot REST documentation: after a 5XX the execution status is unknown; errors -1006, -1007",
            "github.com/ccxt/ccxt issue 2599",
            "catalyst issues 315 and 317: the same order sent twice",
        ),
    ),
    Incident(
        "E2",
        "look-alike 503s",
        "One status, three meanings: unknown, certainly not done, throttled.",
        "only what is certainly not done is sent again; the unknown is a class of its own",
        ("Binance USDS-M general info, variants of HTTP 503", "Binance changelog 2025-10-14 (-1008)"),
    ),
    Incident(
        "E3",
        "duplicated confirmations",
        "The same fill is told twice, much later, or all of them again on reconnect.",
        "positions count each trade id once",
        ("github.com/ccxt/ccxt issues 18854 and 18028", "xchange-stream issue 498: Kraken ownTrades replayed"),
    ),
    Incident(
        "E4",
        "late or lost confirmations",
        "Fills are real and nobody is told for a long time.",
        "time to confirmation; age of what is unknown",
        ("Nasdaq, opening of Facebook, 2012-05-18: about two hours late for over 30,000 orders (SEC, 2013)",),
    ),
    Incident(
        "E5",
        "gapped, repeated, reordered market data",
        "Updates of the book are missing, come twice or in the wrong order.",
        "gaps are noticed by update id and healed by a new snapshot in a stated time",
        ("node-binance-api issues 21, 135, 207, 218, 220", "python-binance issue 70"),
    ),
    Incident(
        "E6",
        "a wrong book with right numbers",
        "The sequence is without a gap and the levels are wrong.",
        "the book of the stream against a snapshot",
        ("BitMEX, ETHUSD feed, 2019-06-24 09:25 to 09:44 UTC; the engine was not affected",),
    ),
    Incident(
        "E7",
        "silent streams",
        "A channel stands still while REST works and pings are answered.",
        "age of the last event of each channel, not whether its socket is open",
        ("BitMEX, 2019-07-24: private feeds interrupted, books and REST fine", "BitMEX, 2019-11-25"),
    ),
    Incident(
        "E8",
        "clock skew",
        "Clocks differ, or requests wait, and timestamps fall out of their window.",
        "the rate of -1021, told apart by cause",
        ("Binance Spot REST documentation, timing security", "github.com/ccxt/ccxt issue 2281", "bybit-api issue 236"),
    ),
    Incident(
        "E9",
        "rate-limit storm",
        "Those who ask again at once are told to slow down, then banned.",
        "Retry-After is respected; bans; time to recover after one",
        ("Binance Spot REST documentation, limits: 429, then 418", "hummingbot issue 1291: a retry loop was banned"),
    ),
    Incident(
        "E10",
        "a limiter that counts wrongly",
        "Requests are refused that are within the limits as published.",
        "429 below the published limits",
        ("BitMEX, 2019-06-25: subscriptions were counted", "Binance, weights changed on 2018-01-14: ccxt issue 1267"),
    ),
    Incident(
        "E11",
        "matching stops and opens again in stages",
        "The engine pauses; then cancels only; then trading.",
        "no fills in the pause, cancels first, statuses told correctly",
        ("Binance, 2023-03-24 11:27 to 14:00 UTC, a fault in trailing stop orders",),
    ),
    Incident(
        "E12",
        "failover to a stale state",
        "The standby takes over with a state of some time ago.",
        "no acknowledged order vanishes unseen",
        (
            "Nasdaq, opening of Facebook, 2012-05-18: orders of 19 minutes left out",
            "Tokyo, 2020-10-01: the failover did not happen, and the market stayed closed all day",
        ),
    ),
    Incident(
        "E13",
        "overload of the engine or of the gateway",
        "Either the engine sheds at once, or the gateway is slow before an idle engine.",
        "latency by stage; cancels judged apart from new orders",
        (
            "BitMEX overload policy, 2017-12",
            "New York, 2015-07-08: gateways after a release",
            "BitMEX, 2020-03-13: a slow query in the API layer, the engine idle",
        ),
    ),
    Incident(
        "E14",
        "thundering herd",
        "All come back at once, and the return keeps the venue down.",
        "goodput after the trigger has gone; time until it is what it was",
        (
            "Robinhood, 2020-03-02",
            "Coinbase, 2021-01-06: the recovery itself brought a herd",
            "Nasdaq SIP, 2013-08-22: 26,000 messages a second where 10,000 had been tested",
        ),
    ),
    Incident(
        "E15",
        "a hot symbol",
        "One symbol's load delays the others.",
        "objectives by symbol",
        ("Nasdaq, opening of Facebook, 2012-05-18: the opening of Zynga was delayed",),
    ),
    Incident(
        "E16",
        "mispricing",
        "An index or mark price follows one outlier, or a constituent that stands still.",
        "nothing is liquidated on one wrong price",
        (
            "Deribit, 2019-10-31: an outlier was not excluded, about 150 BTC",
            "Binance, 2025-10-10 21:36 to 22:16 UTC: USDe at 0.65; 283 million USD paid",
        ),
    ),
    Incident(
        "E17",
        "half a cancel-replace",
        "The old order is cancelled, the new one is refused, or the other way round.",
        "no leg is left behind or lost",
        ("Binance Spot REST documentation: HTTP 409, -2021 and -2022",),
    ),
    Incident(
        "E18",
        "runaway sender",
        "Acknowledgements are not seen, and the sender goes on sending.",
        "the most orders that one decision may cause; time to the kill switch",
        ("Knight Capital, 2012-08-01: over 4 million orders in 45 minutes, about 460 million USD (SEC 34-70694)",),
    ),
    Incident(
        "E19",
        "a release that fails in production",
        "What worked in staging fails under real load, and maintenance takes days.",
        "the error rate of each operation before and after",
        ("Kraken, 2018-01-11: two hours planned, over 48 taken",),
    ),
    Incident(
        "E20",
        "forced disconnects",
        "Streams are cut for everyone, by rule or at once.",
        "reconnects spread out; streams go on without a gap",
        ("Binance Spot WebSocket streams: 24 hours, pings, 5 messages a second, 300 connections in 5 minutes",),
    ),
    Incident(
        "E21",
        "reads that lag behind writes",
        "An order that was just placed is not found.",
        "how stale a read right after a write is",
        ("Binance Spot REST documentation, data sources: engine, memory, database",),
    ),
)

INCIDENTS: Mapping[str, Incident] = MappingProxyType({incident.number: incident for incident in _ALL})
