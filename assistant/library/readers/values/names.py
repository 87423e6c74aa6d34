"""People's names: parts of one name, and how much a piece of text looks like a name."""

import re
import unicodedata
from collections.abc import Collection, Iterable

from assistant.types import Author


def word_set(text: str) -> frozenset[str]:
    """The words of a text as a set."""
    return frozenset(text.split())


PARTICLES = word_set(
    "af al am aus'm ben bin da dal dalla das de degli dei del della delle den der des di do dos du e el ez i ibn "
    "la las le lo los ten ter te tho thoe und van vande vander vom von y zu zum zur 't"
)
_CAPITALISED_PARTICLES = word_set("Van Von De Del Della Den Der Di Dos")
_VAN_IS_A_MIDDLE_NAME = word_set(
    "Nguyen Nguyễn Tran Trần Le Lê Pham Phạm Hoang Hoàng Huynh Phan Vu Vũ Vo Võ "
    "Dang Đặng Bui Bùi Do Đỗ Ho Hồ "
    "Ngo Ngô Duong Dương Ly Lý Dinh Đinh"
)
_SUFFIX = re.compile(r"(?:jr|sr)\.?|junior|senior|i{2,3}|iv|2nd|3rd|4th", re.IGNORECASE)
_GIVEN_SUFFIX = re.compile(r"[JS]r\.?|I{2,3}|IV|2nd|3rd|4th")
_ET_AL = re.compile(r"(?:\bet\.?\s*al\b\.?|\band\s+others\b|\.{3}|\u2026)$", re.IGNORECASE)
_LONGEST_ET_AL = 40
_SHORT_NAME = re.compile(
    r"(?P<family>.*[^\W\d_]{2,}.*?)\s+(?P<given>(?:[A-Z]\.?[-\s]?){1,4}?)(?:\s+(?P<suffix>[JS]r\.?|I{2,3}|IV|2nd|3rd|4th))?"
)
_LONGEST_NAME = 200
"""Longer texts are none, and matching them would take long."""
_FAMILY_FIRST = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]+")
"""Chinese, Japanese and Korean writing."""
_GROUP_WORDS = word_set(
    "agency alliance assembly association authority board bureau center centre club collaboration collaborative "
    "collaborators college commission committee community company conference consortium corporation council "
    "department federation foundation for forum fund government group hospital inc inc. initiative institut institute "
    "institution international investigators laboratory league ltd ltd. ministry nations network of office "
    "organisation organization party program programme project registry school services society study system "
    "team the trial trust union universidad universität universite université university working world"
)
_HYPHENS = "-\u2010\u2011\u2012\u2013"
_APOSTROPHES = "'\u2019\u02bc\u2018`\u00b4"
FUNCTION_WORDS = word_set(
    "a an and are as at between by can does for from how in into is its of on or over than that the their to towards "
    "under using via vs what when where whether which with within without"
)
CAMEL_PREFIXES = word_set(
    "Mc Mac Le La De Di Du Da Del Della Des Dos Van Von Vander Fitz St El Al Ben Bar Ap Ter Ten Ver Lo Zu"
)

# What each kind of token says about the piece of text being a name: log odds, roughly.
_TOKEN_SCORES = {
    "word": 0.5,
    "uncased": 0.5,
    "initial": 0.6,
    "particle": 0.2,
    "suffix": 0.2,
    "camel": 0.1,
    "short caps": -1.2,
    "letter": -0.2,
    "caps": -2.5,
    "two words": -3.0,
    "mixed": -4.0,
    "lower": -3.5,
    "other": -9.0,
}
_COUNT_SCORES = {1: -1.6, 2: 1.2, 3: 0.9, 4: 0.2, 5: -1.0}
_TOO_LONG = -5.0
_LEAST_WORD = 3
_FOOTNOTE_MARKS = "*\u2020\u2021\u00a7"


def is_suffix(text: str) -> bool:
    """Whether text is what follows a family name: `Jr.`, `III`."""
    return _SUFFIX.fullmatch(text.strip()) is not None


def without_et_al(text: str) -> tuple[str, bool]:
    """The text without a closing `et al.`, `and others` or dots, and whether there was one."""
    whole = text.rstrip()
    found = _ET_AL.search(whole, max(0, len(whole) - _LONGEST_ET_AL))
    return (whole[: found.start()].rstrip(" \t\r\n,;"), True) if found else (text, False)


def is_group(text: str) -> bool:
    """Whether a name of several words has one that no person's name has: `World Health Organization`."""
    words = text.lower().split()
    return len(words) > 1 and not _GROUP_WORDS.isdisjoint(words)


def short_name(text: str) -> Author | None:
    """Read `Family AB` and `Family AB Jr`, the family name first; None for another form."""
    found = _SHORT_NAME.fullmatch(text) if len(text) <= _LONGEST_NAME else None
    if found is None:
        return None
    return Author(family=" ".join(filter(None, (found["family"], found["suffix"]))), given=found["given"].strip())


