"""What is told to whom: the file, then OpenTelemetry's variables, then the defaults."""

import pytest

from mock_exchange.config import TelemetryConfig
from mock_exchange.telemetry.settings import settled

ENDPOINT = {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://collector:4318/"}


def test_without_an_endpoint_nothing_is_sent() -> None:
    settings = settled(TelemetryConfig(), {})
    assert (settings.traces_to, settings.metrics_to) == (None, None)
    assert (settings.service_name, settings.counts_durations) == ("mock_exchange", True)


def test_both_signals_have_a_path_below_the_endpoint() -> None:
    settings = settled(TelemetryConfig(), ENDPOINT)
    assert settings.traces_to == "http://collector:4318/v1/traces"
    assert settings.metrics_to == "http://collector:4318/v1/metrics"


def test_the_file_decides_before_the_environment() -> None:
    config = TelemetryConfig(endpoint="http://file:1", service_name="venue", traces=0.25, follow_parent=False)
    environment = ENDPOINT | {"OTEL_SERVICE_NAME": "other", "OTEL_TRACES_SAMPLER": "always_on"}
    settings = settled(config, environment)
    assert (settings.traces_to, settings.service_name) == ("http://file:1/v1/traces", "venue")
    assert (settings.sampling.share, settings.sampling.follows_parent) == (0.25, False)


def test_a_signal_can_have_an_address_of_its_own_or_none() -> None:
    own = {"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://traces/here"}
    settings = settled(TelemetryConfig(), ENDPOINT | own | {"OTEL_METRICS_EXPORTER": "none"})
    assert (settings.traces_to, settings.metrics_to) == ("http://traces/here", None)
    assert settled(TelemetryConfig(), ENDPOINT | {"OTEL_SDK_DISABLED": "true"}).traces_to is None


@pytest.mark.parametrize(
    ("sampler", "argument", "share", "follows_parent"),
    [
        ("", "", 1.0, True),
        ("always_on", "", 1.0, False),
        ("always_off", "", 0.0, False),
        ("traceidratio", "0.1", 0.1, False),
        ("parentbased_always_off", "", 0.0, True),
        ("parentbased_traceidratio", "0.01", 0.01, True),
    ],
)
def test_the_samplers_of_the_specification_are_known(
    sampler: str, argument: str, share: float, follows_parent: bool
) -> None:
    environment = {"OTEL_TRACES_SAMPLER": sampler, "OTEL_TRACES_SAMPLER_ARG": argument}
    sampling = settled(TelemetryConfig(), environment).sampling
    assert (sampling.share, sampling.follows_parent) == (share, follows_parent)


@pytest.mark.parametrize(
    ("name", "value", "others"),
    [
        ("OTEL_TRACES_SAMPLER", "sometimes", {}),
        ("OTEL_TRACES_SAMPLER_ARG", "half", {"OTEL_TRACES_SAMPLER": "traceidratio"}),
        ("OTEL_TRACES_SAMPLER_ARG", "2", {"OTEL_TRACES_SAMPLER": "traceidratio"}),
        ("OTEL_METRIC_EXPORT_INTERVAL", "1s", {}),
        ("OTEL_BSP_MAX_QUEUE_SIZE", "0", {}),
        ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc", ENDPOINT),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "localhost:4318", {}),
        ("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", "localhost:4318/v1/metrics", ENDPOINT),
    ],
)
def test_a_variable_that_is_wrong_is_named_with_its_value(name: str, value: str, others: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=name) as refused:
        settled(TelemetryConfig(), {name: value, **others})
    assert repr(value) in str(refused.value)
