"""Split a line on which title and authors are glued: `A Survey of GraphsGiven Family, Given Family et al.`.

No rule tells every title from every name, so each place where a name could begin is scored and the best is taken.
The evidence: how the title would end, how much each piece after the place looks like a name, words that the listing
uses in its abstracts, and names found elsewhere in the listing (its owner is an author of nearly every paper). A
first pass finds the sure names; the next ones use them.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from assistant.library.readers.values.names import CAMEL_PREFIXES, FUNCTION_WORDS, is_suffix, name_score, without_et_al

_PASSES = 3
_NO_AUTHORS = -3.0
_LONE_SINGLE_WORD = -1.0
_LONE_SHORT_WORD = -4.0
_SURE_NAME = 0.8
_SURE_MARGIN = 2.0
_WORD = re.compile(r"[^\W_]+(?:['\u2019-][^\W_]+)*\+*")
_SEPARATOR = re.compile(r"\s*[,;]\s+|\s+(?:and|&)\s+")
_BREAKS_A_WORD = 5.0
_LONG_WORD = 7
_SHORT_HUMP = 2
_PUNCTUATION = "()[]{}?!.,:;\"'\u2018\u2019\u201c\u201d*"
_HUMP = re.compile(r"(?<=[a-z])[A-Z]")
# A capital right after one of these continues a word (`Inter-Layer`, `O'Brien`) and begins no author.
_BARRIERS = frozenset("\"'\u2019-\u2010\u2011\u2012\u2013\u2014/\\([{\u201c\u2018\u00ab@_&:,;$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Glued:
    """Title and author names taken apart."""

    title: str
    names: tuple[str, ...]
    et_al: bool
    margin: float = 0.0
    """By how much this split beats the next best one; near 0 means ambiguous."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Evidence:
    """What the listing as a whole tells about words and names."""

    words: frozenset[str]
    """Words of its abstracts as written there."""
    lower_words: frozenset[str]
    """Those of them written in lower case."""
    names: Counter[str]
    """Whole names, with the number of papers that have each."""
    parts: Counter[str]
    """Words of those names, counted likewise."""


def split_glued(lines: Sequence[str], prose: Iterable[str] = (), owner: str | None = None) -> list[Glued]:
    """Take title and authors apart on each line of one listing.

    Args:
        lines: The glued lines, in order.
        prose: The listing's abstracts; the more words they show, the surer the split.
        owner: Whose listing it is, given name first, if known.

    Returns:
        One result for each line, in order; without names where nothing looks like one.
    """
    words = frozenset(word for text in prose for word in _WORD.findall(text))
    lower_words = frozenset(word for word in words if word.islower())
    known = Counter({owner: len(lines)} if owner else {})
    sure: list[Counter[str]] = [Counter() for _ in lines]
    splits: list[Glued] = []
    for _ in range(_PASSES):
        names = sum(sure, known)
        parts = _parts(names)
        splits = []
        for line, own in zip(lines, sure, strict=True):
            # A split must not testify for itself: its own names are taken out while it is made again.
            names.subtract(own)
            parts.subtract(own_parts := _parts(own))
            splits.append(_best_split(line, _Evidence(words=words, lower_words=lower_words, names=names, parts=parts)))
            names.update(own)
            parts.update(own_parts)
        sure = [_sure_names(split, lower_words) for split in splits]
    return splits


def _parts(names: Counter[str]) -> Counter[str]:
    parts: Counter[str] = Counter()
    for name, count in names.items():
        for part in name.split():
            parts[part] += count
    return parts


def _sure_names(split: Glued, lower_words: frozenset[str]) -> Counter[str]:
    """Names that hardly depend on where the title ends: all but the first, and the first of a clear split."""
    names = split.names if split.margin >= _SURE_MARGIN else split.names[1:]
    return Counter(
        name for name in names if name_score(name, lower_words) >= _SURE_NAME or _is_lower_name(name, lower_words)
    )


def _is_lower_name(name: str, lower_words: frozenset[str]) -> bool:
    """Whether this is a name somebody writes in lower case, after a place where only authors stand."""
    tokens = name.split()
    return len(tokens) > 1 and all(token.isalpha() and token.islower() and token not in lower_words for token in tokens)


def _best_split(line: str, evidence: _Evidence) -> Glued:
    text, et_al = without_et_al(line.strip())
    scored = sorted(
        ((_split_score(text, place, evidence), -place) for place in (len(text), *_places(text, evidence))),
        reverse=True,
    )
    best, place = scored[0][0], -scored[0][1]
    margin = best - scored[1][0] if len(scored) > 1 else -_NO_AUTHORS
    title = text[:place].strip() if place < len(text) else line.strip()
    names = tuple(_names(text[place:]))
    return Glued(title=title, names=names, et_al=et_al and bool(names), margin=margin)


def _places(text: str, evidence: _Evidence) -> Iterator[int]:
    """Where in the text the first author could begin: inside a token, mostly before a capital letter."""
    lower_starts = {*_known_lower_starts(text, evidence), *_lower_starts_after_words(text, evidence)}
    for place in range(1, len(text)):
        before, char = text[place - 1], text[place]
        if before.isspace() or (before in _BARRIERS and not _closes(text[:place])):
            continue
        if char.isupper() or _starts_uncased_run(before, char) or place in lower_starts:
            yield place


