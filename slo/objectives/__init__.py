"""Objectives: OpenSLO v1 documents whose queries are predicates over samples."""

from slo.objectives.library import library_file, library_files
from slo.objectives.loading import load_objectives
from slo.objectives.model import GroupColumn, Indicator, Objective
from slo.objectives.query import Predicate, QueryError, parse_predicate

__all__ = [
    "GroupColumn",
    "Indicator",
    "Objective",
    "Predicate",
    "QueryError",
    "library_file",
    "library_files",
    "load_objectives",
    "parse_predicate",
]
