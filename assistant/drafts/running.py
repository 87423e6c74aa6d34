"""Running text as it is put together by a reader: plain words and citations, each with its place in the source."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from assistant.types import DraftSentence, Mention, Paragraph
from vectorstore.sentences import split_sentences

_NAME = "Smith"
"""What stands in the place of a narrative citation while sentences are told apart: it may begin and end one."""
_WORD = " cited"
"""What stands in the place of a citation before a full stop, which so ends a sentence even after `MT` or `et al`."""
_IN_PLACE, _ASIDE = "\x00", "\x01"
"""Where citations stand in the text of a sentence; readers leave control characters out."""
_ASIDES = re.compile(rf"{_ASIDE}(?: ?{_ASIDE})+")
_ONLY_CITED = re.compile(
    rf"\s*\((?:\s|[,;:]|see|also|e\.g\.|cf\.|i\.e\.|and)*{_ASIDE}[\s,;.{_ASIDE}]*\)", re.IGNORECASE
)
_CITED_LAST = re.compile(rf"[\s,;]*{_ASIDE}+\s*\)")
_CITED_FIRST = re.compile(rf"\(\s*{_ASIDE}+[\s,;]*")
_STOP_AGAIN = re.compile(rf"([.!?][\"”’)]*)(?:\s*{_ASIDE})+\s*\.")
_NOUN_BEFORE = re.compile(
    r"(?:^|\s)(?:by|in|of|from|see|following|with|to|than|and|or|like|per|via|both|at|compared)$", re.IGNORECASE
)
_ENDED = re.compile(r"(?:^|[.!?:][\"”’)]*)$")
_ABBREVIATED = re.compile(r"(?:\b(?:al|etc|vs|cf|resp|figs?|eqs?|e\.\s?g|i\.\s?e)\.|\b[A-Z]\.)$", re.IGNORECASE)
_LONG = 5_000
"""Characters of a paragraph that are always split together."""
_CUT = re.compile(r"(?<=[a-z)][.!?])\s+(?=[A-Z])")
_SPACE = re.compile(r"\s+")
_VERB_AFTER = re.compile(r"\s+[a-z]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cited:
    """A key as it is written in a citation."""

    key: str
    start: int
    end: int
    narrative: bool = False

    def moved(self, by: int) -> "Cited":
        """The same in a text that begins so many characters earlier."""
        return replace(self, start=self.start + by, end=self.end + by)


class Lines:
    """Numbers of the lines of a source, from 1."""

    def __init__(self, source: str) -> None:
        self.starts = [0, *(match.end() for match in re.finditer("\n", source))]

    def of(self, offset: int) -> int:
        """The line in which a character stands."""
        return bisect_right(self.starts, offset)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Token:
    """Words, or a citation: what it says, and its place in the source."""

    prose: str
    start: int
    end: int
    mentions: tuple[Mention, ...] = ()

    @property
    def is_exact(self) -> bool:
        """Whether each character of the source is one of the words."""
        return len(self.prose) == self.end - self.start

    def place(self, first: int, last: int) -> tuple[int, int]:
        """Where a part of the words stands: all of them, when they are not those of the source."""
        if self.is_exact:
            return self.start + first, self.start + last
        return self.start, self.end


class Groups:
    """Numbers of the citations of a document, in their order."""

    def __init__(self) -> None:
        self._last = 0

    def next(self) -> int:
        """The number of one more citation."""
        self._last += 1
        return self._last


class Running:
    """A paragraph while it is read."""

    def __init__(self, lines: Lines, groups: Groups) -> None:
        self._lines = lines
        self._groups = groups
        self._tokens: list[_Token] = []

    def say(self, text: str, start: int, end: int) -> None:
        """Add words that stand at `source[start:end]`; control characters in them are left out."""
        if text:
            self._tokens.append(_Token(prose=text, start=start, end=end))

    def cite(self, cited: Sequence[Cited], start: int, end: int) -> None:
        """Add a citation that stands at `source[start:end]`."""
        if not cited:
            return
        group = self._groups.next()
        mentions = tuple(
            Mention(key=one.key, start=one.start, end=one.end, group=group, narrative=one.narrative) for one in cited
        )
        in_place = any(one.narrative for one in mentions)
        if not in_place:
            self.drop_space()
        self._tokens.append(_Token(prose=_NAME if in_place else "", start=start, end=end, mentions=mentions))

    def drop_space(self) -> None:
        """Take back the space that was said last: what follows is no part of the sentence."""
        while self._tokens and not self._tokens[-1].mentions:
            last = self._tokens[-1]
            bare = last.prose.rstrip()
            if bare == last.prose:
                return
            self._tokens.pop()
            if bare:
                gone = len(last.prose) - len(bare) if last.is_exact else 0
                self._tokens.append(replace(last, prose=bare, end=last.end - gone))
                return

    def sentences(self) -> tuple[DraftSentence, ...]:
        """The sentences that were said, with what each cites."""
        tokens = _with_subjects(self._tokens)
        starts, length = [], 0
        for token in tokens:
            starts.append(length)
            length += len(token.prose)
        prose = "".join(token.prose for token in tokens)
        spans = list(_undivided(tokens, starts, _with_words(prose, _split(prose))))
        owned = _owned(tokens, starts, spans)
        return tuple(self._sentence(tokens, starts, span, mine) for span, mine in zip(spans, owned, strict=True))

    def paragraph(self, heading: str = "") -> Paragraph | None:
        """The paragraph, or None when nothing is said in it."""
        sentences = self.sentences()
        return Paragraph(sentences=sentences, heading=heading) if sentences else None

    def _sentence(
        self, tokens: list[_Token], starts: list[int], span: tuple[int, int], owned: list[int]
    ) -> DraftSentence:
        raw: list[str] = []
        in_place: list[Mention] = []
        places: list[tuple[int, int]] = []
        mentions: list[Mention] = []
        for index in owned:
            token = tokens[index]
            if token.mentions:
                named = [one for one in token.mentions if one.narrative]
                raw.append(_listed(len(named)) or _ASIDE)
                in_place += named
                mentions += token.mentions
                places.append((token.start, token.end))
            else:
                first, last = max(0, span[0] - starts[index]), min(len(token.prose), span[1] - starts[index])
                raw.append(token.prose[first:last])
                places.append(token.place(first, last))
        start, end = places[0][0], max(place[1] for place in places)
        return DraftSentence(
            pieces=tuple(_pieces("".join(raw), in_place)),
            mentions=tuple(mentions),
            start=start,
            end=end,
            line=self._lines.of(start),
        )


def _listed(count: int) -> str:
    """Places for narrative citations: one, `one and another`, `one, another and a third`."""
    if count <= 1:
        return _IN_PLACE * count
    return ", ".join([_IN_PLACE] * (count - 1)) + f" and {_IN_PLACE}"


def _with_subjects(tokens: list[_Token]) -> list[_Token]:
    """Citations in brackets without which the sentence would lack a word are taken as narrative.

    They are those that begin a sentence and are followed by a verb (`[@a] shows`), and those after a preposition
    (`as in [@a]`): styles that number their references allow both.
    """
    found: list[_Token] = []
    has_words = any(re.search(r"\w", token.prose) for token in tokens)
    before = ""
    for index, token in enumerate(tokens):
        kept = token
        if token.mentions and not token.prose:
            bare = before.rstrip()
            begins = _ENDED.search(bare) and not _ABBREVIATED.search(bare)
            is_subject = begins and _VERB_AFTER.match(_following(tokens, index))
            if is_subject or not has_words or _NOUN_BEFORE.search(bare):
                named = tuple(replace(one, narrative=True) for one in token.mentions)
                space = " " if before and not before.endswith((" ", "\n", "(", "[")) else ""
                if space:
                    found.append(_Token(prose=space, start=token.start, end=token.start))
                kept = replace(token, prose=_NAME, mentions=named)
            elif bare and not begins and _following(tokens, index)[:1] in (".", "!", "?"):
                kept = replace(token, prose=_WORD)
        found.append(kept)
        before = (before + kept.prose)[-40:]
    return found


def _following(tokens: list[_Token], index: int) -> str:
    """A few characters that follow a citation."""
    text = ""
    for token in tokens[index + 1 : index + 6]:
        text += token.prose[:8]
        if text.strip() or token.mentions:
            break
    return text


def _split(prose: str) -> list[tuple[int, int]]:
    """Where the sentences are; a long paragraph is cut before, for splitting takes the square of a run of quotes."""
    spans: list[tuple[int, int]] = []
    start = 0
    while start < len(prose):
        cut = _CUT.search(prose, start + _LONG, start + 2 * _LONG) or _SPACE.search(prose, start + 2 * _LONG)
        end = min(cut.end(), start + 3 * _LONG) if cut else min(len(prose), start + 3 * _LONG)
        spans += [(start + first, start + last) for first, last in split_sentences(prose[start:end])]
        start = end
    return spans


def _with_words(prose: str, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Sentences without a letter or digit, as the full stop after a citation after a full stop, join the one before."""
    found: list[tuple[int, int]] = []
    for start, end in spans:
        if re.search(r"\w", prose[start:end]):
            found.append((start, end))
        elif found:
            found[-1] = (found[-1][0], end)
    return found


