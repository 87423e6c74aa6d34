"""Drafts in Markdown."""

from assistant.drafts.markdown.reader import read_markdown

__all__ = ["read_markdown"]
