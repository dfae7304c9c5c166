"""The load client: bytes to the venue and back as fast as one core can, and what the replies mean."""

from scenarios.client.classify import Meaning, Reply, meaning_of_reply, outcome_of_failure
from scenarios.client.counts import CallCounts
from scenarios.client.failures import CallFailed
from scenarios.client.tracing import TraceHeaders
from scenarios.client.venue import Client, VenueClient, venue_client

__all__ = [
    "CallCounts",
    "CallFailed",
    "Client",
    "Meaning",
    "Reply",
    "TraceHeaders",
    "VenueClient",
    "meaning_of_reply",
    "outcome_of_failure",
    "venue_client",
]
