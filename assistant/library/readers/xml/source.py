"""XML sources, opened so that nothing in them can do harm, and given out one record at a time.

Entities that a source declares are refused, and nothing that it names is ever fetched, neither over the network nor
from the disk. Only one record is held at a time. A damaged record is reported, and reading goes on at the next one.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from xml.etree.ElementTree import Element, TreeBuilder
from xml.sax import SAXParseException
from xml.sax.handler import ContentHandler, feature_external_ges
from xml.sax.xmlreader import AttributesImpl

from defusedxml.common import DefusedXmlException, EntitiesForbidden

from assistant.library.readers.xml.decoding import EndlessTagError, pieces
from assistant.library.sources.content import Content
from assistant.types import Record, Skipped

_MOST_DEPTH = 200
_MOST_ELEMENTS = 300_000
_MOST_CHARACTERS = 1 << 24
"""Of one record: 16 Mi."""
_MOST_FAULTS = 100
"""In a row; after them the rest is not worth reading."""
_STANDS_ALONE = frozenset({"junk after document element", "XML or text declaration not at start of entity"})
"""What is said of documents that were put one after another into one file."""
_WORDS = {
    "no element found": "the file ends in the middle",
    "unclosed token": "the file ends in the middle of a tag",
}
_EXPORT = "Export it anew, or correct it in an editor"


@dataclass(frozen=True, slots=True, kw_only=True)
class XmlRecord:
    """One record of a source."""

    element: Element
    """Names without prefixes and namespaces, its own and those of its attributes."""
    line: int
    """Where it starts, from 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A place where the source is not what it should be."""

    line: int
    reason: str


class _TooLargeError(ValueError):
    """A record goes over a limit; the message says which."""


def read_xml(
    content: Content, names: frozenset[str], convert: Callable[[XmlRecord, str], Record | Skipped], *, source: str
) -> Iterator[Record | Skipped]:
    """Yield what `convert` makes of each record (and of the name of the source), faults in their places."""
    for found in xml_records(content, names):
        if isinstance(found, Fault):
            yield Skipped(source=source, line=found.line, reason=found.reason)
        else:
            yield convert(found, source)


def xml_records(content: Content, names: frozenset[str]) -> Iterator[XmlRecord | Fault]:
    """Yield the outermost elements of these names, without prefix, in the order of the source.

    A record that is damaged, deeper than 200 levels or larger than 16 million characters comes out as a fault.
    """
    reading = _Reading(names)
    try:
        for piece in pieces(content):
            yield from reading.read(piece)
            if reading.is_over:
                return
    except EndlessTagError as error:
        yield Fault(line=reading.line, reason=f"{error}; this is no bibliographic XML")
        return
    yield from reading.finish()


class _Reading:
    """One pass over a source; after a fault, a new parser takes over at the next record."""

    def __init__(self, names: frozenset[str]) -> None:
        self._names = names
        self._start = re.compile(rf"<(?:[\w.-]+:)?({'|'.join(sorted(names))})(?=[\s/>])")
        self._parser = _RecordParser(names)
        self._first_line = 1
        self._is_resumed = False
        self._awaited: frozenset[str] = frozenset()
        self._faults = 0
        self.line = 1
        self.is_over = False

    def read(self, piece: str) -> Iterator[XmlRecord | Fault]:
        """Yield what a piece ends; a piece is read in parts that begin where records do."""
        starts = [match.start() for match in self._start.finditer(piece)]
        for start, end in zip([0, *starts], [*starts, len(piece)], strict=True):
            if not self.is_over:
                yield from self._read_part(piece[start:end])

    def finish(self) -> Iterator[XmlRecord | Fault]:
        """Yield what the end of the source ends."""
        if not self._awaited:
            yield from self._feed(None)

    def _read_part(self, part: str) -> Iterator[XmlRecord | Fault]:
        start = self._start.match(part)
        if start and not self._awaited and start[1] == self._parser.record_name:
            yield self._fault("its end tag is missing")
        if not self._awaited or (start and start[1] in self._awaited):
            if self._awaited:
                self._resume()
            was_within = bool(self._parser.record_name)
            yield from self._feed(part)
            if start and self._awaited and not was_within and not self._parser.records:
                # A new document begins with this record, and the parser of the last one did not take it.
                self._resume()
                yield from self._feed(part)
        self.line += part.count("\n")

    def _resume(self) -> None:
        self._awaited = frozenset()
        self._first_line, self._is_resumed = self.line, True
        self._parser = _RecordParser(self._names)
        # Records may be all that follows; they need a root, which is never closed.
        self._parser.feed("<resumed>")

    def _feed(self, part: str | None) -> Iterator[XmlRecord | Fault]:
        fault: Exception | None = None
        self._parser.records = 0
        try:
            if part is None:
                self._parser.close()
            else:
                self._parser.feed(part)
        except (SAXParseException, DefusedXmlException, _TooLargeError) as error:
            fault = error
        for record in self._parser.take():
            self._faults = 0
            yield XmlRecord(element=record.element, line=record.line + self._first_line - 1)
        if isinstance(fault, DefusedXmlException):
            self.is_over = True
            yield Fault(line=self._line_of_parser(), reason=_refusal(fault))
        elif fault is not None:
            said = fault.getMessage() if isinstance(fault, SAXParseException) else str(fault)
            if self._parser.record_name or not (self._is_resumed or said in _STANDS_ALONE):
                yield self._fault(_WORDS.get(said, said))
            else:
                self._awaited = self._names

    def _fault(self, said: str) -> Fault:
        """What to report of a fault; reading goes on at the next record like the damaged one."""
        name, line = self._parser.record_name, self._line_of_parser()
        self._awaited = frozenset({name}) if name else self._names
        self._faults += 1
        self.is_over = self._faults > _MOST_FAULTS
        if self.is_over:
            return Fault(line=line, reason=f"{_MOST_FAULTS} damaged records in a row; the rest is not read. {_EXPORT}")
        if not name:
            return Fault(line=line, reason=f"not well-formed XML: {said}. {_EXPORT}")
        start = self._parser.record_line + self._first_line - 1
        return Fault(line=start, reason=f"this <{name}> is damaged at line {line}: {said}. {_EXPORT}")

    def _line_of_parser(self) -> int:
        return self._parser.line + self._first_line - 1


class _RecordParser(ContentHandler):
    """Collects whole records out of what it is fed."""

    def __init__(self, names: frozenset[str]) -> None:
        from defusedxml.expatreader import DefusedExpatParser

        super().__init__()
        self._names = names
        # A document type may name a file of rules, as PubMed's does: allowed, since this feature keeps it unread.
        self._parser = DefusedExpatParser(forbid_dtd=False, forbid_entities=True, forbid_external=False)
        self._parser.setFeature(feature_external_ges, False)  # noqa: FBT003 - because SAX has it so
        self._parser.setContentHandler(self)
        self._builder: TreeBuilder | None = None
        self._depth = self._record_depth = self._elements = self._characters = 0
        self._ended: list[XmlRecord] = []
        self.records = 0
        """How many have begun since this was last set."""
        self.record_name = ""
        """Of the record that is open; empty when none is."""
        self.record_line = 0

    @property
    def line(self) -> int:
        """Where the parser stands, from 1."""
        return self._parser.getLineNumber() or 1

    def feed(self, text: str) -> None:
        self._parser.feed(text)

    def close(self) -> None:
        self._parser.close()

    def take(self) -> list[XmlRecord]:
        """The records that have ended since the last call."""
        ended, self._ended = self._ended, []
        return ended

    def startElement(self, name: str, attrs: AttributesImpl) -> None:  # noqa: N802 - because SAX calls it so
        local = name.rpartition(":")[2]
        self._depth += 1
        if self._builder is None and local in self._names:
            self._builder = TreeBuilder()
            self.record_name, self.record_line = local, self.line
            self.records += 1
            self._record_depth, self._elements, self._characters = self._depth, 0, 0
        self._elements += 1
        if self._depth > _MOST_DEPTH:
            raise _TooLargeError(f"elements nested deeper than {_MOST_DEPTH} levels")
        if self._builder is not None:
            if self._elements > _MOST_ELEMENTS:
                raise _TooLargeError(f"more than {_MOST_ELEMENTS} elements in one record")
            self._builder.start(local, {key.rpartition(":")[2]: value for key, value in attrs.items()})

    def characters(self, content: str) -> None:
        if self._builder is not None:
            self._characters += len(content)
            if self._characters > _MOST_CHARACTERS:
                raise _TooLargeError(f"more than {_MOST_CHARACTERS >> 20} million characters in one record")
            self._builder.data(content)

    def endElement(self, name: str) -> None:  # noqa: N802 - because SAX calls it so
        if self._builder is not None:
            self._builder.end(name.rpartition(":")[2])
            if self._depth == self._record_depth:
                self._ended.append(XmlRecord(element=self._builder.close(), line=self.record_line))
                self._builder, self.record_name = None, ""
        self._depth -= 1


def _refusal(error: DefusedXmlException) -> str:
    if isinstance(error, EntitiesForbidden):
        return f"declares the entity {error.name!r}, which can hide harm; refused. {_EXPORT}"
    return f"refers to something outside the file; refused. {_EXPORT}"
