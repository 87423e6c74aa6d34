"""Readers of labelled pairs of a statement and its evidence, a module per format."""

from evals.judging.pairs.opening import open_pairs

__all__ = ["open_pairs"]
