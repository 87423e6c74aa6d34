"""Drafts in files."""

import sys
from pathlib import Path

from assistant.drafts.document import document_of
from assistant.drafts.word import read_word
from assistant.errors import InputError
from assistant.library.sources.content import Content
from assistant.library.sources.decoding import BinaryContentError
from assistant.types import Document, MarkupName

MOST_BYTES = 20_000_000
"""Of a draft; books have a tenth of that."""
_MARKUPS: dict[str, MarkupName] = {
    ".md": "markdown", ".markdown": "markdown", ".mdown": "markdown", ".mkd": "markdown", ".mkdn": "markdown",
    ".qmd": "markdown", ".rmd": "markdown", ".tex": "latex", ".ltx": "latex", ".latex": "latex", ".txt": "text",
    ".text": "text", ".docx": "word", ".docm": "word", ".dotx": "word",
}  # fmt: skip
_OTHERS = {
    ".doc": "save it as .docx", ".odt": "save it as .docx", ".rtf": "save it as .docx", ".pages": "export it as .docx",
    ".pdf": "give the file that it was made from", ".bib": "it is a bibliography; name the draft that cites from it",
    **dict.fromkeys(
        (".html", ".htm", ".rst", ".org", ".adoc", ".typ", ".ipynb", ".epub"),
        "convert it first: pandoc FILE -t markdown -o draft.md",
    ),
}  # fmt: skip
_LATEX = ("\\documentclass", "\\begin{document}", "\\section{", "\\citep{", "\\citet{")


def read_document(path: Path, markup: MarkupName | None = None) -> Document:
    """Read a draft from a file, or from standard input when the path is `-`.

    Args:
        path: The file.
        markup: How it is written; None to tell from its name, and of one without a known ending from what is in it.

    Raises:
        InputError: The file cannot be read as a draft; the message says why and what to do.
    """
    name = str(path)
    content = _bytes(path)
    known = markup or _MARKUPS.get(path.suffix.lower())
    if known is None and path.suffix.lower() in _OTHERS:
        raise InputError(f"{name} is no Markdown, LaTeX, text or .docx; {_OTHERS[path.suffix.lower()]}")
    if known == "word" or (known is None and content.startswith(b"PK\x03\x04")):
        return read_word(content, name)
    text = _text(content, name)
    return document_of(text, name=name, markup=known or ("latex" if any(one in text for one in _LATEX) else "markdown"))


def _bytes(path: Path) -> bytes:
    try:
        if str(path) == "-":
            content = sys.stdin.buffer.read(MOST_BYTES + 1)
        elif path.is_dir():
            raise InputError(f"{path} is a folder; name the file with the draft")
        else:
            with path.open("rb") as file:
                content = file.read(MOST_BYTES + 1)
    except FileNotFoundError as error:
        raise InputError(f"there is no file {path}; look at the name, or give - to read from standard input") from error
    except (OSError, ValueError) as error:
        raise InputError(f"cannot read {path}: {getattr(error, 'strerror', None) or error}") from error
    if len(content) > MOST_BYTES:
        raise InputError(f"{path} is larger than {MOST_BYTES // 1_000_000} MB, which no draft is; name the right file")
    return content


def _text(content: bytes, name: str) -> str:
    try:
        return Content.of_bytes(content).text()
    except BinaryContentError as error:
        what = str(error).split(";", maxsplit=1)[0]
        raise InputError(f"{name} is {what}; give a draft in Markdown, LaTeX, plain text or .docx") from error
