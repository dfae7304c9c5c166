"""What this machine can generate before it starts to lie: a ladder of rates against a responder that is no limit."""

from scenarios.calibration.ladder import highest
from scenarios.calibration.step import FIRST_RATE_PER_S, Step, Terms, measured

__all__ = ["FIRST_RATE_PER_S", "Step", "Terms", "highest", "measured"]
