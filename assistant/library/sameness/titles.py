"""Titles as they are compared: one form for all spellings of a title, and how two titles stand to each other."""

import html
import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property
from typing import Literal

from assistant.library.sameness.marks import SPELLED_OUT, marks_of, number_at, numerals
from assistant.text import STOP_WORDS, fold, stems

Relation = Literal["equal", "shorter", "close", "alike", "other"]
"""How two titles stand to each other.

- equal: one title in two spellings
- shorter: one lacks the subtitle, or breaks off
- close: a letter or an ending differs here and there
- alike: most words are shared; together with the same identifier it is one paper
- other: two papers
"""

_TAG = re.compile(r"</?[a-z][^<>]{0,80}>", re.IGNORECASE)
_STYLE = re.compile(
    r"\\(?:text(?:it|bf|sc|rm|tt|sf|up|sl|sub|superscript|subscript|super|normal)?|emph|math(?:rm|bf|it|cal|bb|sf|tt|frak)|mbox|hbox"
    r"|ensuremath|boldsymbol|operatorname|uppercase|lowercase|enquote|mkbibquote|url|it|bf|em|sc|rm|tt)(?![a-z])"
)
_LETTER_COMMAND = re.compile(
    r"\\(aa|AA|ss|ae|AE|oe|OE|o|O|l|L|i|j|dh|DH|th|TH|dj|DJ|ng|NG|ell)(?![A-Za-z])\s*(?:\{\})?"
)
_LETTERS_MEANT = {"aa": "a", "th": "th", "ss": "ss", "dh": "d", "dj": "d", "ng": "n", "ell": "l"}
_ACCENT = re.compile(r"\\(?:[\"'`^~=.]|[cvudbHkrt](?=[\s{]))\s*\{?\s*\\?([A-Za-z])\s*\}?")
_GREEK_NAMES = (
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigma sigma tau upsilon "
    "phi chi psi omega"
).split()
_GREEK = {ord(first) + step: f" {name} " for first in "Αα" for step, name in enumerate(_GREEK_NAMES)}
_GREEK |= {ord("µ"): " mu ", ord("ϵ"): " epsilon ", ord("ϕ"): " phi ", ord("ϑ"): " theta "}
_GREEK_WORD = re.compile(r"[Ͱ-Ͽἀ-῿]{3,}")
_SUBTITLE = re.compile(r"(?<=\w)\s*(?::|\s[-–—]+\s|[—?!;]|\.\s(?=\S)|\s\()\s*")
_RETRACTED = re.compile(r"^\W*(?:retracted|withdrawn)(?:\s+(?:article|paper|chapter))?\s*[:.\]-]+\s*", re.IGNORECASE)
_REMARK = re.compile(
    r"\s*[\[(](?:see comments?|corrected|in process citation|article in \w+"
    r"|comment in\b[^\])]*|published erratum[^\])]*"
    r"|(?:erratum|correction|retraction) (?:appears|published|in)\b[^\])]*"
    r"|(?:retracted|withdrawn)(?: (?:article|paper|chapter|publication))?\b[^\])]*)[\])]",
    re.IGNORECASE,
)
_SECTION = re.compile(
    r"^\W*(?:(?:original|research|review|regular|short|brief|case|clinical|technical|rapid|full) "
    r"(?:article|paper|report|communication|study|research|note)|review)\s*:\s*",
    re.IGNORECASE,
)
_LABEL = re.compile(
    r"\s*(?:[\[(:]\s*(letter|editorial|comment|commentary|note|news|review|case reports?|abstract)s?(?: only)?\s*[\])]"
    r"|[\[(:.-]?\s*(?:extended|conference|meeting|poster) (abstract)s?(?: only)?)\s*[\]).]*\s*$"
)
_BROKEN_OFF = re.compile(r"(?:\.\s?\.\s?\.|…)\s*$")
_WORDS = re.compile(r"[^\W_]+")
_WITHOUT_SPACES = re.compile(
    "([\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff])"
)
"""Signs of scripts that put no spaces between words: Thai, Burmese, Khmer, Japanese, Chinese."""
_ENOUGH_WORDS, _ENOUGH_LETTERS = 4, 24
"""What a title without its end must have at least to be told from others."""
_LEAST_MAIN = 8
_LEAST_SLIP = 5
"""Letters that a word must have for one of them to be a slip."""
_LETTERS_A_SLIP = 6
_CLOSE = 0.9
_ALIKE = 0.8
"""Share of letters that two spellings of a title have in common, in order."""
_IGNORED = str.maketrans(dict.fromkeys("{}$^_~", "") | {"[": "(", "]": ")", "—": " - "})
_SMALL = frozenset("a an the of on in for to and at by its s".split())
_CONTRASTS = (
    "non un in im dis anti hyper hypo multi mono bi tri uni inter intra pre post over under micro macro nano homo "
    "hetero semi sub super pro co de re wo fe extra endo exo iso poly"
).split()
_GENERIC = frozenset(
    """preface foreword introduction editorial editors editor letter obituary erratum correspondence index contents
    reviewers acknowledgement acknowledgements acknowledgment acknowledgments abstracts abstract appendix conclusion
    conclusions discussion summary overview background announcement announcements calendar news contributors
    message welcome note notes comment comments commentary reply response book review reviews issue annual report
    president presidents chair chairs proceedings workshop conference symposium special volume front matter cover
    table program programme list thanks guest highlights untitled title available given provided""".split()
)
_LEAST_SPECIFIC = 10
"""Titles shorter than this many letters do not identify a paper."""


