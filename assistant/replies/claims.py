"""From a model's reply, as it arrives, to sentences and what each one cites.

A sentence is cut off as soon as the text after it shows that it is complete. Every decision is taken with the same text
in view however the reply was chopped, so a streamed reply and a whole one give the same claims.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from assistant.replies.markers import (
    LONGEST_MARKER,
    marker_at,
    markers_in,
    only_markers,
    past_glue,
    without_cut_off_marker,
    without_markers,
)
from assistant.replies.thinking import outside_thinking
from vectorstore.sentences import split_sentences

LONGEST_CLAIM = 2_000
"""Characters. What goes on for longer is no sentence: it is cut, and skipped up to the next possible end."""
_IN_VIEW = 40
"""Characters after a possible end of a sentence by which it is decided."""
_BEHIND = 160
"""Characters before it that are looked at."""
_END = re.compile(r"[.!?…]+(?:\s?»|[\"'”’»)*_`\]])*(?=[\s\[【［⁽¹²³⁰⁴-⁹<\\]|\Z)|[。！？]+[」』”]*|\n")
_SIGN = r"(?:(?:[->*•–]|\d{1,2}[.)]|[a-z]\)|#{1,6})\s(?:\[[ xX]\]\s)?)"
_LIST_SIGN = re.compile(rf"\s*(?:{_SIGN})+")
_STARTS_A_BLOCK = re.compile(rf"{_SIGN}|={{3,}}|-{{3,}}|\*{{3,}}|_{{3,}}|`{{3,}}|~{{3,}}|\||\[\^\w{{1,20}}\]:")
_BIBLIOGRAPHY = re.compile(
    r"\s*(?:#{1,6}\s*|\*\*)?(?:references?|sources?|bibliography|works cited|citations?)\s*:?(?:\*\*)?:?\s*\Z"
    r"|\s*\[\^\w{1,20}\]:",
    re.IGNORECASE,
)
"""A line after which papers are listed, or a footnote."""
_HEADING = re.compile(r"\s*(?:#{1,6}\s|\*\*[^*\n.!?]+\*\*:?\s*\Z|(?:`{3,}|~{3,})[\w-]*\s*\Z|[=\-*_]{3,}\s*\Z)")
_LABEL = re.compile(r"\A(?:(?:final |short )?answer|response|summary|statement|claim)\s*:\s+", re.IGNORECASE)
_EMPHASIS = re.compile(
    r"(?<![\w*])\*(?=[^\s*])([^*\n]{1,300}?)(?<=\S)\*(?![\w*])|(?<![\w_])_{1,2}(?=[^\s_])([^_\n]{1,300}?)(?<=\S)_{1,2}(?![\w_])"
)
_SPECIAL_TOKEN = re.compile(r"<\|[^|<>\n]{1,30}\|>(?:(?:assistant|model|user|system)\b)?|</?s>|\[/?INST\]")
_EMPTY = re.compile(r"\s?[\[【(][\s,;]{0,5}[\]】)]")
_MAY_END = re.compile(r"(?:\betc|\b(?:[A-Z]\.)+[A-Z]|\b(?:Inc|Ltd|Corp|Jr|Sr|[ap]\.m))\.\Z")
"""Abbreviations at which a sentence ends when a marker and a capital letter follow."""
_ROOM = re.compile(
    r"(?:\A|\b(?:and|as|both|by|from|in|like|of|on|or|see|than|that|to|unlike|whereas|while|with))\s*\Z", re.IGNORECASE
)
_MARKER_SIGNS = frozenset("[【［(⁽<\\*`~@¹²³⁰⁴⁵⁶⁷⁸⁹")
_SPACES = re.compile(r"\s+")
_MOST_REPEATS, _MOST_REPEATS_OF_A_WORD = 3, 50
"""A sentence, or a word on its own, that comes once more than this is the last one."""
_MOST_SKIPPED = 8_000
"""Characters without the end of a sentence; a reply with more is not read on."""
_GOES_ON = f"X{'x' * LONGEST_MARKER}"
"""What is taken to follow a reply that broke off, long enough to decide by."""
_MAY_BE_A_DECIMAL = re.compile(r"\d\.\Z")
_NAMED = "\x00"
"""Stands behind a name that was put in for a marker."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A sentence of a reply with the passage numbers and keys in its markers, each once, in order."""

    text: str
    cites: tuple[str, ...]
    is_cut: bool = False
    """It went on for more than `LONGEST_CLAIM` characters."""


