"""Reports: what the judge found, for people (HTML, Markdown) and for machines (JUnit). Decides nothing.

``write_reports`` writes all three into a run folder; ``write_pictures`` draws a judged run for another page. Facts are
computed once, by the sections, and rendered twice.
"""

from slo.report.writing import compose, read_evidence, write_pictures, write_reports

__all__ = ["compose", "read_evidence", "write_pictures", "write_reports"]