@dataclass(frozen=True, kw_only=True)
class Title:
    """A title in the form in which titles are compared; what only a comparison needs is made when it is asked for."""

    plain: str
    """Folded, without markup and label."""
    words: tuple[str, ...]
    letters: str
    """Letters and digits alone."""
    main: str
    """Letters of what stands before the subtitle; all of them when there is none."""
    rest: str
    """The subtitle's words, as text."""
    label: str
    """`abstract` for a title with `(extended abstract)` behind it, which none of the other forms has."""
    is_broken_off: bool

    @cached_property
    def marks(self) -> frozenset[str]:
        """What makes it another document than the one it names: `correction`, `answer`."""
        return marks_of(self.plain)

    @cached_property
    def numerals(self) -> tuple[str, ...]:
        """Its numbers, in order."""
        return numerals(self.words)

    @cached_property
    def core(self) -> str:
        """Letters without small words, numbers in Arabic numerals."""
        return "".join(
            number_at(self.words, place) or SPELLED_OUT.get(word, word)
            for place, word in enumerate(self.words)
            if word not in _SMALL
        )

    @property
    def is_telling(self) -> bool:
        """False for titles that many papers have: `Preface`."""
        return len(self.letters) >= _LEAST_SPECIFIC and any(
            word not in _GENERIC and word not in STOP_WORDS and not word.isdigit() for word in self.words
        )

    @property
    def weight(self) -> int:
        """Number of words that carry content."""
        return sum(word not in STOP_WORDS and not word.isdigit() for word in self.words)


def title_of(text: str) -> Title:
    """Bring a title into the form in which titles are compared."""
    whole = _plain(text)
    label = _LABEL.search(whole)
    plain = whole[: label.start()] if label else whole
    words = tuple(_WORDS.findall(plain))
    letters = "".join(words)
    parts = _SUBTITLE.split(plain, maxsplit=1)
    main = "".join(_WORDS.findall(parts[0])) if len(parts) > 1 else ""
    has_subtitle = len(main) >= _LEAST_MAIN and len(main) < len(letters)
    return Title(
        plain=plain,
        words=words,
        letters=letters,
        main=main if has_subtitle else letters,
        rest=" ".join(_WORDS.findall(parts[1])) if has_subtitle else "",
        label=next(filter(None, label.groups())) if label else "",
        is_broken_off=_BROKEN_OFF.search(text) is not None,
    )


