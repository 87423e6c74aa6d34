"""Drafting questions from a library: by patterns, or with a chat model, to be edited by hand."""
