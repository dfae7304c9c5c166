"""What plain Locust's UI shows beside Locust's own statistics: response against service times, and its generators.

Only ``scenarios/locustfile.py`` uses it; ``brownout run`` stores samples instead. Importing the package imports no
Locust, which patches the whole process: only ``wiring`` does.
"""