def claims_in(reply: str, known: Iterable[str] = ()) -> list[Claim]:
    """Split a reply into sentences and read their markers.

    Markers (`assistant.replies.markers` says what they look like) stand in a sentence, after its full stop or on the
    next line; in a reply that starts with one they stand before the sentences they belong to. Headings and what stands
    in <think> tags are left out.

    Args:
        reply: What the model wrote.
        known: Keys and numbers that exist; a bracket with other plain words is left in the text. A mapping says what
            each is called where a marker is a part of speech: `[1] proposes` becomes `Li et al. (2023) proposes`.
    """
    return list(stream_claims([reply], known))


def stream_claims(pieces: Iterable[str], known: Iterable[str] = ()) -> Iterator[Claim]:
    """`claims_in`, each claim as soon as the text after it shows that it is complete.

    A reply that says one thing again and again, or that does not come to the end of a sentence, is not read to its end:
    the claims end, and `pieces` is closed if it can be. When `pieces` raises, the sentences that were complete until
    then come first.
    """
    reader = _Reader(known if isinstance(known, Mapping) else dict.fromkeys(known, ""))
    said: Counter[str] = Counter()
    for claim in _claims(reader, pieces):
        yield claim
        said[claim.text.casefold()] += 1
        if said[claim.text.casefold()] > (_MOST_REPEATS if " " in claim.text else _MOST_REPEATS_OF_A_WORD):
            break
    if close := getattr(pieces, "close", None):
        close()


def _claims(reader: "_Reader", pieces: Iterable[str]) -> Iterator[Claim]:
    texts = outside_thinking(pieces)
    while not reader.is_over:
        try:
            text = next(texts, None)
        except Exception:
            yield from reader.complete_of_a_broken_reply()
            raise
        if text is None:
            yield from reader.complete(is_final=True)
            return
        reader.add(text)
        yield from reader.complete(is_final=False)


class _Reader:
    """Takes text and gives claims. Text is kept with its white space collapsed, and none at its end."""

    def __init__(self, names: Mapping[str, str]) -> None:
        self._names = names
        self._text = ""
        self._white = ""
        self._start = 0
        """Of the present sentence."""
        self._seen = 0
        """Before this the present sentence does not end."""
        self._is_skipping = False
        self._has_given = False
        self._skipped = 0
        """Characters since the last end of a sentence."""
        self.is_over = False
        """Nothing that comes is read any more."""
        self._leads: bool | None = None
        """The markers of this reply stand before their sentences; None: no sentence has ended yet."""

    def add(self, text: str) -> None:
        text = self._white + text
        visible = text.rstrip()
        self._white = _collapsed(text[len(visible) :])
        if visible:
            self._text = self._text[self._start :] + _collapsed(visible)
            self._seen -= self._start
            self._start = 0

    def complete(self, *, is_final: bool) -> Iterator[Claim]:
        """The claims that no further text can change."""
        while not self.is_over and (end := self._next_end(is_final=is_final)) is not None:
            is_cut = end - self._start == LONGEST_CLAIM
            sentence = self._text[self._start : end]
            claim = None if self._is_skipping else _claim(sentence, self._names, is_cut=is_cut)
            self._start = self._seen = end
            self._is_skipping = is_cut
            self._skipped = self._skipped + len(sentence) if is_cut else 0
            if claim:
                self._has_given = True
                yield claim
            if self._skipped > _MOST_SKIPPED or (self._has_given and _BIBLIOGRAPHY.match(sentence)):
                self.is_over = True
                return

    def complete_of_a_broken_reply(self) -> Iterator[Claim]:
        """The claims that are complete when the text ends here by accident; the beginning of another one is none."""
        self._text = without_cut_off_marker(self._text)
        self._seen = min(self._seen, len(self._text))
        is_open = _MAY_BE_A_DECIMAL.search(self._text) and not self._white
        self.add(_GOES_ON if is_open else f" {_GOES_ON}")
        yield from self.complete(is_final=False)

    def _next_end(self, *, is_final: bool) -> int | None:
        """Where the next sentence starts; None while that cannot be told."""
        limit = self._start + LONGEST_CLAIM
        while (match := _END.search(self._text, self._seen, limit + _IN_VIEW)) and match.start() < limit:
            leads = self._begins_with_a_marker() if self._leads is None else self._leads
            after = self._after(match.end(), leads=leads)
            if not (is_final or self._is_in_view(after)):
                return None
            self._leads = leads
            if self._is_skipping or self._is_end(match, after):
                return after
            self._seen = match.end()
        if len(self._text) > limit + (0 if is_final else _IN_VIEW):
            return limit
        self._seen = max(self._seen, min(len(self._text), limit))
        return len(self._text) if is_final and self._start < len(self._text) else None

    def _is_in_view(self, position: int) -> bool:
        """True when enough has arrived to decide about a sentence that would start here."""
        may_be_marker = self._text[position : position + 1] in _MARKER_SIGNS
        return len(self._text) - position >= (LONGEST_MARKER if may_be_marker else _IN_VIEW)

    def _begins_with_a_marker(self) -> bool:
        return marker_at(self._text, _body(self._text, self._start), self._names) is not None

    def _after(self, end: int, *, leads: bool) -> int:
        """Past the markers and the white space that follow a sentence."""
        position = _past_white(self._text, end)
        sentence = self._text[self._start : end]
        if _BIBLIOGRAPHY.match(sentence):
            return position
        has_one, has_one_below = any(markers_in(sentence, self._names)), False
        while marker_end := self._markers(position):
            is_below = "\n" in self._text[end:position]
            following = _past_white(self._text, marker_end)
            if self._leads_on(marker_end, following, leads=leads) or (is_below and has_one and not has_one_below):
                break
            position, has_one, has_one_below = following, True, is_below
        return position

    def _markers(self, position: int) -> int:
        """Where the marker that starts here ends, or several that are joined by a comma or an `and`; 0 for none."""
        end = 0
        while marker := marker_at(self._text, position, self._names):
            end = marker.end
            position = past_glue(self._text, end)
            if not self._text[end:position].strip():
                break
        return end

    def _leads_on(self, end: int, following: int, *, leads: bool) -> bool:
        """True when a marker between two sentences belongs to the second, perhaps as its subject."""
        if self._text[end : end + 1] == ":":
            return True
        if "\n" in self._text[end:following] or following >= len(self._text):
            return False
        return leads or self._text[following].islower()

    def _is_end(self, match: "re.Match[str]", after: int) -> bool:
        """True when a sentence ends with what was matched."""
        head, between = self._text[self._start : match.end()], self._text[match.end() - 1 : after]
        if after >= len(self._text) or "\n\n" in between:
            return True
        if "\n" in between and (
            _STARTS_A_BLOCK.match(self._text, after) or _HEADING.match(head) or _BIBLIOGRAPHY.match(head)
        ):
            return True
        if match.group() == "\n" or _LIST_SIGN.fullmatch(head + " "):
            return False
        plain = without_markers(head[-_BEHIND:], self._names)
        following = without_markers(self._text[after : after + _IN_VIEW], self._names).lstrip(",:; ")
        if self._text[after] in _MARKER_SIGNS:  # its subject went with the marker
            following = following[:1].upper() + following[1:]
        if following[:1].isupper() and (match.group().endswith("»") or (_MAY_END.search(plain) and "[" in between)):
            return True
        return any(start == len(plain) + 1 for start, _ in split_sentences(f"{plain} {following}x"))


