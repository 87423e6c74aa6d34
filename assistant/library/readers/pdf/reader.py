"""Read what a paper's PDF says on its first page: title, authors, abstract, year, DOI and arXiv id."""

import datetime as dt
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO

from assistant.library.readers.pdf.front import believed_authors, believed_title, identifiers, year
from assistant.library.readers.pdf.layout import Page, joined, page_of
from assistant.library.readers.pdf.paper import abstract, authors, title_lines
from assistant.library.sources.content import Content
from assistant.types import Record, Skipped

_SIGNATURE, _WITHIN = b"%PDF-", 1024
_MOST_BYTES = 100 << 20
_MOST_SECONDS = 25.0
_MOST_ANSWER = 32 << 20
_CHUNK = 1 << 20
_ADD_BY_HAND = "add the paper by its DOI, or from BibTeX"
_REASONS = {
    "encrypted": f"an encrypted PDF; save it without its password, or {_ADD_BY_HAND}",
    "damaged": f"a damaged PDF; download it anew, or {_ADD_BY_HAND}",
    "memory": f"a PDF that needs more than 1 GiB of memory to open; {_ADD_BY_HAND}",
    "time": f"a PDF that takes more than {_MOST_SECONDS:.0f} seconds to open; {_ADD_BY_HAND}",
    "crash": f"a PDF that cannot be opened: it takes more than 1 GiB of memory or breaks what opens it; {_ADD_BY_HAND}",
    "large": f"a PDF of more than {_MOST_BYTES >> 20} MiB; {_ADD_BY_HAND}",
    "scanned": f"a PDF without text, perhaps a scan; run text recognition over it, or {_ADD_BY_HAND}",
    "untitled": f"a PDF on whose first page no title was found; {_ADD_BY_HAND}",
    "empty": f"a PDF without pages; download it anew, or {_ADD_BY_HAND}",
}

Answer = Mapping[str, Any]
"""What the program in `worker.py` prints."""


class PdfReader:
    """PDFs of papers."""

    name = "pdf"

    def __init__(self, opened: Callable[[BinaryIO], Answer] | None = None) -> None:
        """A reader of PDFs.

        Args:
            opened: Returns what `worker.py` prints of a file; None to start that program for each.
        """
        self._opened = opened or _answer

    def sniff(self, content: Content) -> bool:
        """Look for the signature, which may come after some bytes of a mail or a download."""
        return _SIGNATURE in content.signature[:_WITHIN]

    def read(self, content: Content, *, source: str, saved: dt.date) -> Iterator[Record | Skipped]:
        """Yield the paper, marked as extracted; or why it cannot be read."""
        with tempfile.TemporaryFile() as copy:
            size = _copy(content, copy)
            answer: Answer = self._opened(copy) if size <= _MOST_BYTES else {"error": "large"}
        error = answer.get("error")
        if error is None:
            pages = [page_of(page) for page in answer.get("pages", ())]
            error = "empty" if not pages else "" if any(page.lines or page.turned for page in pages) else "scanned"
        if error:
            yield Skipped(source=source, line=None, reason=_REASONS[error])
            return
        record = _record(pages, answer.get("meta") or {}, source=source, latest=saved.year)
        yield record or Skipped(source=source, line=None, reason=_REASONS["untitled"])


def _copy(content: Content, copy: BinaryIO) -> int:
    """Write the source into a file, at most a little more than is read; returns how many bytes."""
    size = 0
    with content.binary() as file:
        while size <= _MOST_BYTES and (chunk := file.read(_CHUNK)):
            size += copy.write(chunk)
    copy.seek(0)
    return size


def _answer(file: BinaryIO) -> Answer:
    """What the worker prints, or what became of it.

    It is a program of its own with 1 GiB of memory, since PDFs unpack to many times their size when they are made to.
    """
    worker = Path(__file__).with_name("worker.py")
    command = [sys.executable, "-I", str(worker)]
    with tempfile.TemporaryFile() as output:
        try:
            done = subprocess.run(  # noqa: S603 - because the command is our own
                command, stdin=file, stdout=output, stderr=subprocess.DEVNULL, timeout=_MOST_SECONDS, check=False
            )
        except subprocess.TimeoutExpired:
            return {"error": "time"}
        output.seek(0)
        printed = output.read(_MOST_ANSWER + 1)
    if done.returncode or len(printed) > _MOST_ANSWER:
        return {"error": "crash"}
    answer = json.loads(printed)
    return answer if isinstance(answer, dict) else {"error": "crash"}


def _record(pages: list[Page], meta: Mapping[str, object], *, source: str, latest: int) -> Record | None:
    page = next((one for one in pages if one.lines), pages[0])
    lines = title_lines(page)
    title = believed_title(meta, page, source) or joined(line.text for line in lines)
    if not title:
        return None
    on_page = authors(page, lines) if lines else ()
    in_meta = believed_authors(meta, page)
    doi, arxiv = identifiers(meta, page)
    published = year(page, arxiv, latest)
    return Record(
        title=title,
        authors=in_meta if len(in_meta) >= len(on_page) else on_page,
        year=published,
        date=f"{published:04}" if published else None,
        doi=doi,
        arxiv_id=arxiv,
        abstract=next((text for one in pages if (text := abstract(one))), ""),
        extracted=True,
        source=source,
    )
