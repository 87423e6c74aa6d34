"""From a model's reply, as it arrives, to sentences and what each one cites.

A sentence is cut off as soon as the text after it shows that it is complete. Every decision is taken with the same text
in view however the reply was chopped, so a streamed reply and a whole one give the same claims.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from assistant.markers import LONGEST_MARKER, marker_at, markers_in, without_cut_off_marker
from vectorstore.sentences import split_sentences

LONGEST_CLAIM = 2_000
"""Characters. What goes on for longer is no sentence: it is cut, and skipped up to the next possible end."""
_IN_VIEW = 40
"""Characters after a possible end of a sentence by which it is decided."""
_BEHIND = 160
"""Characters before it that are looked at."""
_END = re.compile(r"[.!?…]+[\"'”’»)*\]]*(?=\s|[\[【]|\Z)|[。！？]+|\n")
_SIGN = r"(?:[->*•–]|\d{1,2}[.)]|#{1,6})\s"
_LIST_SIGN = re.compile(rf"\s*(?:{_SIGN})+")
_STARTS_A_BLOCK = re.compile(_SIGN)
_HEADING = re.compile(r"\s*(?:#{1,6}\s|\*\*[^*\n.!?]+\*\*:?\s*\Z)")
_ROOM_FOR_A_NAME = re.compile(
    r"(?:\A|\b(?:and|as|both|by|from|in|like|of|on|or|see|than|that|to|unlike|whereas|while|with))\s*\Z", re.IGNORECASE
)
_MARKER_SIGNS = frozenset("[【(")
_SPACES = re.compile(r"\s+")
_THINK, _THINK_END = "<think>", "</think>"


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A sentence of a reply with the passage numbers and keys in its markers, each once, in order."""

    text: str
    cites: tuple[str, ...]
    is_cut: bool = False
    """It went on for more than `LONGEST_CLAIM` characters."""


def claims_in(reply: str, known: Iterable[str] = ()) -> list[Claim]:
    """Split a reply into sentences and read their markers.

    Markers (`assistant.markers` says what they look like) stand in a sentence, after its full stop or on the next line;
    in a reply that starts with one they stand before the sentences they belong to. Headings and what stands in <think>
    tags are left out.

    Args:
        reply: What the model wrote.
        known: Keys and numbers that exist; a bracket with other plain words is left in the text. A mapping says what
            each is called where a marker is a part of speech: `[1] proposes` becomes `Li et al. (2023) proposes`.
    """
    return list(stream_claims([reply], known))


def stream_claims(pieces: Iterable[str], known: Iterable[str] = ()) -> Iterator[Claim]:
    """`claims_in`, each claim as soon as the text after it shows that it is complete."""
    reader = _Reader(known if isinstance(known, Mapping) else dict.fromkeys(known, ""))
    for text in _outside_thinking(pieces):
        reader.add(text)
        yield from reader.complete(is_final=False)
    yield from reader.complete(is_final=True)


def _outside_thinking(pieces: Iterable[str]) -> Iterator[str]:
    """What stands outside <think> tags, as far as it can be told yet."""
    held, wanted = "", _THINK
    for piece in pieces:
        held += piece
        while (at := held.find(wanted)) >= 0:
            if wanted == _THINK:
                yield held[:at]
            held = held[at + len(wanted) :]
            wanted = _THINK_END if wanted == _THINK else _THINK
        begun = max(length for length in range(len(wanted)) if held.endswith(wanted[:length]))
        if wanted == _THINK:
            yield held[: len(held) - begun]
        held = held[len(held) - begun :]
    if wanted == _THINK:
        yield held


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
        while (end := self._next_end(is_final=is_final)) is not None:
            is_cut = end - self._start == LONGEST_CLAIM
            claim = None if self._is_skipping else _claim(self._text[self._start : end], self._names, is_cut=is_cut)
            self._start = self._seen = end
            self._is_skipping = is_cut
            if claim:
                yield claim

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
        has_one, has_one_below = any(markers_in(self._text[self._start : end], self._names)), False
        while marker := marker_at(self._text, position, self._names):
            is_below = "\n" in self._text[end:position]
            following = _past_white(self._text, marker.end)
            if self._leads_on(marker.end, following, leads=leads) or (is_below and has_one and not has_one_below):
                break
            position, has_one, has_one_below = following, True, is_below
        return position

    def _leads_on(self, end: int, following: int, *, leads: bool) -> bool:
        """True when a marker between two sentences belongs to the second, perhaps as its subject."""
        if "\n" in self._text[end:following] or following >= len(self._text):
            return False
        return leads or self._text[following].islower()

    def _is_end(self, match: "re.Match[str]", after: int) -> bool:
        """True when a sentence ends with what was matched."""
        head, between = self._text[self._start : match.end()], self._text[match.end() - 1 : after]
        if after >= len(self._text) or "\n\n" in between:
            return True
        if "\n" in between and (_STARTS_A_BLOCK.match(self._text, after) or _HEADING.match(head)):
            return True
        if match.group() == "\n" or _LIST_SIGN.fullmatch(head + " "):
            return False
        plain = _unmarked(head[-_BEHIND:], self._names)
        following = _unmarked(self._text[after : after + _IN_VIEW], self._names)
        if self._text[after] in _MARKER_SIGNS:  # its subject went with the marker
            following = following[:1].upper() + following[1:]
        return any(start == len(plain) + 1 for start, _ in split_sentences(f"{plain} {following}x"))


def _claim(sentence: str, names: Mapping[str, str], *, is_cut: bool) -> Claim | None:
    if _HEADING.match(sentence):
        return None
    body = without_cut_off_marker(sentence[_body(sentence, 0) :].strip())
    kept, last = "", 0
    cites: list[str] = []
    for marker in markers_in(body, names):
        kept += body[last : marker.start]
        cites += marker.names
        called = " and ".join(name for one in marker.names if (name := names.get(one)))
        is_first = not kept.strip()
        if called and _ROOM_FOR_A_NAME.search(kept) and not (is_first and not _goes_on(body, marker.end)):
            kept += called
        else:
            kept = kept.rstrip()
        last = marker.end
    text = _printable(kept + body[last:]).lstrip(",:;–- ")
    return Claim(text=text, cites=tuple(dict.fromkeys(cites)), is_cut=is_cut) if text else None


def _goes_on(body: str, position: int) -> bool:
    """True when a word in lower case follows: what stands before it is its subject."""
    return body[position:].lstrip()[:1].islower()


def _body(text: str, start: int) -> int:
    """Past white space and the sign of a list."""
    sign = _LIST_SIGN.match(text, start)
    return _past_white(text, sign.end() if sign else start)


def _past_white(text: str, position: int) -> int:
    white = _SPACES.match(text, position)
    return white.end() if white else position


def _unmarked(text: str, names: Mapping[str, str]) -> str:
    kept, last = "", 0
    for marker in markers_in(text, names):
        kept += text[last : marker.start].rstrip()
        last = marker.end
    return (kept + text[last:]).strip()


def _collapsed(text: str) -> str:
    """Runs of white space as a blank line, a new line or a space."""
    return _SPACES.sub(lambda run: ("\n" * min(run.group().count("\n"), 2)) or " ", text)


def _printable(text: str) -> str:
    """One line, without emphasis and without characters that act on a terminal."""
    one_line = " ".join(text.replace("**", "").split())
    return " ".join("".join(char for char in one_line if char.isprintable()).split())
