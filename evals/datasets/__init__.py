"""Readers of data sets, a module per format; each has `read(path) -> Dataset`."""

from evals.datasets.opening import FORMATS, open_dataset

__all__ = ["FORMATS", "open_dataset"]
