"""A configuration is taken whole or refused with file, path, value and rule."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_exchange.config import ExchangeConfig
from mock_exchange.config_file import load_config
from mock_exchange.durations import format_duration, parse_duration_ns
from mock_exchange.errors import ConfigError


def problem(tmp_path: Path, text: str) -> str:
    file = tmp_path / "exchange.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as raised:
        load_config(file)
    message = str(raised.value)
    assert message.startswith(f"{file}: ")
    assert "\n" not in message
    return message.removeprefix(f"{file}: ")


def custom(base: str, quote: str, price: str) -> str:
    """A file with a symbol of its own."""
    limits = 'price_min: "0.01", price_max: "1000", quantity_min: "0.1", quantity_max: "9000"'
    steps = 'tick_size: "0.01", lot_size: "0.1", market_quantity_max: "500"'
    symbol = f"{{name: ABCUSDT, base: {base}, quote: {quote}, {limits}, {steps}}}"
    return f'{{symbols: [{symbol}], market: {{opening_prices: {{ABCUSDT: "{price}"}}}}}}'


def test_an_empty_file_is_the_default_configuration(tmp_path: Path) -> None:
    file = tmp_path / "exchange.yaml"
    file.write_text("", encoding="utf-8")
    assert load_config(file) == ExchangeConfig()


def test_a_full_file_is_read(tmp_path: Path) -> None:
    file = tmp_path / "exchange.yaml"
    file.write_text(
        """
        seed: 7
        symbols: [BTCUSDT, {name: ABCUSDT, base: ABC, quote: USDT, tick_size: "0.01", lot_size: "0.1",
          price_min: "0.01", price_max: "1000", quantity_min: "0.1", quantity_max: "9000", market_quantity_max: "500"}]
        accounts: [{key: a, secret: b, balances: {USDT: "12.5", BTC: 3}}]
        service_time: {distribution: lognormal, mean: 1ms, sigma: 0.5}
        queue: {length: 10, policy: age, budget: 250ms}
        rate_limits: {enabled: true, orders: [{limit: 5, window: 10s}], ban: {first: 1s}, scale: 0.5}
        limits: {idle_deadline: 2s, pipelined: 3}
        fees: {maker: "0.0002", taker: 0.0004}
        market: {levels: 5, opening_prices: {ABCUSDT: "3.5"}}
        admin_token: token
        """,
        encoding="utf-8",
    )
    config = load_config(file)
    assert [symbol.name for symbol in config.engine_symbols()] == ["BTCUSDT", "ABCUSDT"]
    assert config.limits.idle_deadline == 2_000_000_000
    assert config.fees.engine_fees().maker_ppm == 200
    assert config.accounts[0].balances == {"USDT": "12.5", "BTC": "3"}
    assert config.service_time is not None
    # What is dumped can be read again: the command line and embedding runs rely on it.
    assert ExchangeConfig.model_validate(config.model_dump()) == config
    assert ExchangeConfig.model_validate_json(config.model_dump_json()) == config


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("quue: {length: 1}", ["quue", "is not a setting"]),
        ("queue: {length: 0}", ["queue.length: 0: must be greater than or equal to 1"]),
        ("queue: {policy: random}", ["queue.policy", "'random'", "'priority'"]),
        ("queue: {length: 5, length_for_cancels: 4}", ["queue", "length_for_cancels is 4", "length 5"]),
        ("rate_limits: {request_weight: {limit: 0, window: 1m}}", ["rate_limits.request_weight.limit", "0"]),
        ("rate_limits: {scale: 2}", ["rate_limits.scale", "2", "less than or equal to 1"]),
        ("service_time: {distribution: constant, mean: fast}", ["service_time", "mean", "'fast'", "such as 250us"]),
        ("service_time: {distribution: constant, mean: 0ms}", ["service_time", "mean", "longer than nothing"]),
        (
            "service_time: {distribution: uniform}",
            ["service_time: distribution is 'uniform', and must be constant, exponential"],
        ),
        ("symbols: [BTCEUR]", ["symbols.0: 'BTCEUR': the symbols known", "BTCUSDT"]),
        ("symbols: [BTCUSDT, BTCUSDT]", ["symbols", "twice"]),
        ("accounts: [{key: a, secret: b}, {key: a, secret: c}]", ["accounts", "'a'", "twice"]),
        ("accounts: [{key: 'a b', secret: b}]", ["accounts.0.key", "'a b'", "pattern"]),
        ("accounts: [{key: a, secret: b, balances: {BTC: lots}}]", ["accounts.0.balances.BTC", "'lots'"]),
        ('durable: {data: ""}', ["durable.data", "''", "names no folder"]),
        ('durable: {data: "a\\0b"}', ["durable.data", "null"]),
        ('accounts: [{key: a, public_key: "a\\0b"}]', ["accounts.0.public_key", "null"]),
        ('fees: {maker: "NaN"}', ["fees.maker", "'NaN'", "a rate is at least 0"]),
        ("fees: {taker: .inf}", ["fees.taker", "inf", "a rate is at least 0"]),
        ("service_time: {distribution: recorded, values_ms: [.inf]}", ["values_ms.0", "inf", "finite"]),
        ("service_time: {distribution: recorded, values_ms: [.nan]}", ["values_ms.0", "nan"]),
        (
            "service_time: {distribution: recorded, values_ms: [1e300]}",
            ["values_ms.0", "less than or equal to 3600000"],
        ),
        (custom("ABC", "ABC", "1"), ["symbols.0.quote", "'ABC'", "another asset than the base"]),
        (custom("ABC", "USDT", "0.05"), ["market.levels: 50", "ABCUSDT opens at 0.05", "would reach 0"]),
        ("fees: {maker: 2}", ["fees.maker", "less than 1"]),
        (
            "service_time: {mean: 1ms}",
            ["service_time: needs distribution: constant, exponential, lognormal or recorded"],
        ),
        ("service_time: constant", ["service_time: 'constant': must hold settings, as name: value"]),
        ("service_time: {distribution: lognormal, mean: 1ms, sigma: 9}", ["service_time.sigma: 9: must be less than"]),
        ("symbols: [{name: ABCUSDT}]", ["symbols.0.base: must be given"]),
        ("symbols: [7]", ["symbols.0: 7: must be a text"]),
        ("seed: many", ["seed: 'many': must be a whole number"]),
        ("seed: 2025-13-45", ["is not YAML"]),
        ("rate_limits: {orders: 5}", ["rate_limits.orders: 5: must be a list"]),
        (
            "rate_limits: {orders: [{limit: 1, window: 60s}, {limit: 2, window: 1m}]}",
            ["rate_limits: orders has two limits for 1m; keep one"],
        ),
        ("accounts: [{key: a, secret: b, balances: {BTC: -1}}]", ["balances.BTC: -1: an amount is not negative"]),
        (
            "accounts: [{key: a, secret: b, balances: {XYZ: 1}}]",
            ["accounts.0.balances: 'XYZ' belongs to no symbol; the assets are BTC, USDT"],
        ),
        ("market: {opening_prices: {BTCUSDT: 0}}", ["market.opening_prices.BTCUSDT: 0: a price is more than 0"]),
        (
            "symbols: [BTCUSDT]\nmarket: {opening_prices: {ETHUSDT: 5}}",
            ["market.opening_prices: 'ETHUSDT' is not served; the symbols are BTCUSDT"],
        ),
        ("seed: 1\nmarket:\n  levels: 3\n  levels: 4", ["line 4: 'levels': stands here a second time; keep one"]),
        ("- a list", ["the file must hold settings, as name: value"]),
        ("[" * 2000, ["is nested too deeply"]),
        ("a: [", ["is not YAML"]),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, text: str, parts: list[str]) -> None:
    message = problem(tmp_path, text)
    assert all(part in message for part in parts), message


def test_the_lowest_opening_price_has_a_tick_left_below_the_last_bid(tmp_path: Path) -> None:
    file = tmp_path / "exchange.yaml"
    file.write_text(custom("ABC", "USDT", "0.51"), encoding="utf-8")
    assert load_config(file).market.levels == 50


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"none\.yaml: cannot be read: No such file"):
        load_config(tmp_path / "none.yaml")


def test_an_account_in_the_wrong_shape_is_not_repeated(tmp_path: Path) -> None:
    assert problem(tmp_path, "accounts: ['a:hidden']") == "accounts.0: must hold settings, as name: value"
    assert problem(tmp_path, "accounts: 'a:hidden'") == "accounts: must be a list"


def test_secrets_are_not_shown() -> None:
    config = ExchangeConfig.model_validate({"accounts": [{"key": "a", "secret": "hidden"}], "admin_token": "concealed"})
    assert "hidden" not in repr(config)
    assert "concealed" not in repr(config)


@given(duration_ns=st.integers(1, 10**15))
def test_a_duration_survives_being_written(duration_ns: int) -> None:
    assert parse_duration_ns(format_duration(duration_ns)) == duration_ns
