"""Title, authors and abstract off the first page of a paper."""

import re
from collections.abc import Sequence
from itertools import takewhile

from assistant.library.readers.pdf.layout import Page, PageLine, joined, pitch
from assistant.library.readers.values.names import name_score, person
from assistant.types import Author

_TITLE_PART = 0.62
"""Of the page's height, from the top: a title further down is none."""
_SAME_SIZE = 0.06
_NEXT_SIZE = 0.8
"""Letters that are not much smaller than the largest may be the title's all the same."""
_FEW_WORDS = 4
_LETTERS = re.compile(r"[^\W\d_]")
_NO_TITLE = re.compile(
    r"(?:(?:original |research |review |regular |full |short )*(?:article|paper|report|letter|communication)s?"
    r"|(?:the )?(?:journal|proceedings|transactions|annals|archives|bulletin|advances) (?:of|in|on|the)\b.*"
    r"|nature\b.{0,25}|science\b.{0,15}|plos\b.{0,20}|ieee\b.*|acm\b.*|elsevier|springer.{0,15}|open access"
    r"|arxiv.*|preprint.*|contents|abstract|introduction|keywords|(?:mini)?review|editorial|perspective"
    r"|.*\b(?:contents lists available|issn)\b.*|.*\b(?:vol(?:ume)?|no)\. ?\d+.*|.*https?://.*|.*\bdoi:.*|.*©.*)",
    re.IGNORECASE,
)
_ABSTRACT = re.compile(
    r"(?:(?i:abstract|a\s?b\s?s\s?t\s?r\s?a\s?c\s?t|summary|zusammenfassung|r[ée]sum[ée]|resumen)"
    r"(?:\s*$|\s*[.:\u2014\u2013-]+\s*)"
    r"|(?:A\s?B\s?S\s?T\s?R\s?A\s?C\s?T|Abstract)\s+(?=(?:We|The|This|These|Our|In|A|An|To|For|It|With|Recent)\b))"
)
_STOP = re.compile(
    r"(?:(?:\d+|[IVX]+)?[.:]?\s*(?:introduction|background and motivation)\b(?!\s+(?:of|to)\b).{0,20}$"
    r"|\d{1,2}\.?\s+[A-Z][\w-]*(?:\s+[\w-]+){0,5}$|contents$|©|copyright\b"
    r"|(?:additional |author )?key\s?words?(?: and phrases)?\b|k\s?e\s?y\s?w\s?o\s?r\s?d\s?s\b"
    r"|(?:index terms|ccs concepts|acm reference format|categories and subject|general terms)\b"
    r"|(?:jel|msc|pacs|ams|mathematics subject)\b.{0,25}(?:classif|codes?|numbers?|:)"
    r"|\*?\s*corresponding author|(?:received|accepted)\b.{0,12}\d)",
    re.IGNORECASE,
)
_AFFILIATION = re.compile(
    r"\b(?:universit\w*|institut\w*|d[ée]part\w*|dept|univ|laborator\w*|labs?|school|college|cent(?:er|re)|facult\w*"
    r"|hospital|academy|research|inc|ltd|gmbh|corporation|google|microsoft|meta|amazon|openai|deepmind|ibm|nvidia|apple"
    r"|street|road|avenue|usa|uk|china|germany|france|canada|india|japan|e-?mail|equal contribution|abstract|ministry"
    r"|foundation)\b|@|\d{4,}|https?:",
    re.IGNORECASE,
)
_MARKS = re.compile(r"[\d*\u2020\u2021\u00a7\u00b6\u2016#\u2217\u22c6\u2663\u2660\u25ca\u2709\uf02a()\[\]{}†‡§¶]+")
_BETWEEN_NAMES = re.compile(r"\s*(?:,|;|&|\u00b7|\u2022|\||\band\b)\s*")
_LETTER_MARK = re.compile(r"(?:\s+[a-z])+$")
"""The place of work behind a name."""
_DEGREES = re.compile(r"^(?:ph\.?\s?d|m\.?d|m\.?sc|b\.?sc|m\.?s|dr|prof|mph|frs|jr|sr)\.?$", re.IGNORECASE)
_NOT_OF_NAMES = re.compile(
    r",?\s*(?:(?:graduate |student |senior |life )*(?:member|fellow),? (?:ieee|acm|siam))"
    r"|\[?\(?\b\d{4}-\d{4}-\d{4}-\d{3}[\dX]\b\)?\]?",
    re.IGNORECASE,
)
_MOST_AUTHOR_LINES = 40
_LEAST_ABSTRACT = 80
_INSIDE = 0.55


