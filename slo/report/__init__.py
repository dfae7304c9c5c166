"""Reports: what the judge found, for people (HTML, Markdown) and for machines (JUnit). Decides nothing.

``write_reports`` writes all three into a run folder. Facts are computed once, by the sections, and rendered twice.
"""

from slo.report.writing import compose, write_reports

__all__ = ["compose", "write_reports"]
