"""Venue profiles: files that say how a venue wants to be asked, and a client that asks it so."""

import base64
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qsl, unquote

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ed25519, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from scenarios.client.profiled import request_writer
from scenarios.client.signing import RequestWriter
from scenarios.errors import InvalidScenario, InvalidTarget
from scenarios.model import load_scenario
from scenarios.model.venue_limits import weight_of_an_arrival
from scenarios.operations import Request
from scenarios.targets.url import account_from_environment
from scenarios.venues import Signing, VenueProfile, profile, profile_names
from slo.history import Operation

ORDER = Request("POST", "/api/v3/order", "symbol=BTCUSDT&side=BUY", True, "BTCUSDT", "id")
ED25519 = ed25519.Ed25519PrivateKey.generate()
RSA = rsa.generate_private_key(public_exponent=65537, key_size=2048)


def pem(key: ed25519.Ed25519PrivateKey | rsa.RSAPrivateKey) -> str:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


SECRET = "secret"


def written(venue: VenueProfile, secret: str = SECRET, request: Request = ORDER) -> tuple[str, list[str]]:
    """The request line's target and the header lines."""
    writer = request_writer("venue:80", ("key", secret), lambda: 1_760_000_000_123_456_789, venue)
    line, *headers = writer.write(request).decode().removesuffix("\r\n\r\n").split("\r\n")
    return line.removesuffix(" HTTP/1.1"), headers


def test_the_default_is_binance_spot_and_needs_no_writer_of_its_own() -> None:
    spot = profile("binance-spot")
    assert spot.model_copy(update={"description": ""}) == VenueProfile()
    assert isinstance(request_writer("venue:80", ("k", "s"), lambda: 0, spot), RequestWriter)


@pytest.mark.parametrize("name", profile_names())
def test_every_profile_is_one_file_that_says_what_it_is(name: str) -> None:
    assert profile(name).profile == name
    assert profile(name).description


def test_a_venue_with_other_paths_headers_and_windows_is_asked_so() -> None:
    venue = VenueProfile(base_path="/spot/v1", key_header="X-KEY", recv_window_ms=2000)
    target, headers = written(venue)
    assert target.startswith("POST /spot/v1/order?symbol=BTCUSDT&side=BUY&timestamp=1760000000123&recvWindow=2000&sig")
    assert headers == ["Host: venue:80", "X-KEY: key", "Content-Length: 0"]
    public, headers = written(venue, request=Request("GET", "/api/v3/exchangeInfo", "", False, ""))
    assert (public, headers) == ("GET /spot/v1/exchangeInfo", ["Host: venue:80"])


def test_only_the_window_differs_from_what_the_fast_writer_signs() -> None:
    # With no window and the default header, the profiled path must sign byte for byte what the fast one does.
    fast = RequestWriter("venue:80", "key", "secret", lambda: 1_760_000_000_123_456_789).signed("a=1")
    other, _ = written(VenueProfile(key_header="X-KEY"), request=ORDER._replace(query="a=1"))
    assert other == f"POST /api/v3/order?{fast}"


def _verify_ed25519(signature: bytes, payload: bytes) -> None:
    ED25519.public_key().verify(signature, payload)


def _verify_rsa(signature: bytes, payload: bytes) -> None:
    RSA.public_key().verify(signature, payload, padding.PKCS1v15(), hashes.SHA256())


@pytest.mark.parametrize(
    ("signing", "key", "verify"), [("ed25519", ED25519, _verify_ed25519), ("rsa", RSA, _verify_rsa)]
)
def test_keys_sign_all_that_stands_before_the_signature(
    signing: Signing,
    key: ed25519.Ed25519PrivateKey | rsa.RSAPrivateKey,
    verify: Callable[[bytes, bytes], None],
) -> None:
    target, _ = written(VenueProfile(signing=signing), pem(key))
    payload, _, signature = target.partition("?")[2].partition("&signature=")
    assert dict(parse_qsl(payload))["timestamp"] == "1760000000123"
    verify(base64.b64decode(unquote(signature)), payload.encode())  # raises where it is another's
    assert not set("+/=") & set(signature)


@pytest.mark.parametrize(
    ("signing", "secret", "told"),
    [("ed25519", "-----BEGIN nonsense", "must be a private key in PEM"), ("rsa", pem(ED25519), "of another kind")],
)
def test_a_secret_that_cannot_sign_is_refused_and_not_shown(signing: Signing, secret: str, told: str) -> None:
    with pytest.raises(InvalidTarget, match=told) as refused:
        written(VenueProfile(signing=signing), secret)
    assert secret not in str(refused.value)


