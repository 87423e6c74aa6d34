"""The library of papers: the SQLite file that is the truth, and what reads into it."""
