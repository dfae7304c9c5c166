"""Venues with the Binance Spot dialect: each is one YAML file beside this one, which says how it differs.

A new venue of this dialect is one more file; nothing here asks which it has.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, JsonValue

from scenarios.errors import ScenariosError, broken_rule
from slo.history import Operation

FOLDER = Path(__file__).parent
DEFAULT = "binance-spot"
BASE_PATH = "/api/v3"
"""What the operations write; a venue's own stands in its place."""
Signing = Literal["hmac", "ed25519", "rsa"]


class VenueProfile(BaseModel):
    """How a venue wants to be asked. The defaults are Binance Spot's.

    Sources: Binance Spot REST API, "General API Information", "Request Security" and the weights of its endpoints
    (2026-07).
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    profile: str = DEFAULT
    """The file that the other values are from, where they are not written."""
    description: str = ""
    base_path: Annotated[str, Field(pattern=r"^(/[A-Za-z0-9._-]+)*$")] = BASE_PATH
    key_header: Annotated[str, Field(pattern=r"^[A-Za-z0-9-]{1,64}$")] = "X-MBX-APIKEY"
    recv_window_ms: Annotated[int, Field(ge=1, le=60_000)] | None = None
    """How old a signed request may be; None leaves it to the venue."""
    signing: Signing = "hmac"
    """What ``BROWNOUT_SECRET`` is: a secret, or a private key in PEM or the path of its file."""
    weight_per_minute: Annotated[int, Field(ge=1)] | None = 6000
    """What one address may ask; None where there is no limit."""
    weights: dict[Operation, Annotated[int, Field(ge=0)]] = {
        Operation.ORDER_PLACE: 1,
        Operation.ORDER_CANCEL: 1,
        Operation.ORDER_QUERY: 4,
        Operation.BOOK_READ: 5,
        Operation.ACCOUNT_READ: 20,
        Operation.TICKER_READ: 2,
    }
    keep_within_limits: bool = False
    """Whether a scenario that would ask for more than the limit is refused; otherwise being throttled is measured."""

    @property
    def queries_per_s(self) -> float | None:
        """How many questions about orders may be asked at half of the limit; None: as many as are answered."""
        weight = self.weights.get(Operation.ORDER_QUERY, 0)
        return None if self.weight_per_minute is None or not weight else self.weight_per_minute / 60 / 2 / weight


OUR_EXCHANGE = VenueProfile(
    description="The mock exchange, without limits unless it is given some.", weight_per_minute=None
)


def profile_names() -> list[str]:
    """What there is."""
    return sorted(file.stem for file in FOLDER.glob("*.yaml"))


@cache
def profile(name: str) -> VenueProfile:
    """The profile of a file. Raises ScenariosError where there is none of this name."""
    if name not in profile_names():
        raise ScenariosError(f"is not a venue profile; there are {', '.join(profile_names())}")
    written = yaml.safe_load((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))
    return VenueProfile.model_validate({"profile": name, **written})


def _on_its_profile(written: object) -> object:
    """What is written, over the values of the profile that it names."""
    if not isinstance(written, Mapping):
        return written
    name = written.get("profile", DEFAULT)
    try:
        below = profile(str(name)).model_dump(mode="json")
    except ScenariosError as error:
        raise broken_rule("profile", name, str(error)) from error
    return {**below, **written, "weights": _merged(below["weights"], written.get("weights", {}))}


def _merged(below: Mapping[str, JsonValue], written: object) -> object:
    return {**below, **written} if isinstance(written, Mapping) else written


WrittenVenue = Annotated[VenueProfile, BeforeValidator(_on_its_profile)]

__all__ = ["BASE_PATH", "OUR_EXCHANGE", "VenueProfile", "WrittenVenue", "profile", "profile_names"]
