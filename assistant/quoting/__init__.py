"""Paragraphs made of quotes: which sentences can be quoted, how each is set, and in which order."""
