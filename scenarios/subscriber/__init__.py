"""A process that listens: market streams and user data, age, sequence and silence.

It sends no orders and shares no loop with whoever does, so that a flood of events makes no arrival late. ``sequences``,
``book``, ``tally`` and ``streams`` are pure; ``connection`` and ``drive`` hold sockets and clocks.
"""
