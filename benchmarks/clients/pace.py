"""How the steady users of Locust behave: known to them, and to whoever works out what they ought to have measured."""

PER_USER_PER_S = 10
TIMEOUT_S = 0.5
