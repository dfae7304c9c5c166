"""The process that makes the traffic: ``python -m scenarios.generator PLAN.json``.

Reads a ``GeneratorPlan``, drives the venue through Locust, writes samples, and says on standard output what goes on:
one JSON object a line, ``ready``, ``rate``, ``progress`` and last ``done``.
"""
