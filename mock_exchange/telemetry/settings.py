"""What is told to whom: the file's section, and what it leaves open from OpenTelemetry's environment variables.

Sources: OpenTelemetry specification, environment variables and OTLP exporter configuration. The variables that only
concern the way to the collector (headers, timeout, compression, certificates) are read by its exporters.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from mock_exchange.config import TelemetryConfig
from mock_exchange.telemetry.sampling import Sampling

_SERVICE_NAME = "mock_exchange"
_SPANS_WAITING_MAX = 8192
"""Some seconds of a busy exchange, where a hundredth of it is traced; about 16 MB."""
_INTERVAL_MS = 60_000
"""Between two exports of metrics, as in OpenTelemetry's specification."""
_SAMPLERS = {
    "always_on": (False, 1.0),
    "always_off": (False, 0.0),
    "traceidratio": (False, None),
    "parentbased_always_on": (True, 1.0),
    "parentbased_always_off": (True, 0.0),
    "parentbased_traceidratio": (True, None),
}
"""Whether the caller decides where there is one, and the share of the rest (None: the sampler's argument)."""


@dataclass(frozen=True, slots=True)
class TelemetrySettings:
    """What ``settled`` found."""

    counts_durations: bool
    traces_to: str | None
    """URL; None sends nothing."""
    metrics_to: str | None
    service_name: str
    sampling: Sampling
    interval_ms: int
    spans_waiting_max: int


def settled(config: TelemetryConfig, environment: Mapping[str, str]) -> TelemetrySettings:
    """The file decides, then the environment, then the defaults. ValueError names the variable that is wrong."""
    return TelemetrySettings(
        counts_durations=config.metrics,
        traces_to=_address(config, environment, "traces"),
        metrics_to=_address(config, environment, "metrics"),
        service_name=config.service_name or environment.get("OTEL_SERVICE_NAME") or _SERVICE_NAME,
        sampling=_sampling(config, environment),
        interval_ms=_interval_ms(config, environment),
        spans_waiting_max=config.spans_waiting_max
        or _number(environment, "OTEL_BSP_MAX_QUEUE_SIZE", _SPANS_WAITING_MAX, "how many spans may wait"),
    )


def _address(config: TelemetryConfig, environment: Mapping[str, str], signal: str) -> str | None:
    """OTLP over HTTP has a path for each signal, below the endpoint unless a whole address is given for it."""
    own = _url(environment, f"OTEL_EXPORTER_OTLP_{signal.upper()}_ENDPOINT")
    if config.endpoint is None and _is_off(environment, signal):
        return None
    if config.endpoint is None and own:
        return own
    endpoint = config.endpoint or _url(environment, "OTEL_EXPORTER_OTLP_ENDPOINT")
    if not endpoint:
        return None
    _require_http(config, environment)
    return f"{endpoint.rstrip('/')}/v1/{signal}"


def _url(environment: Mapping[str, str], name: str) -> str | None:
    """Held to the same rule as the file's endpoint."""
    text = environment.get(name)
    if text and not text.startswith(("http://", "https://")):
        raise ValueError(f"{name}: {text!r}: an endpoint begins with http:// or https://, as http://127.0.0.1:4318")
    return text


def _is_off(environment: Mapping[str, str], signal: str) -> bool:
    disabled = environment.get("OTEL_SDK_DISABLED", "").lower() == "true"
    return disabled or environment.get(f"OTEL_{signal.upper()}_EXPORTER", "").lower() == "none"


def _require_http(config: TelemetryConfig, environment: Mapping[str, str]) -> None:
    name = "OTEL_EXPORTER_OTLP_PROTOCOL"
    protocol = environment.get(name) or "http/protobuf"
    if config.endpoint is None and protocol != "http/protobuf":
        raise ValueError(f"{name}: {protocol!r}: only http/protobuf is spoken here; the usual port for it is 4318")


def _sampling(config: TelemetryConfig, environment: Mapping[str, str]) -> Sampling:
    name = environment.get("OTEL_TRACES_SAMPLER") or "parentbased_always_on"
    if name not in _SAMPLERS:
        raise ValueError(f"OTEL_TRACES_SAMPLER: {name!r}: the samplers are {', '.join(_SAMPLERS)}")
    follows_parent, share = _SAMPLERS[name]
    if config.traces is not None:
        share = config.traces
    elif share is None:
        share = _share(environment)
    return Sampling(share, follows_parent if config.follow_parent is None else config.follow_parent)


def _share(environment: Mapping[str, str]) -> float:
    name = "OTEL_TRACES_SAMPLER_ARG"
    text = environment.get(name) or "1.0"
    try:
        share = float(text)
    except ValueError:
        share = -1.0
    if not 0 <= share <= 1:
        raise ValueError(f"{name}: {text!r}: the share of traces that is kept is a number from 0 to 1")
    return share


def _interval_ms(config: TelemetryConfig, environment: Mapping[str, str]) -> int:
    if config.metrics_interval is not None:
        return max(1, config.metrics_interval // 1_000_000)
    return _number(environment, "OTEL_METRIC_EXPORT_INTERVAL", _INTERVAL_MS, "an interval in milliseconds")


def _number(environment: Mapping[str, str], name: str, default: int, what: str) -> int:
    text = environment.get(name) or str(default)
    if not (text.isascii() and text.isdigit() and int(text)):
        raise ValueError(f"{name}: {text!r}: {what} is a whole number, at least 1")
    return int(text)
