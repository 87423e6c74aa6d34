"""Reading drafts that somebody wrote: Markdown, LaTeX, plain text and Word, to sentences and what each one cites."""

from assistant.drafts.document import document_of
from assistant.drafts.files import read_document

__all__ = ["document_of", "read_document"]
