"""Generators on other hosts: how they join a run, agree with it on the time, and bring back what they measured.

``words`` is the protocol, ``keys`` and ``socket`` what it is spoken through; ``gathering`` is the run's side of it,
``agent`` a worker's.
"""