def _starts_uncased_run(before: str, char: str) -> bool:
    return before.isascii() and char.isalpha() and not char.islower()


def _known_lower_starts(text: str, evidence: _Evidence) -> Iterator[int]:
    """Places of names such as `van der Berg` that other papers of the listing have."""
    for name, count in evidence.names.items():
        if count > 0 and name[:1].islower() and name in text:
            yield from (found.start() for found in re.finditer(re.escape(name) + r"(?=\s*[,;]|\s*$)", text))


def _lower_starts_after_words(text: str, evidence: _Evidence) -> Iterator[int]:
    """Places where a known word runs on into letters that make no known word: `Networksvan der Berg`."""
    for token in re.finditer(r"[^\W\d_]{6,}(?= [^\s,;]+(?: [^\s,;]+){0,3}(?:[,;]|$))", text):
        run = token[0]
        if run in evidence.words or run.lower() in evidence.lower_words:
            continue
        for length in range(4, len(run) - 1):
            if run[:length] in evidence.words or run[:length].lower() in evidence.lower_words:
                yield token.start() + length


def _closes(title: str) -> bool:
    """Whether a mark that mostly joins or opens closes the title here: the second of a pair, a dash after a space."""
    mark, before = title[-1], title[:-1]
    if mark in '"$':
        return title.count(mark) % 2 == 0
    if mark in "'\u2019":
        return re.search(r"(?:^|[\s(:])['`\u2018]", before) is not None or before.endswith("s")
    is_pair = re.search(rf"(?:\s|^){re.escape(mark)}\S", before) is not None or (
        mark != "-" and before.count(mark) % 2 == 1
    )
    return mark in "-\u2013\u2014" and (before.endswith(" ") or is_pair)


def _names(text: str) -> list[str]:
    names: list[str] = []
    for piece in _SEPARATOR.split(text.strip(" ,;")):
        if names and is_suffix(piece):
            names[-1] += f" {piece}"
        elif piece:
            names.append(piece)
    return names


def _split_score(text: str, place: int, evidence: _Evidence) -> float:
    title = text[:place].rstrip()
    if place == len(text):
        named = sum(name_score(piece, evidence.lower_words) > _SURE_NAME for piece in _names(text)[1:])
        return _title_score(title, evidence) + _NO_AUTHORS * (1 + named)
    names = _names(text[place:])
    score = _title_score(title, evidence) + sum(_name_evidence(name, evidence) for name in names)
    if len(names) == 1 and " " not in names[0]:
        score += _LONE_SINGLE_WORD if len(names[0]) > _SHORT_HUMP else _LONE_SHORT_WORD
    glued = title.split()[-1] + re.split(r"[\s,;]", text[place:], maxsplit=1)[0]
    return score - _BREAKS_A_WORD if glued.strip(_PUNCTUATION) in evidence.words else score


def _name_evidence(name: str, evidence: _Evidence) -> float:
    score = name_score(name, evidence.lower_words)
    seen = evidence.names[name]
    if seen > 0:
        return max(score, 1.0) + min(4.0, 1.5 + seen)
    words = name.split()
    return score + 0.7 * sum(evidence.parts[word] > 0 for word in {words[0], words[-1]})


def _title_score(title: str, evidence: _Evidence) -> float:
    """How well a title would end here."""
    tokens = title.split()
    if not tokens:
        return -9.0
    humps = sum(_HUMP.search(token) is not None and not _is_known(token, evidence) for token in tokens[:-1])
    score = -1.5 * min(humps, 2)
    if title.count("(") > title.count(")"):
        score -= 3.0
    return score + _last_word_score(tokens[-1], evidence)


def _is_known(token: str, evidence: _Evidence) -> bool:
    bare = token.strip(_PUNCTUATION)
    return bare in evidence.words or bare.lower() in evidence.lower_words


def _last_word_score(last: str, evidence: _Evidence) -> float:
    bare = last.strip(_PUNCTUATION)
    if bare in FUNCTION_WORDS:
        return -4.0
    if re.search(r"[A-Z]\.$", last):  # the first of two initials: `M.R. Smith`
        return -3.0
    score = 0.5 if last.endswith(("?", "!", ")")) else 0.0
    tail = re.split(r"[-\u2013/]", bare)[-1]
    if _is_known(bare, evidence):
        return score + 2.0
    if _is_known(tail, evidence):
        return score + 1.5
    if len(tail) == 1 and tail.isupper():
        score -= 2.0
    if tail in CAMEL_PREFIXES:
        score -= 2.0
    humps = [hump.start() for hump in _HUMP.finditer(bare)]
    score -= 1.5 * len(humps)
    if humps:
        before, after = bare[: humps[-1]], bare[humps[-1] :]
        runs_on = len(before) >= _LONG_WORD and _is_known(before, evidence)
        # Camel-case words rarely begin with a long word or end in two letters; names run on after both.
        score -= 2.0 * (runs_on + (len(after) <= _SHORT_HUMP))
    return score
