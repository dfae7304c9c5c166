"""The weather: fault kinds, the fault proxy, and the conductor that applies faults and heals them."""
