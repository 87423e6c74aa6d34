"""The log of a run as a JSON document, and back."""

from evals.log.reading import read
from evals.log.writing import document, to_bytes, to_json, totals

__all__ = ["document", "read", "to_bytes", "to_json", "totals"]
