"""Which streams there are, and how each speaks: one line per kind."""

from mock_exchange.engine.symbols import Symbol
from mock_exchange.streams.aggregate_trades import AggregateTradeStream
from mock_exchange.streams.average_price import AveragePriceStream
from mock_exchange.streams.book_ticker import BookTickerStream
from mock_exchange.streams.depth import DepthStream
from mock_exchange.streams.klines import KlineStream
from mock_exchange.streams.names import Kind, StreamName
from mock_exchange.streams.partial_depth import PartialDepthStream
from mock_exchange.streams.stream import PeriodicStream, Place, RealTimeStream
from mock_exchange.streams.tickers import AllTickersStream, TickerStream
from mock_exchange.streams.trades import TradeStream


def real_time_stream(name: StreamName, place: Place, symbol: Symbol) -> RealTimeStream | None:
    """None where the stream is not one of these."""
    match name.kind:
        case Kind.TRADE:
            return TradeStream(place, symbol)
        case Kind.AGGREGATE_TRADE:
            return AggregateTradeStream(place, symbol)
        case Kind.BOOK_TICKER:
            return BookTickerStream(place, symbol)
    return None


def periodic_stream(name: StreamName, place: Place, symbol: Symbol) -> PeriodicStream | None:
    """None where the stream is not one of these."""
    match name.kind:
        case Kind.DEPTH:
            return DepthStream(place, symbol)
        case Kind.PARTIAL_DEPTH:
            return PartialDepthStream(place, symbol, name.levels)
        case Kind.KLINE:
            return KlineStream(place, symbol, name.interval, is_utc8=name.is_utc8)
        case Kind.AVERAGE_PRICE:
            return AveragePriceStream(place, symbol)
        case Kind.TICKER | Kind.MINI_TICKER:
            return TickerStream(place, name, symbol)
    return None


def stream_of_all(name: StreamName, place: Place) -> PeriodicStream:
    """Of every symbol in one array: tickers."""
    return AllTickersStream(place, name)


def is_slower(name: StreamName) -> bool:
    """Klines of more than a second come at a pace of their own."""
    return name.kind is Kind.KLINE and name.interval != "1s"
