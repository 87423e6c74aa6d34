"""Drafts as LaTeX: text that is shown letter by letter, and nothing that comes from a paper is ever run."""
