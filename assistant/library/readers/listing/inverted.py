"""The listing layout with one author's name first, then title, `Family, Given, Family, Given` and abstract."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from assistant.library.readers.listing.pairs import is_inverted_list, pair_names, pieces_of
from assistant.library.readers.listing.text import Line, abstract_and_rest
from assistant.library.readers.values.names import name_score, person, without_et_al
from assistant.types import Author, Record, Skipped

_TITLE_LENGTH = 250
_UNWRAPPED = 250


def sniff(lines: Sequence[Line]) -> bool:
    """Whether the second or third line is a `Family, Given` list, as the first paper's authors would be."""
    if not lines:
        return False
    owner = _owner(lines)
    anchors = _anchors(lines, owner)
    return bool(anchors) and anchors[0] == (2 if owner else 1)


def read(lines: Sequence[Line], *, source: str) -> Iterator[Record | Skipped]:
    """Yield the papers in the order of the listing."""
    owner = _owner(lines) if lines else None
    anchors = _anchors(lines, owner)
    if not anchors:
        return
    pairs = pair_names([without_et_al(lines[anchor].text)[0] for anchor in anchors], owner)
    start = 1 if owner else 0
    for line in lines[start : anchors[0] - 1]:
        yield Skipped(source=source, line=line.number, reason=f"no author list follows this line: {line.text[:60]!r}")
    ends = [anchor - 1 for anchor in anchors[1:]] + [len(lines)]
    for anchor, end, authors in zip(anchors, ends, pairs, strict=True):
        body, orphan = _cut_orphan(lines[anchor + 1 : end])
        abstract, leftover = abstract_and_rest(body)
        yield Record(
            title=lines[anchor - 1].text,
            authors=authors,
            et_al=without_et_al(lines[anchor].text)[1],
            abstract=abstract,
            source=source,
            line=lines[anchor - 1].number,
        )
        for line in (*leftover, *orphan):
            yield Skipped(source=source, line=line.number, reason=f"no author list with this text: {line.text[:60]!r}")


def _owner(lines: Sequence[Line]) -> Author | None:
    """The author whose listing it is: the first line, when it is one name and no author list comes second."""
    pieces = pieces_of(lines[0].text) if lines else []
    if len(pieces) > 2 or (len(lines) > 1 and is_inverted_list(lines[1].text, None)):  # noqa: PLR2004 - because a name has two pieces
        return None
    owner = person(lines[0].text)
    return owner if name_score(owner.name) > 0 else None


def _anchors(lines: Sequence[Line], owner: Author | None) -> list[int]:
    """Indices of author lists: those with the owner, and others that no surer one stands beside."""
    first = 2 if owner else 1
    lists = {index for index in range(first, len(lines)) if is_inverted_list(lines[index].text, owner)}
    sure = {index for index in lists if owner and _has(owner, lines[index].text)}
    # A title such as `Attention, Memory` looks like a list itself; the authors are the line under it.
    return sorted(sure | {index for index in lists - sure if index + 1 not in lists and index - 1 not in sure})


def _has(owner: Author, text: str) -> bool:
    pieces = pieces_of(without_et_al(text)[0])
    if pieces == [owner.family]:
        return True
    return any(pair == (owner.family, owner.given) for pair in pairwise(pieces))


def _cut_orphan(body: Sequence[Line]) -> tuple[Sequence[Line], Sequence[Line]]:
    """Cut off a title with its abstract whose author list is missing; wrapped lines of one abstract stay."""
    for index in range(1, len(body) - 1):
        before, line, after = (one.text for one in body[index - 1 : index + 2])
        is_unwrapped = len(before) > _UNWRAPPED and len(after) > _UNWRAPPED
        if is_unwrapped and before[-1] in ".!?" and len(line) < _TITLE_LENGTH and line[-1] not in ".,;:":
            return body[:index], body[index:]
    return body, ()