def title_lines(page: Page) -> tuple[PageLine, ...]:
    """The lines of the title: the largest letters near the top that are not a journal's name; empty for none."""
    top = [line for line in page.lines if line.bottom > page.height * (1 - _TITLE_PART) and _is_wordy(line.text)]
    blocks = _blocks_by_size(top)
    if not blocks:
        return ()
    usable = [block for block in blocks if not _NO_TITLE.fullmatch(_text(block)) and not _is_of_journal(block, page)]
    largest = max((block[0].size for block in usable), default=0.0)
    near = [block for block in usable if block[0].size >= largest * _NEXT_SIZE]
    first = next((block for block in near if block[0].size >= largest * (1 - _SAME_SIZE)), ())
    # A short line in larger letters above a long one is the name of the journal.
    return max(near, key=_words, default=()) if _words(first) < _FEW_WORDS else first


def _text(block: Sequence[PageLine]) -> str:
    return joined(line.text for line in block)


def _words(block: Sequence[PageLine]) -> int:
    return len(_text(block).split())


def _is_of_journal(block: Sequence[PageLine], page: Page) -> bool:
    """Whether the line right above or below says that it is the name of a journal."""
    near = 2.5 * block[-1].size
    for line in page.lines:
        if 0 < block[-1].bottom - line.bottom < near and re.search(r"journal home\s?page", line.text, re.IGNORECASE):
            return True
        if 0 < line.bottom - block[0].bottom < near and "contents lists available" in line.text.lower():
            return True
    return False


def _is_wordy(text: str) -> bool:
    return len(_LETTERS.findall(text)) >= 3  # noqa: PLR2004 - because no title is shorter


def _blocks_by_size(lines: Sequence[PageLine]) -> list[tuple[PageLine, ...]]:
    """Lines of one size right below one another, the block on top first."""
    blocks: list[list[PageLine]] = []
    for line in lines:
        block = next((block for block in reversed(blocks) if _continues(block[-1], line)), None)
        if block is None:
            blocks.append([line])
        else:
            block.append(line)
    return [tuple(block) for block in blocks]


def _continues(above: PageLine, line: PageLine) -> bool:
    is_same = abs(line.size - above.size) <= _SAME_SIZE * above.size and line.is_bold == above.is_bold
    is_near = 0 < above.bottom - line.bottom < 2 * above.size
    overlaps = min(line.right, above.right) > max(line.left, above.left)
    return is_same and is_near and overlaps


def authors(page: Page, title: Sequence[PageLine]) -> tuple[Author, ...]:
    """The names between the title and the abstract, as far as they look like names."""
    below = [line for line in page.lines if line.bottom < title[-1].bottom - 1]
    region = list(takewhile(lambda line: not _ABSTRACT.match(line.text) and not _STOP.match(line.text), below))
    found = [name for line in region[:_MOST_AUTHOR_LINES] for name in _names(line.marked)]
    return tuple(person(name) for name in dict.fromkeys(found))