def _plain(text: str) -> str:
    """Folded, without markup: TeX's and HTML's accents, styles and Greek letters as plain letters."""
    if "&" in text:
        text = html.unescape(text)
    if "<" in text:
        text = _TAG.sub("", text)
    if "\\" in text:
        text = _LETTER_COMMAND.sub(lambda found: _LETTERS_MEANT.get(found[1].lower(), found[1].lower()), text)
        text = _ACCENT.sub(r"\1", _STYLE.sub("", text))
    if not text.isascii():
        # Each sign is a word, so that another sign is another word and no slip in a very long one.
        text = _WITHOUT_SPACES.sub(r" \1 ", text)
        text = text if _GREEK_WORD.search(text) else text.translate(_GREEK)
    if "[" in text or "(" in text:
        text = _REMARK.sub("", text)
    return fold(_SECTION.sub("", _RETRACTED.sub("", text)).translate(_IGNORED))


def relation(one: Title, other: Title) -> Relation:
    """How two titles stand to each other, whichever comes first."""
    if one.marks != other.marks:
        return "other"
    if one.letters == other.letters:
        return "equal"
    if not one.letters or not other.letters:
        return "alike"
    if _lacks_end(one, other) or _lacks_end(other, one):
        return "shorter"
    if one.numerals != other.numerals:
        # `GPT-3` and `GPT-4`, part I and part II: the more alike the rest, the more the numbers mean.
        return "other" if len(one.numerals) == len(other.numerals) else _alike(one, other)
    return "close" if one.core == other.core != "" or _is_close(one, other) else _alike(one, other)


def _lacks_end(short: Title, long: Title) -> bool:
    """True when a title is another without its subtitle, or breaks off inside it."""
    if len(short.words) >= len(long.words):
        return False
    if short.letters == long.main:
        return not numerals(tuple(long.rest.split()), only_parts=True)
    is_start = long.words[: len(short.words)] == short.words
    if short.is_broken_off or len(short.letters) > 3 * _ENOUGH_LETTERS:
        is_start = is_start or long.letters.startswith(short.letters)
        return is_start and len(short.letters) >= _ENOUGH_LETTERS
    return False


def _is_close(one: Title, other: Title) -> bool:
    """True when the titles differ by slips: misspelt words, endings, small words."""
    if _ratio(one.letters, other.letters) < _CLOSE:
        return False
    matcher = SequenceMatcher(None, one.words, other.words, autojunk=False)
    for kind, start, stop, from_, to in matcher.get_opcodes():
        if kind != "equal" and not _is_slip(one.words[start:stop], other.words[from_:to]):
            return False
    return True


def _is_slip(ours: tuple[str, ...], theirs: tuple[str, ...]) -> bool:
    first, second = ("".join(_telling(words)) for words in (ours, theirs))
    if first == second:
        return True
    if not first or not second:
        return False
    if stems([first]) == stems([second]):
        return True
    if _is_contrast(first, second) or _is_contrast(second, first):
        return False
    from rapidfuzz.distance import OSA

    shorter = min(len(first), len(second))
    return shorter >= _LEAST_SLIP and OSA.distance(first, second) <= max(1, shorter // _LETTERS_A_SLIP)


def _telling(words: tuple[str, ...]) -> list[str]:
    return [word for word in words if word not in _SMALL]


def _is_contrast(one: str, other: str) -> bool:
    """True for words whose beginnings turn their sense: `supervised` and `unsupervised`, `hyper-` and `hypotension`."""
    for prefix in _CONTRASTS:
        if one.startswith(prefix):
            root = one[len(prefix) :]
            if other == root or any(other == prefix_ + root for prefix_ in _CONTRASTS if prefix_ != prefix):
                return True
    return False


def _alike(one: Title, other: Title) -> Relation:
    first, second = (set(stems([word for word in title.words if word not in STOP_WORDS])) for title in (one, other))
    starts = one.letters.startswith(other.letters) or other.letters.startswith(one.letters)
    is_alike = (
        starts
        or 2 * len(first & second) > len(first | second)
        or _ratio(*sorted((one.letters, other.letters))) >= _ALIKE
    )
    return "alike" if is_alike else "other"


def _ratio(one: str, other: str) -> float:
    from rapidfuzz.fuzz import ratio

    return ratio(one, other) / 100
