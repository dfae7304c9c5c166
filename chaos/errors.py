"""What can go wrong with a fault, by meaning. The target's failures are data and are not in here."""


class ChaosError(Exception):
    """Anything that the weather has to complain about."""


class InvalidFault(ChaosError):
    """A fault as written breaks a rule. ``field`` is the path within the fault, such as ``with.latency_ms``."""

    def __init__(self, field: str, value: object, rule: str) -> None:
        super().__init__(f"{field}: {value!r} {rule}")
        self.field = field
        self.value = value
        self.rule = rule


class CannotApply(ChaosError):
    """A fault could not be brought about: its process is gone, its proxy is away, there is nothing to act on."""


class CannotHeal(ChaosError):
    """A fault may still be in force; whoever holds it lifts it when its lease ends or its owner is gone."""
