"""From a draft's text to a document."""

import re
from dataclasses import replace

from assistant.drafts.latex import read_latex
from assistant.drafts.markdown import read_markdown
from assistant.drafts.plain import read_plain
from assistant.types import Document, MarkupName, Trouble

INVISIBLE = re.compile(r"[\x00\ufeff]")
"""What is read as if it were not there."""


def source_of(text: str) -> str:
    r"""A draft's text as offsets count in it: line ends are `\n`, and NUL and byte order marks are left out."""
    return INVISIBLE.sub("", text).replace("\r\n", "\n").replace("\r", "\n")


def document_of(text: str, *, name: str, markup: MarkupName) -> Document:
    r"""Read a draft that is in memory; whatever the text is, no exception is raised.

    Args:
        text: The draft; `source_of` it is the document's source.
        name: What messages call it, as a path.
        markup: How it is written; of `word`, the text that was read from the file.
    """
    source = source_of(text)
    try:
        if markup == "markdown":
            return read_markdown(source, name)
        if markup == "latex":
            return read_latex(source, name)
    except RecursionError:
        what = "the markup is nested too deeply, here or below, and the draft was read as plain text; simplify it"
        return replace(read_plain(source, name, markup), troubles=(Trouble(line=1, what=what),))
    return read_plain(source, name, markup)
