"""Faults of meaning: what the exchange does wrong on purpose, held under a lease by whoever ordered it.

The exchange is honest until told otherwise on its admin port, and is so again as soon as a fault is lifted, by its
owner or because nobody has renewed its lease.
"""
