"""Readers of what other systems answered, a module per format; each has `read(path) -> Outputs`."""

from evals.outputs.opening import FORMATS, open_outputs

__all__ = ["FORMATS", "open_outputs"]
