"""Papers that come with a data set, under cite keys that a library keeps as they are."""

import re
from dataclasses import dataclass
from hashlib import sha256

from assistant.types import Paper, Record
from evals.datasets.source import Item

__all__ = ["Document", "Shelf", "document_of"]

_UNUSABLE = re.compile(r"[^A-Za-z0-9_]+")
_USABLE = re.compile(r"[A-Za-z0-9_]+(?:[:.+/-][A-Za-z0-9_]+)*")
_LONGEST = 80
_TEXT_NAMES = ("text", "abstract", "content", "page_content", "passage", "snippet", "contents", "sent")


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A text that a data set or a system's output carries."""

    title: str
    text: str
    id: str = ""
    """As its source calls it; empty when it does not."""
    year: int | None = None


def document_of(item: Item, value: object, name: str, number: int) -> Document:
    """Read a document of a list: an object with title and text (or `abstract`, `content`, ...), or a bare text."""
    if isinstance(value, str):
        return Document(title="", text=value)
    part = item.part(value, name, number)
    title, text = part.text("title"), part.text(*_TEXT_NAMES)
    if not title.strip() and not text.strip():
        raise part.bad("a document without title and text", 'give it a "title" or a "text"')
    return Document(title=title, text=text, id=part.identity("id", "doc_id", "_id", "paper_id", "corpus_id"))


class Shelf:
    """Gives each document a cite key: its own id where a library can use that.

    The same id with the same text is one paper. An id that no library accepts, that another text has too, or that
    differs from another in letter case only, gets a part of the text's hash, so that keys are unique and the same in
    every reading of the file.
    """

    def __init__(self) -> None:
        self._keys: dict[str, str] = {}
        """By hash of id, title and text."""
        self._papers: dict[str, Paper] = {}
        """By key in lower case."""

    @property
    def papers(self) -> tuple[Paper, ...]:
        """The papers so far, in the order in which they came."""
        return tuple(self._papers.values())

    def put(self, document: Document) -> str:
        """Put a document on the shelf, if it is not there, and return its key."""
        identity = f"{document.id}\x1f{document.title}\x1f{document.text}"
        digest = sha256(identity.encode("utf-8", "surrogatepass")).hexdigest()
        if digest in self._keys:
            return self._keys[digest]
        key = self._keys[digest] = self._free_key(document.id, digest)
        record = Record(
            title=document.title.strip() or f"Document {document.id or key}",
            abstract=document.text,
            year=document.year,
            key=key,
        )
        self._papers[key.casefold()] = Paper(key=key, record=record)
        return key

    def _free_key(self, name: str, digest: str) -> str:
        is_usable = bool(_USABLE.fullmatch(name)) and len(name) <= _LONGEST
        if is_usable and name.casefold() not in self._papers:
            return name
        plain = _UNUSABLE.sub("-", name).strip("-")[:_LONGEST].strip("-") or "doc"
        return f"{plain}-{digest[:12]}"
