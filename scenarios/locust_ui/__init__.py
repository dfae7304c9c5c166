"""What plain Locust's UI shows beside Locust's own statistics: response against service times, and its generators.

Only ``scenarios/locustfile.py`` uses it; ``brownout run`` stores samples instead.
"""

from scenarios.locust_ui.recorder import Recorder
from scenarios.locust_ui.stalls import StallWatch
from scenarios.locust_ui.wiring import extend

__all__ = ["Recorder", "StallWatch", "extend"]
