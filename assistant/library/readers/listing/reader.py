"""Read the saved listing of one author's papers, in any of its three layouts.

Two layouts start each paper with a header line (`CLAug 17, 2023Code`): one has title, authors and abstract on lines
of their own, the other glues title and authors on one line. The third has no header lines; see `listing_inverted`.
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.library.readers.listing import inverted as listing_inverted
from assistant.library.readers.listing.lines import (
    Header,
    author_names,
    is_category,
    is_profile,
    listing_year,
    names_of,
    parse_header,
)
from assistant.library.readers.listing.split import split_glued
from assistant.library.readers.listing.text import Line, abstract_and_rest, nonblank_lines
from assistant.library.readers.values.names import name_score, person
from assistant.library.sources.content import Content
from assistant.types import Record, Skipped

_LONGEST_AUTHOR_LINE = 400
_LIKELY_NAME = 0.5
_TITLE_AND_AUTHORS = 2


class ListingReader:
    """Saved author listings."""

    name = "listing"

    def sniff(self, content: Content) -> bool:
        """Look for header lines followed by text, or for `Family, Given` lists under an author's name."""
        lines = nonblank_lines(content.head)
        headers = [index for index, line in enumerate(lines) if parse_header(line.text)]
        has_papers = any(index + 1 < len(lines) and index + 1 not in headers for index in headers[:20])
        return has_papers or listing_inverted.sniff(lines)

    def read(self, content: Content, *, source: str, saved: dt.date) -> Iterator[Record | Skipped]:
        """Yield the papers in the order of the listing."""
        lines = nonblank_lines(content.text())
        blocks = _blocks(lines)
        if not blocks:
            yield from listing_inverted.read(lines, source=source)
            return
        before = lines[: lines.index(blocks[0].line)]
        owner, leftover = _profile(before)
        for line in leftover:
            yield Skipped(
                source=source, line=line.number, reason=f"text before the first header line: {line.text[:60]!r}"
            )
        own_year = listing_year([block.header for block in blocks], saved)
        splits = _title_and_names(blocks, owner)
        for block, split in zip(blocks, splits, strict=True):
            yield from _papers(block, split, own_year=own_year, source=source)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Block:
    """A header line and the lines up to the next one."""

    header: Header
    line: Line
    body: tuple[Line, ...]

    @property
    def second(self) -> str:
        """The line after the title, where one layout has the authors."""
        return self.body[1].text if len(self.body) > 1 else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Split:
    """Title and authors of a block, and the lines that are left for the abstract."""

    title: str
    names: tuple[str, ...]
    et_al: bool
    rest: tuple[Line, ...]


def _blocks(lines: Sequence[Line]) -> list[_Block]:
    found = [(index, header) for index, line in enumerate(lines) if (header := parse_header(line.text))]
    ends = [index for index, _ in found[1:]] + [len(lines)]
    return [
        _Block(header=header, line=lines[start], body=_without_profile(lines[start + 1 : end]))
        for (start, header), end in zip(found, ends, strict=False)  # without headers there is an end alone
    ]


def _profile(lines: Sequence[Line]) -> tuple[str | None, list[Line]]:
    """The owner's name, and lines that are neither that nor a profile's counts."""
    rest = [line for line in lines if not is_profile(line.text) and not is_category(line.text)]
    if rest and name_score(_given_first(rest[0].text)) > 0:
        return _given_first(rest[0].text), rest[1:]
    return None, rest


def _given_first(text: str) -> str:
    return person(text).name


def _without_profile(body: Sequence[Line]) -> tuple[Line, ...]:
    """The lines without a second profile between two papers: its owner, category and counts."""
    first = next((index for index, line in enumerate(body) if is_profile(line.text)), None)
    if first is None:
        return tuple(body)
    start = first - 1 if first > 1 and is_category(body[first - 1].text) else first
    is_owner = start > 1 and body[start - 1].after_blank and name_score(body[start - 1].text) > _LIKELY_NAME
    kept = [*body[: start - is_owner], *(line for line in body[first:] if not is_profile(line.text))]
    return tuple(kept)


def _title_and_names(blocks: Sequence[_Block], owner: str | None) -> list[_Split | None]:
    """Title and authors of each block; None for a block without lines."""
    listed = [_author_line(block, owner) for block in blocks]
    has_author_lines = sum(found is not None for found in listed) * 2 > sum(len(block.body) > 1 for block in blocks)
    glued = [block.body[0].text for block in blocks if block.body]
    prose = [line.text for block in blocks for line in block.body[1:]]
    splits = iter([] if has_author_lines else split_glued(glued, prose, owner))
    results: list[_Split | None] = []
    for block, found in zip(blocks, listed, strict=True):
        split = next(splits, None) if block.body else None
        if not block.body:
            results.append(None)
        elif found is not None and not (split and split.names):
            results.append(_aligned(block, found[0], et_al=found[1]))
        elif split is not None:
            results.append(_Split(title=split.title, names=split.names, et_al=split.et_al, rest=block.body[1:]))
        else:
            results.append(_odd_block(block))
    return results


def _author_line(block: _Block, owner: str | None) -> tuple[list[str], bool] | None:
    """The names on the second line: by what they look like, or because blank lines set title and abstract apart."""
    if not block.second:
        return None
    stands_alone = len(block.body) > _TITLE_AND_AUTHORS and all(line.after_blank for line in block.body[1:3])
    is_prose = block.second[-1] in ".!?" or len(block.second) > _LONGEST_AUTHOR_LINE
    found = author_names(block.second, owner)
    return names_of(block.second) if found is None and stands_alone and not is_prose else found


def _aligned(block: _Block, names: list[str], *, et_al: bool) -> _Split:
    return _Split(title=block.body[0].text, names=tuple(names), et_al=et_al, rest=block.body[_TITLE_AND_AUTHORS:])


def _odd_block(block: _Block) -> _Split:
    """A block among others with author lines whose own second line does not look like one."""
    is_prose = len(block.second) > _LONGEST_AUTHOR_LINE or block.second[-1:] in ".!?"
    if len(block.body) > _TITLE_AND_AUTHORS and not is_prose:
        names, et_al = names_of(block.second)
        return _aligned(block, names, et_al=et_al)
    return _Split(title=block.body[0].text, names=(), et_al=False, rest=block.body[1:])


def _papers(block: _Block, split: _Split | None, *, own_year: int, source: str) -> Iterator[Record | Skipped]:
    if split is None:
        yield Skipped(source=source, line=block.line.number, reason=f"no title under the header {block.line.text!r}")
        return
    header = block.header
    abstract, leftover = abstract_and_rest(split.rest)
    extra = [("score", header.score)] if header.score else []
    extra += [("code", "yes") if mark == "Code" else ("mark", mark) for mark in header.marks]
    date = header.date(own_year)
    yield Record(
        title=split.title,
        authors=tuple(person(name) for name in split.names),
        et_al=split.et_al,
        year=int(date[:4]),
        date=date,
        year_inferred=header.year is None,
        category=header.category,
        abstract=abstract,
        extra=tuple(extra),
        source=source,
        line=block.line.number,
    )
    for line in leftover:
        yield Skipped(source=source, line=line.number, reason=f"text after an abstract: {line.text[:60]!r}")
