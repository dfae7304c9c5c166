"""The process that makes the traffic: ``python -m scenarios.generator PLAN.json``.

Reads a ``GeneratorPlan``, drives the venue through Locust, writes samples, and says on standard output what goes on:
one JSON object a line, ``ready``, ``counted``, ``progress`` and last ``done``. What concerns all workers of the run it
is told on standard input: time zero, and the rates that follow from the capacity that they measured together.
"""
