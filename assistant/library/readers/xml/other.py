"""Say what XML is that no reader knows, so that it is not taken for something else."""

import datetime as dt
from collections.abc import Collection, Iterator
from typing import Protocol

from assistant.library.readers.xml.outline import outline
from assistant.library.sources.content import Content
from assistant.types import Record, Skipped

_COPIED = frozenset({"pre", "p", "textarea", "code", "span", "div", "font", "b", "i", "a", "br"})
"""Around text that was copied out of a page, which may be of any format."""
_KINDS = {
    "html": "a web page",
    "rdf": "RDF",
    "rss": "an RSS feed",
    "feed": "an Atom feed, but not arXiv's",
    "svg": "a picture",
    "mets": "METS without MODS records",
    "searchretrieveresponse": "a library catalogue's answer",
    "context-objects": "an OpenURL",
    "tei": "TEI",
    "plist": "a list of settings",
}


class _XmlReader(Protocol):
    def sniff(self, content: Content) -> bool: ...

    def read(self, content: Content, *, source: str, saved: dt.date) -> Iterator[Record | Skipped]: ...


class OtherXmlReader:
    """Any XML: the known kinds when it is asked for by name, and else a word on what it is."""

    name = "xml"

    def __init__(self, known: Collection[_XmlReader]) -> None:
        """A reader for what is left.

        Args:
            known: The readers of the kinds of XML that are known.
        """
        self._known = tuple(known)

    def sniff(self, content: Content) -> bool:
        """Whether it is XML, or a web page, of a kind that no other reader knows."""
        found = outline(content)
        if found is None or found.root.lower() in _COPIED:
            return False
        start = content.signature.lstrip(b"\xef\xbb\xbf \t\r\n")[:200].lower()
        is_marked = start.startswith((b"<?xml", b"<!doctype", b"<html")) or bool(found.namespace)
        is_closed = f"</{found.root}>".encode() in content.signature or b":" + found.root.encode() in content.signature
        return (is_marked or is_closed) and not any(reader.sniff(content) for reader in self._known)

    def read(self, content: Content, *, source: str, saved: dt.date) -> Iterator[Record | Skipped]:
        """Yield what the reader of its kind finds; of an unknown kind, one report that names it."""
        reader = next((one for one in self._known if one.sniff(content)), None)
        if reader is not None:
            yield from reader.read(content, source=source, saved=saved)
            return
        found = outline(content)
        if found is None:
            yield Skipped(source=source, line=None, reason="this is no XML; leave out --format, or name another")
            return
        what = _KINDS.get(found.root.lower(), f"XML with the root element <{found.root[:60]}>")
        reason = f"{what}, which is not read; export the papers as BibTeX, RIS or CSL-JSON instead"
        yield Skipped(source=source, line=None, reason=reason)