def test_a_key_may_be_given_as_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "key.pem"
    file.write_text(pem(ED25519), encoding="utf-8")
    monkeypatch.setenv("BROWNOUT_KEY", "key")
    monkeypatch.setenv("BROWNOUT_SECRET", str(file))
    assert account_from_environment(VenueProfile(signing="ed25519")).secret == pem(ED25519)
    monkeypatch.setenv("BROWNOUT_SECRET", str(tmp_path / "nowhere.pem"))
    with pytest.raises(InvalidTarget, match="or the path of its file: FileNotFoundError"):
        account_from_environment(VenueProfile(signing="ed25519"))


SCENARIO = """
name: elsewhere
target: {kind: url, url: "http://127.0.0.1:1", venue: {%s}}
traffic:
  mix: {order.place: 3, order.query: 1}
  phases: [%s]
stop_when: never
"""
STEADY = "{name: steady, for: 10s, open: {rate: 50/s}}"
SWEEP = "{name: sweep, each: 1s, closed: {users: [1, 2]}}"


def scenario(tmp_path: Path, venue: str, phases: str = STEADY) -> VenueProfile:
    file = tmp_path / "elsewhere.yaml"
    file.write_text(SCENARIO % (venue, phases), encoding="utf-8")
    return load_scenario(str(file)).target.venue


def test_traders_are_taken_for_the_heaviest_that_they_may_ask(tmp_path: Path) -> None:
    venue = VenueProfile(weights={Operation.BOOK_READ: 25, Operation.ORDER_QUERY: 4})
    file = tmp_path / "traders.yaml"
    file.write_text(
        f"{{name: t, traffic: {{traders: {{reader: 1, retail: 3}}, phases: [{STEADY}]}}, stop_when: never}}"
    )
    assert weight_of_an_arrival(load_scenario(str(file)).traffic, venue) == (25 + 3 * 4) / 4


def test_a_scenario_names_a_profile_and_what_is_otherwise(tmp_path: Path) -> None:
    venue = scenario(tmp_path, "profile: binance-spot-testnet, recv_window_ms: 500, weights: {order.query: 2}")
    assert (venue.profile, venue.keep_within_limits, venue.recv_window_ms) == ("binance-spot-testnet", True, 500)
    assert venue.weights == VenueProfile().weights | {"order.query": 2}


@pytest.mark.parametrize(
    ("venue", "phases", "told"),
    [
        ("profile: binance-spit", STEADY, "target.venue.profile: 'binance-spit' is not a venue profile; there are"),
        ("signing: md5", STEADY, "target.venue.signing: 'md5'"),
        ("key_heder: X", STEADY, "target.venue.key_heder: is not a setting; did you mean 'key_header'?"),
        ("keep_within_limits: true, weight_per_minute: 5000", STEADY, "weighs 5,250 a minute"),
        ("keep_within_limits: true", SWEEP, "closed.users: [1, 2] have no rate: the venue's limit cannot be kept"),
        ("keep_within_limits: true", f"{SWEEP}, {STEADY.replace('50/s', '50% of capacity')}", "has no bound"),
    ],
)  # fmt: skip
def test_a_scenario_is_told_what_its_venue_does_not_take(tmp_path: Path, venue: str, phases: str, told: str) -> None:
    with pytest.raises(InvalidScenario) as refused:
        scenario(tmp_path, venue, phases)
    assert told in str(refused.value)


def test_a_limit_that_is_not_to_be_kept_is_measured_instead(tmp_path: Path) -> None:
    # 50/s of which a quarter are queries weigh 50 * 60 * (3 * 1 + 1 * 4) / 4 = 5,250 a minute.
    assert scenario(tmp_path, "weight_per_minute: 5000").weight_per_minute == 5000
    assert scenario(tmp_path, "weight_per_minute: 5250, keep_within_limits: true").keep_within_limits


def test_questions_about_orders_take_half_of_the_limit() -> None:
    assert VenueProfile().queries_per_s == 6000 / 60 / 2 / 4
    assert VenueProfile(weight_per_minute=None).queries_per_s is None


def test_a_venue_is_not_for_our_own_exchange(tmp_path: Path) -> None:
    file = tmp_path / "own.yaml"
    file.write_text(
        (SCENARIO % ("profile: binance-spot", STEADY)).replace('kind: url, url: "http://127.0.0.1:1"', "kind: embedded")
    )
    with pytest.raises(InvalidScenario, match=r"target\.venue: 'binance-spot' cannot be given where the kind is"):
        load_scenario(str(file))


def test_ccxt_sends_no_traces(tmp_path: Path) -> None:
    file = tmp_path / "traced.yaml"
    traced = (SCENARIO % ("", STEADY)).replace("traffic:", "traffic:\n  ccxt: binance\n  traces: 0.1")
    file.write_text(traced, encoding="utf-8")
    with pytest.raises(InvalidScenario, match=r"traffic\.traces: 0\.1 cannot be given with ccxt"):
        load_scenario(str(file))
