"""Drafts in Word's .docx files."""

from assistant.drafts.word.reader import read_word

__all__ = ["read_word"]