def person(text: str) -> Author:
    """Read `Given von Family`, `Given Family Jr.`, `Family, Given` or a group; one word is a family name."""
    pieces = [piece.strip() for piece in text.split(",")]
    if len(pieces) > 1 and all(is_suffix(piece) for piece in pieces[1:]):
        text, pieces = " ".join(pieces), [" ".join(pieces)]
    if len(pieces) > 1:
        suffix = [piece for piece in pieces[1:] if is_suffix(piece)]
        given = " ".join(piece for piece in pieces[1:] if not is_suffix(piece))
        first, _, last = given.rpartition(" ")
        if first and _GIVEN_SUFFIX.fullmatch(last):  # MEDLINE has `Smith, Ann B Jr`
            given, suffix = first, [last]
        return Author(family=" ".join([pieces[0], *suffix]), given=given)
    if is_group(text):
        return Author(family=text)
    words = text.split()
    if len(words) == len(("Family", "Given")) and all(map(_FAMILY_FIRST.fullmatch, words)):
        return Author(family=words[0], given=words[1])
    start = _family_start(words)
    return Author(family=" ".join(words[start:]), given=" ".join(words[:start]))


def people_text(people: Iterable[Author]) -> str:
    """People as the details have editors: `Family, Given and Family, Given`."""
    return " and ".join(one.inverted for one in people)


def _family_start(words: list[str]) -> int:
    last = len(words) - 1
    while last > 1 and is_suffix(words[last]):
        last -= 1
    for index in range(1, last):
        word = words[index]
        if word in PARTICLES or word[:1].islower():
            return index
        is_middle_name = word == "Van" and words[0] in _VAN_IS_A_MIDDLE_NAME
        if word in _CAPITALISED_PARTICLES and not is_middle_name:
            return index
    return max(last, 0)


def name_score(text: str, ordinary_words: Collection[str] = ()) -> float:
    """How much `text` looks like one name, given name first: above 0 likely, below 0 unlikely.

    Args:
        text: One piece of an author list.
        ordinary_words: Lower-case words known to be no names; a capitalised one of them counts against.
    """
    tokens = text.split()
    if not tokens:
        return _COUNT_SCORES[1] + _TOKEN_SCORES["other"]
    kinds = [token_kind(token) for token in tokens]
    score = sum(_TOKEN_SCORES[kind] for kind in kinds) + _COUNT_SCORES.get(len(tokens), _TOO_LONG)
    # Names as short as "Li" and "Bo" are also words, abbreviations or symbols somewhere.
    score -= sum(1.0 for token in tokens if len(token) >= _LEAST_WORD and token.lower() in ordinary_words)
    full = sum(kind not in ("letter", "initial", "particle", "suffix") for kind in kinds)
    return score if full else score - 2.0


def token_kind(token: str) -> str:
    """What one token of a name is, as a key of the table of scores."""
    token = token.rstrip(_FOOTNOTE_MARKS)
    if is_suffix(token):
        return "suffix"
    if token in PARTICLES:
        return "particle"
    if token in FUNCTION_WORDS:
        return "other"
    shape = _shape(token)
    for kind, pattern in _KINDS:
        if pattern.fullmatch(shape):
            return kind if kind != "mixed" else _camel_or_mixed(token, shape)
    return "other"


def _camel_or_mixed(token: str, shape: str) -> str:
    humps = re.match(r"Aa+(?=Aa+)", shape)
    rest = token[humps.end() :] if humps else ""
    is_known = humps is not None and token[: humps.end()] in CAMEL_PREFIXES
    if humps is None or token_kind(rest) != "word":
        return "mixed"
    return "camel" if is_known else "two words"


def _shape(token: str) -> str:
    return "".join(_letter_shape(char) for char in unicodedata.normalize("NFC", token))


def _letter_shape(char: str) -> str:
    if char in _HYPHENS:
        return "-"
    if char in _APOSTROPHES:
        return "'"
    category = unicodedata.category(char)
    return {"Lu": "A", "Lt": "A", "Ll": "a", "Lo": "x", "Lm": "a", "Mn": "", "Mc": ""}.get(
        category, char if char == "." else "?"
    )


_PART = r"(?:(?:A')?Aa+(?:'A?a+)?|A'a+)"
_KINDS = (
    ("word", re.compile(rf"(?:a{{1,4}}[-'])?{_PART}(?:-(?:{_PART}|a+|A\.?))*'?")),
    ("word", re.compile(rf"A\.?-{_PART}")),
    ("initial", re.compile(r"(?:A\.)+(?:-?A\.)*|A-A\.?|Aa\.")),
    ("letter", re.compile(r"A")),
    ("uncased", re.compile(r"[x-]+")),
    ("short caps", re.compile(r"AAA?(?:-A+)?")),
    ("caps", re.compile(r"A+(?:[-']A+)*")),
    ("mixed", re.compile(r"A[Aa'-]*\.?")),
    ("lower", re.compile(r"[a'-]+")),
)
