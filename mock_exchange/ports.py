"""Where an exchange listens."""

from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Ports:
    """Where to listen; 0 is any free port."""

    host: str = "127.0.0.1"
    rest: int = 8080
    ws: int = 9443
    admin: int = 8081
    metrics: int = 9464


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where it listens: URLs."""

    rest: str
    ws: str
    admin: str
    metrics: str

    def as_mapping(self) -> dict[str, str]:
        return asdict(self)
