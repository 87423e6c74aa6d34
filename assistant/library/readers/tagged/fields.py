"""What the readers of tagged formats share: taking fields by their tags, and reading a source record by record."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from assistant.library.readers.tagged.blocks import MOST_CHARACTERS, Block, Field, Grammar, Stray, blocks
from assistant.library.readers.values.identifiers import find_doi
from assistant.library.readers.values.markup import plain
from assistant.library.sources.content import Content
from assistant.types import Record, Skipped

_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f]")
_WRAPPED_AT = 120
"""No program wraps lines as long as that: lines that are longer end where a paragraph does, or nearly."""
_SENTENCE_END = re.compile(r"[.!?:…][\"'”’)\]]*$")
_NO_ABSTRACT = re.compile(
    r"[\[(]?(?:no abstracts?(?: is)?(?: available)?|(?:abstract (?:is )?)?not available|none|null|n/?a)[\])]?\.?",
    re.IGNORECASE,
)
_SHOWN = 60


def one_line(text: str) -> str:
    """Plain text on one line: no markup, no control characters, Unicode's composed form."""
    composed = unicodedata.normalize("NFC", plain(_CONTROLS.sub("", text)))
    return " ".join(composed.split())


def prose(text: str) -> str:
    """Plain text with a line for each paragraph; nothing for a word that says that there is none."""
    unwrapped = "\n".join(_paragraphs(_CONTROLS.sub("", text).split("\n")))
    paragraphs = (" ".join(line.split()) for line in plain(unwrapped).split("\n"))
    whole = unicodedata.normalize("NFC", "\n".join(line for line in paragraphs if line))
    return "" if _NO_ABSTRACT.fullmatch(whole) else whole


def _paragraphs(lines: Sequence[str]) -> Iterator[str]:
    """Lines joined that a program has wrapped, told from their length."""
    is_wrapped = all(len(line) <= _WRAPPED_AT for line in lines[:-1])
    paragraph: list[str] = []
    for line in lines:
        ends = paragraph and not is_wrapped and _SENTENCE_END.search(paragraph[-1])
        if paragraph and (ends or not line):
            yield " ".join(paragraph)
            paragraph = []
        paragraph += [line] if line else []
    yield " ".join(paragraph)


class Fields:
    """The fields of one record, and which of them have found a place."""

    def __init__(self, fields: Sequence[Field], names: Mapping[str, str] | None = None) -> None:
        """Fields that nothing was taken from yet; empty ones are left out.

        Args:
            fields: In the order of the record.
            names: Other names for tags, under which they are asked for; what is left has its own again.
        """
        names = names or {}
        self._fields = [one for one in fields if one.text]
        self._places: dict[str, list[int]] = {}
        self._taken: set[int] = set()
        for index, one in enumerate(self._fields):
            self._places.setdefault(names.get(one.tag, one.tag), []).append(index)

    def __contains__(self, tag: object) -> bool:
        return tag in self._places

    def of(self, *tags: str) -> list[str]:
        """The texts of all fields with one of these tags, in the order of the record; nothing is taken."""
        return [self._fields[index].text for index in self._at(tags)]

    def all(self) -> list[tuple[str, str]]:
        """Tag and text of every field, in the order of the record; nothing is taken."""
        return [(one.tag, one.text) for one in self._fields]

    def take(self, *tags: str) -> list[str]:
        """As `of`, and take them."""
        return self.take_if(lambda _: True, *tags)

    def take_if(self, is_wanted: Callable[[str], object], *tags: str) -> list[str]:
        """The texts of the fields with one of these tags for which `is_wanted` holds, and take them."""
        found = [index for index in self._at(tags) if is_wanted(self._fields[index].text)]
        self._taken.update(found)
        return [self._fields[index].text for index in found]

    def first(self, *tags: str) -> str:
        """The text on one line of the first field of the first tag that there is; empty when there is none.

        It is taken, and fields of the other tags that say the same too.
        """
        texts = (one_line(text) for tag in tags for text in self.of(tag))
        found = next((text for text in texts if text), "")
        if found:
            self.take_if(lambda text: one_line(text) == found, *tags)
        return found

    def find(self, read: Callable[[str], str | None], *tags: str) -> str | None:
        """What `read` makes of the first field with one of these tags in which it finds something; nothing is taken."""
        return next((found for text in self.of(*tags) if (found := read(text))), None)

    def take_prose(self, tag: str) -> str:
        """The text of all fields with a tag, a line for each paragraph; those that say something are taken."""
        return "\n".join(text for part in self.take_if(prose, tag) if (text := prose(part)))

    def rest(self) -> tuple[tuple[str, str], ...]:
        """Tag and text of the fields that were not taken."""
        return tuple((one.tag, one.text) for index, one in enumerate(self._fields) if index not in self._taken)

    def _at(self, tags: Iterable[str]) -> Sequence[int]:
        found = [self._places[tag] for tag in dict.fromkeys(tags) if tag in self._places]
        if len(found) == 1:
            return found[0]
        return sorted(index for places in found for index in places)


def read_records(
    content: Content, grammar: Grammar, record: Callable[[Block, str], Record | None], *, source: str, title_line: str
) -> Iterator[Record | Skipped]:
    """Yield what `record` makes of each block of a source, and a report of what is no record.

    Args:
        content: The source.
        grammar: Divides it.
        record: Makes a record of a block, for the name of a source; None without a title.
        source: What to call it.
        title_line: The line that is missing in a record without title: `TI  - ...`.
    """
    for block in blocks(content.lines(), grammar):
        if isinstance(block, Stray):
            yield _skipped(source, block.line, f"text that belongs to no record: {_short(block.text)}; delete it")
            continue
        found = record(block, source)
        yield found or _skipped(source, block.line, _without_title(block, title_line))
        if block.is_cut:
            reason = f"this record is longer than {MOST_CHARACTERS >> 20} MiB, and its end was left out"
            yield _skipped(source, block.line, f"{reason}; check that its last line is there")


def _skipped(source: str, line: int, reason: str) -> Skipped:
    return Skipped(source=source, line=line, reason=reason)


def _without_title(block: Block, title_line: str) -> str:
    texts = [one.text for one in block.fields if one.text]
    doi = next((found for text in texts if (found := find_doi(text))), None)
    if doi:
        return f"this record has no title; add it from its DOI instead (doi:{doi}), or give it a line `{title_line}`"
    told = max(texts, key=len, default="")
    return f"this record has no title ({_short(told)}); give it a line `{title_line}`"


def _short(text: str) -> str:
    line = one_line(text)
    return repr(line if len(line) <= _SHOWN else line[:_SHOWN] + "…")
