"""From the words of the configuration to the policy, and to what the shed are told."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from mock_exchange.admission import AdmissionQueue
from mock_exchange.admission.bounded_age import BoundedAge
from mock_exchange.admission.bounded_length import BoundedLength
from mock_exchange.admission.cancels_first import CancelsFirst
from mock_exchange.admission.unbounded import Unbounded
from mock_exchange.config import QueueConfig
from mock_exchange.gateway.errors import OVERLOADED, THROTTLED, UNAVAILABLE
from mock_exchange.service_time import ServiceTime

_SHED_BODIES: Final[Mapping[str, bytes]] = MappingProxyType(
    {"overloaded": OVERLOADED, "throttled": THROTTLED, "unavailable": UNAVAILABLE}
)


def new_queue(config: QueueConfig, service_time: ServiceTime | None) -> AdmissionQueue:
    """``service_time`` is None where it is what this host takes."""
    if config.policy == "none":
        return Unbounded()
    if config.policy == "length":
        return BoundedLength(config.length)
    if config.policy == "age":
        return BoundedAge(config.budget, config.length, service_time.mean_ns if service_time is not None else None)
    return CancelsFirst(config.length, config.length_for_cancels or 2 * config.length, config.cancels_in_a_row)


def shed_body(config: QueueConfig) -> bytes:
    return _SHED_BODIES[config.reply]
