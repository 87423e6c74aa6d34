"""Read BibTeX and BibLaTeX; bibtexparser finds the blocks, so that a malformed one loses only itself."""

import datetime as dt
import logging
import re
from collections.abc import Iterator, Mapping
from typing import Any

from assistant.library.readers.bibtex_fields import Entry, month_macros, read_value, record, split_run_on
from assistant.library.readers.content import Content
from assistant.types import Record, Skipped

_BLOCK_START = re.compile(r"^[ \t]*@[ \t]*[A-Za-z]+[ \t]*(?:\r?\n)?[ \t]*[{(]", re.MULTILINE)
_ENTRY_ON_SAME_LINE = re.compile(r"(?<=[}\"),])[ \t]*(?=@[A-Za-z]+[ \t]*\{[^\s{}=,\"]+,)")
_STRAY_FIELD = re.compile(r"^[ \t]*,?[ \t]*[A-Za-z][\w-]*[ \t]*=[ \t]*[{\"\d]", re.MULTILINE)
_NO_KEY = re.compile(
    r"^([ \t]*@(?!string\b|comment\b|preamble\b)[a-z]+[ \t]*\{)(?=\s*[a-z]+[ \t]*=[ \t]*[{\"])",
    re.IGNORECASE | re.MULTILINE,
)
_SHOWN = 60


class BibtexReader:
    """BibTeX and BibLaTeX."""

    name = "bibtex"

    def sniff(self, content: Content) -> bool:
        """Look for a line that begins an entry."""
        return _BLOCK_START.search(content.head) is not None

    def read(self, content: Content, *, source: str, saved: dt.date) -> Iterator[Record | Skipped]:  # noqa: ARG002 - because all readers have one signature
        """Yield the entries in the order of the file; `@string` is resolved, comments are passed over."""
        text = _NO_KEY.sub(r"\1,", content.text().replace("\r\n", "\n").replace("\r", "\n"))
        blocks = list(_blocks(text, first_line=1))
        macros = _macros(block for _, block in blocks)
        for line, block in blocks:
            yield from _read_block(block, macros, source=source, line=line)


def _blocks(text: str, first_line: int) -> Iterator[tuple[int, Any]]:
    """Every block of bibtexparser's model with its line; a failed one is tried again in pieces."""
    from bibtexparser.entrypoint import parse_string
    from bibtexparser.model import ParsingFailedBlock

    # What its log would say of a bad block reaches the user as something skipped.
    logging.getLogger("bibtexparser").setLevel(logging.CRITICAL)
    for block in parse_string(text, parse_stack=[]).blocks:
        line = first_line + (block.start_line or 0)
        if isinstance(block, ParsingFailedBlock) and block.ignore_error_block is None:
            yield from _failed_blocks(block, line)
        elif isinstance(block, ParsingFailedBlock):
            yield line, _innermost(block)
        else:
            yield line, block


def _innermost(block: Any) -> Any:  # noqa: ANN401 - because bibtexparser is not typed
    """The entry inside bibtexparser's complaints of a repeated key or field; both are kept."""
    while getattr(block, "ignore_error_block", None) is not None:
        block = block.ignore_error_block
    return block


def _failed_blocks(block: Any, line: int) -> Iterator[tuple[int, Any]]:  # noqa: ANN401 - as above
    """A block that could not be parsed, without entries it swallowed that begin in the middle of a line."""
    pieces = _ENTRY_ON_SAME_LINE.split(block.raw or "")
    if len(pieces) == 1:
        yield line, block
        return
    for piece in pieces:
        yield from _blocks(piece, line)
        line += piece.count("\n")


def _macros(blocks: Iterator[Any]) -> dict[str, str]:
    from bibtexparser.model import String

    macros = month_macros()
    for block in blocks:
        if isinstance(block, String):
            macros[block.key.lower()] = read_value(block.value, macros)
    return macros


def _read_block(block: Any, macros: Mapping[str, str], *, source: str, line: int) -> Iterator[Record | Skipped]:  # noqa: ANN401 - because bibtexparser is not typed
    from bibtexparser.model import Entry as ParsedEntry
    from bibtexparser.model import ImplicitComment, ParsingFailedBlock

    if isinstance(block, ParsedEntry):
        entry = _entry(block, macros)
        found = record(entry, source=source, line=line)
        reason = f"entry {entry.key!r} has no title; add one to its title field"
        yield found or Skipped(source=source, line=line, reason=reason)
    elif isinstance(block, ParsingFailedBlock):
        start = " ".join((block.raw or "").split())[:_SHOWN]
        why = " ".join(str(getattr(block.error, "abort_reason", block.error)).split()).rstrip(".")
        reason = f"entry {start!r} is malformed: {why}. Check its braces, quotes and commas"
        yield Skipped(source=source, line=line, reason=reason)
    elif isinstance(block, ImplicitComment) and _STRAY_FIELD.search(block.comment):
        start = " ".join(block.comment.split())[:_SHOWN]
        reason = f"fields outside of any entry: {start!r}. Look for a closing brace too many above"
        yield Skipped(source=source, line=line, reason=reason)


def _entry(block: Any, macros: Mapping[str, str]) -> Entry:  # noqa: ANN401 - because bibtexparser is not typed
    fields = [pair for field in block.fields for pair in split_run_on(field.key, field.value)]
    return Entry(
        entry_type=block.entry_type,
        key=block.key.strip(),
        fields=tuple((name.lower(), read_value(raw, macros)) for name, raw in fields),
    )
