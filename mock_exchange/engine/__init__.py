"""The state machine: commands in, events out. No clock, no I/O; the same commands give the same events, byte for byte."""