def _claim(sentence: str, names: Mapping[str, str], *, is_cut: bool) -> Claim | None:
    if _HEADING.match(sentence) or _BIBLIOGRAPHY.match(sentence):
        return None
    body = without_cut_off_marker(_SPECIAL_TOKEN.sub("", sentence[_body(sentence, 0) :]).strip())
    kept, last = "", 0
    cites: list[str] = []
    for marker in markers_in(body, names):
        between = body[last : marker.start]
        # What joins two markers goes with them.
        is_glue = bool(cites) and not kept.endswith(_NAMED) and past_glue(body, last) == marker.start
        kept += "" if is_glue else between
        cites += marker.names
        called = " and ".join(name for one in marker.names if (name := names.get(one)))
        rest = body[marker.end :].lstrip()
        if called and (rest[:1].islower() or kept.strip()) and not only_markers(rest, names) and _ROOM.search(kept):
            kept += called + _NAMED
        else:
            kept = kept.rstrip()
        last = marker.end
    text = _LABEL.sub("", _printable((kept + body[last:]).replace(_NAMED, "")).lstrip(",:;–- "))
    if not any(char.isalnum() for char in text):
        return None
    return Claim(text=text, cites=tuple(dict.fromkeys(cites)), is_cut=is_cut)


def _body(text: str, start: int) -> int:
    """Past white space and the sign of a list."""
    sign = _LIST_SIGN.match(text, start)
    return _past_white(text, sign.end() if sign else start)


def _past_white(text: str, position: int) -> int:
    white = _SPACES.match(text, position)
    return white.end() if white else position


def _collapsed(text: str) -> str:
    """Runs of white space as a blank line, a new line or a space."""
    return _SPACES.sub(lambda run: ("\n" * min(run.group().count("\n"), 2)) or " ", text)


def _printable(text: str) -> str:
    """One line, without emphasis, the borders of a table, and characters that act on a terminal."""
    one_line = " ".join(_EMPTY.sub("", text.replace("**", "")).split()).strip("|`~ ")
    one_line = _EMPHASIS.sub(lambda found: found[1] or found[2], one_line)
    return " ".join("".join(char for char in one_line if char.isprintable()).split())