def _undivided(tokens: list[_Token], starts: list[int], spans: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """The sentences with no boundary in words that are not those of the source, as a command's that stands for some."""
    before: tuple[int, int] | None = None
    for start, end in spans:
        index = bisect_right(starts, start) - 1
        if before and not tokens[index].is_exact and starts[index] < start:
            before = (before[0], end)
            continue
        if before:
            yield before
        before = (start, end)
    if before:
        yield before


def _owned(tokens: list[_Token], starts: list[int], spans: list[tuple[int, int]]) -> list[list[int]]:
    """Numbers of the tokens of each sentence; words may belong to several, a citation belongs to one.

    A citation after a full stop belongs to the sentence before it.
    """
    firsts, ends = [span[0] for span in spans], [span[1] for span in spans]
    owned: list[list[int]] = [[] for _ in spans]
    for index, (token, at) in enumerate(zip(tokens, starts, strict=True)):
        if not spans:
            break
        if token.mentions:
            found = (bisect_right if token.prose else bisect_left)(firsts, at) - 1
            owned[max(0, found)].append(index)
            continue
        number = bisect_right(ends, at)
        while number < len(spans) and firsts[number] < at + len(token.prose):
            owned[number].append(index)
            number += 1
    return owned


def _pieces(raw: str, in_place: Sequence[Mention]) -> Iterator[str | Mention]:
    raw = re.sub(r"\s+", " ", raw)
    if _ASIDE in raw:
        raw = _ASIDES.sub(_ASIDE, raw)
        raw = _ONLY_CITED.sub(_ASIDE, raw)
        raw = _CITED_FIRST.sub("(", _CITED_LAST.sub(")", raw))
        raw = _STOP_AGAIN.sub(r"\1", raw).replace(_ASIDE, "")
    words = raw.strip().split(_IN_PLACE)
    for index, text in enumerate(words):
        if index:
            yield in_place[index - 1]
        if text:
            yield text
