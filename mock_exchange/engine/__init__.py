"""The state machine: commands in, events out. No clock, no I/O.

The same commands give the same events, byte for byte.
"""
