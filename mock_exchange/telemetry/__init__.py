"""What the exchange tells of itself while it serves: metrics to be scraped, and metrics and traces to a collector.

Counting is done in plain integers once per batch of replies, after they were written; OpenTelemetry meets these
numbers only when somebody asks for them.
"""
