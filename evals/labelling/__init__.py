"""Labelling statement and citation pairs at a terminal, and how far two people agree."""
