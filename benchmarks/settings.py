"""How long and how often to measure."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Settings:
    """For the record, five rounds of four seconds at least; fewer only show that a benchmark works."""

    rounds: int = 5
    seconds: int = 4
    warm_up_seconds: int = 2
    connections: int = 16

    def record(self) -> dict[str, float | int | str]:
        return {
            "rounds": self.rounds,
            "seconds": self.seconds,
            "warm_up_seconds": self.warm_up_seconds,
            "connections": self.connections,
        }