def _names(text: str) -> list[str]:
    """The names of a line, if that is what it holds."""
    text = _NOT_OF_NAMES.sub(" ", text)
    bare = _MARKS.sub(" , ", re.sub(r"^\s*(?:by|authors?)\b:?\s+", "", text, flags=re.IGNORECASE))
    if _AFFILIATION.search(text):
        return []
    pieces = [_LETTER_MARK.sub("", " ".join(piece.split())) for piece in _BETWEEN_NAMES.split(bare)]
    pieces = [piece for piece in pieces if _LETTERS.search(piece) and len(piece) > 1 and not _DEGREES.match(piece)]
    if all(piece.isupper() for piece in pieces) and any(len(word.strip(".")) > 2 for word in bare.split()):  # noqa: PLR2004 - because initials are capitals anyway
        pieces = [piece.title() for piece in pieces]
    good = [piece for piece in pieces if " " in piece and name_score(piece) > 0]
    # One odd piece may be among them.
    return good if pieces and len(good) >= 0.6 * len(pieces) else []


def abstract(page: Page) -> str:
    """The text under the heading of the abstract, up to the next heading; empty when there is no such heading."""
    place = next((place for place, line in enumerate(page.lines) if _ABSTRACT.match(line.text)), None)
    if place is None:
        return ""
    heading = page.lines[place]
    mark = _ABSTRACT.match(heading.text)
    first = heading.text[mark.end() :] if mark else ""
    body = _column(page, heading, runs_in=bool(first))
    text = joined([first, *body] if first else body)
    return text if len(text) >= _LEAST_ABSTRACT else ""


def _column(page: Page, heading: PageLine, *, runs_in: bool) -> list[str]:
    """The lines under a heading, in its column; from the left column they go on at the top of the right one."""
    below = [line for line in page.lines if line.bottom < heading.bottom - 1]
    start = heading if runs_in else next((line for line in below if _overlap(line, heading) > 0), None)
    if start is None:
        return []
    column = [line for line in below if line.bottom <= start.bottom + 1 and _is_in(line, _widest(start, below))]
    text, ended = _until_stop(column, start)
    if not ended and start.right < page.width * _INSIDE:
        bottom = max(
            (line.bottom for line in page.lines if line.left < page.width / 2 < line.right), default=page.height
        )
        beside = [line for line in page.lines if line.left >= page.width * (1 - _INSIDE) and line.bottom < bottom]
        more, _ = _until_stop(beside, start)
        text += more
    return text


def _widest(start: PageLine, below: Sequence[PageLine]) -> PageLine:
    """The widest of the first lines that stand under one another, since the very first may be short or indented."""
    near = [line for line in below if line.bottom >= start.bottom - 5 * start.size and _overlap(line, start) > 0]
    same = [line for line in near if abs(line.size - start.size) <= 2 * _SAME_SIZE * start.size]
    return max((start, *same), key=lambda line: line.right - line.left)


def _overlap(one: PageLine, two: PageLine) -> float:
    return min(one.right, two.right) - max(one.left, two.left)


def _is_in(line: PageLine, column: PageLine) -> bool:
    slack = 2 * column.size
    return line.left >= column.left - slack and line.right <= column.right + slack


def _until_stop(lines: Sequence[PageLine], start: PageLine) -> tuple[list[str], bool]:
    """The lines up to the next heading, a change of letters or a wide gap, and whether there was such an end."""
    kept: list[PageLine] = []
    usual = pitch([line for line in lines if abs(line.size - start.size) <= _SAME_SIZE * start.size][:12])
    for line in lines:
        if kept and _STOP.match(line.text):
            return [one.text for one in kept], True
        is_of_text = abs(line.size - start.size) <= 2 * _SAME_SIZE * start.size or len(line.text) < 4  # noqa: PLR2004 - because a formula's letters are few
        is_far = bool(kept) and kept[-1].bottom - line.bottom > 2.5 * usual
        ends = bool(kept) and kept[-1].text.rstrip().endswith((".", "!", "?", ")", "\u201d"))
        if kept and ((is_far and ends) or (not is_of_text and ends)):
            return [one.text for one in kept], True
        if is_of_text:
            kept.append(line)
    return [one.text for one in kept], False
