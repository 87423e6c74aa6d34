"""Drafts in LaTeX."""

from assistant.drafts.latex.reader import read_latex

__all__ = ["read_latex"]
