"""A statement as text and citations: what every format of a draft is made from."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from assistant.export.references import short_name
from assistant.text import STOP_WORDS
from assistant.types import Paper, Statement, cited_keys

_QUOTATION = re.compile(r"“[^”]*(?:”|$)|«[^»]*(?:»|$)|\"[^\"]*(?:\"|$)")
_STOPPED_QUOTATION = re.compile(r"(?<!\.)\.(?P<close>[”\"’'»]+)$")
_CLOSED_QUOTATION = re.compile(r"[.!?…。？！][”\"’'»]+$")
_STOP = re.compile(r"(?<![.…])(?:\.|[!?]+|[。！？])$")
_ABBREVIATION = re.compile(
    r"(?:\b(?:al|approx|cf|Co|Corp|Dr|ed|eds|Eq|etc|Fig|Inc|Jr|Ltd|Mr|Mrs|No|resp|seq|Sr|St|vol|vs)|\b(?:\w\.)+\w)$"
)
_NO_YEAR = r"(?!(?:['’]s?)?\s*\()"
"""What must not follow a name: the year of another paper, `Li et al. (2023)` where `Li et al.` is meant."""
_BEFORE = re.compile(r"(?P<word>[^\W\d_][\w'’-]*),?\s+$")
_PARTICLES = frozenset(
    "af al bin d da dal de dei del della den der des di do dos du el ibn la las le los mac mc san st te ten ter tot van"
    " vom von zu zum zur".split()
)

_OPENINGS = frozenset(
    "additionally alternatively another besides conversely earlier finally first further furthermore hence here indeed"
    " instead later lastly likewise meanwhile moreover nevertheless next nonetheless overall second similarly still"
    " then third thus today work yet".split()
)
"""Words with which a sentence begins before it names somebody, beside those that `STOP_WORDS` has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrative:
    """A citation that is a part of its sentence: `Li et al. (2023) report ...`."""

    key: str
    text: str
    """As the sentence has it, `short_name` of the paper."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bracketed:
    """Citations in one pair of brackets; the text before them ends with a space, unless nothing is before them."""

    keys: tuple[str, ...]


Token = str | Narrative | Bracketed


def tokens(statement: Statement, papers: Mapping[str, Paper]) -> tuple[Token, ...]:
    """A statement as its text and its citations, in order; no two texts in a row.

    Where the text calls a cited paper by its short name (`Li et al. (2023)`), that is a narrative citation. All other
    keys are in one bracket before the closing full stop. A quotation that ends the sentence gives its full stop away;
    a question or exclamation mark stays in it.

    Args:
        statement: With text that has no citation marks of its own.
        papers: By key, those that the whole draft cites: a name that two of them share makes a narrative citation only
            where it is sure which of them is meant.
    """
    text = " ".join(statement.text.split())
    keys = cited_keys([statement])
    parts: list[Token] = list(_with_narratives(text, keys, papers))
    named = {part.key for part in parts if isinstance(part, Narrative)}
    others = tuple(key for key in keys if key not in named)
    last = parts.pop() if parts and isinstance(parts[-1], str) else ""
    body, stop = _ended(str(last), has_bracket=bool(others), has_citation=bool(keys))
    if others:
        body = f"{body} " if body or parts else ""
        parts += [body, Bracketed(keys=others), stop]
    else:
        parts.append(body + stop)
    return tuple(part for part in parts if part != "")


def _ended(text: str, *, has_bracket: bool, has_citation: bool) -> tuple[str, str]:
    """A sentence's last piece of text without what goes behind the brackets, and that."""
    if not has_citation:
        return text, ""
    if not has_bracket:
        is_ended = _CLOSED_QUOTATION.search(text) or text.endswith((".", "!", "?", "…", "。", "！", "？"))
        return text, "" if is_ended else "."
    quotation = _STOPPED_QUOTATION.search(text)
    if quotation:
        inside = text[: quotation.start()]
        is_kept = _ABBREVIATION.search(inside)
        return text if is_kept else inside + quotation["close"], "."
    stop = _STOP.search(text)
    if stop is None or (stop[0] == "." and _ABBREVIATION.search(text[: stop.start()])):
        return text, "."
    return text[: stop.start()].rstrip(), stop[0]


def _with_narratives(text: str, keys: tuple[str, ...], papers: Mapping[str, Paper]) -> Iterator[str | Narrative]:
    """The text with a narrative citation wherever a cited paper is named outside quotation marks."""
    by_name = _names(text, keys, papers)
    if not by_name:
        yield text
        return
    quoted = [match.span() for match in _QUOTATION.finditer(text)]
    longest_first = sorted(by_name, key=len, reverse=True)
    end = 0
    for match in re.finditer(rf"(?:{'|'.join(map(re.escape, longest_first))}){_NO_YEAR}", text):
        is_quoted = any(start <= match.start() < stop for start, stop in quoted)
        if is_quoted or not _is_whole_name(text[: match.start()]):
            continue
        if match.start() > end:
            yield text[end : match.start()]
        yield Narrative(key=by_name[match[0]], text=match[0])
        end = match.end()
    if end < len(text):
        yield text[end:]


def _names(text: str, keys: tuple[str, ...], papers: Mapping[str, Paper]) -> dict[str, str]:
    """Keys by the names that mean one paper, as far as the text has them.

    A name that several papers of the draft have means the one that is cited, if the text has it once.
    """
    names = {key: " ".join(short_name(paper).split()) for key, paper in papers.items()}
    of_all = Counter(names.values())
    of_cited = Counter(names[key] for key in keys if key in names)
    return {
        names[key]: key
        for key in keys
        if key in papers
        and _is_telling(papers[key])
        and (of_all[names[key]] == 1 or (of_cited[names[key]] == 1 and text.count(names[key]) == 1))
    }


def _is_telling(paper: Paper) -> bool:
    """Whether a paper's short name says who wrote it, and when, or with whom: `Li` alone may be anything."""
    record = paper.record
    is_named = bool(record.authors) and bool(record.authors[0].family)
    return is_named and (record.year is not None or record.et_al or len(record.authors) > 1)


def _is_whole_name(before: str) -> bool:
    """Whether a name that follows a text begins there: `Li (2023)` is no part of `van Li (2023)`, `Wu and Li (2023)`.

    In doubt it is a part, which costs no more than brackets.
    """
    if re.search(r"[\w&.'’‐‑-]$|(?:&|\b[A-Z]\.)\s+$", before):
        return False
    word = _BEFORE.search(before)
    if word is None:
        return True
    if word["word"] == "and":
        return re.search(r"(?:\b[A-Z][\w'’-]*|\bal\.),?\s+and\s+$", before) is None
    if word["word"] in _PARTICLES:
        return False
    lower = word["word"].lower()
    return word["word"][0].islower() or lower in STOP_WORDS | _OPENINGS or lower.endswith("ly")
