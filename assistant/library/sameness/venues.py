"""Whether two names of journals or conferences can mean one: abbreviations, acronyms, and what is a preprint."""

import re
from functools import lru_cache
from typing import Literal

from assistant.text import fold
from assistant.types import Record

VenueRelation = Literal["same", "unknown", "different"]
"""`unknown` when one is missing or the names cannot be compared (an acronym that may be of anything)."""

_PREPRINT_VENUE = re.compile(
    r"\b(?:arxiv|corr|biorxiv|medrxiv|chemrxiv|psyarxiv|socarxiv|edarxiv|eartharxiv|techrxiv|engrxiv|ssrn|preprints?"
    r"|zenodo|figshare|\w+ repositor(?:y|ies)|research square|authorea"
    r"|osf|e-?prints?|nber working paper\w*|working paper\w*|openreview)\b"
)
_PREPRINT_DOI = re.compile(
    r"10\.(?:48550|2139|21203|20944|31219|31234|31235|31223|26434|36227|22541|32942|33774|12688|3386|55277|14293"
    r"|35542|31222|31224|31730|31232|2172|26226|36244|1257)/|10\.1101/(?:\d{4}\.\d\d\.\d\d\.|\d{6})|10\.64898/|10\.7287/peerj\.preprints"
)
_REPOSITORY_DOI = re.compile(
    r"10\.(?:5281/zenodo|6084/m9|17605/osf|5061/dryad|7910/dvn|17632|17863|13140|7939|18452|18154|60692|5167|3929|25384|17615)"
)
_PARENTHESES = re.compile(r"\([^)]*\)|\[[^\]]*\]")
_REST = re.compile(r"\s[:/=]\s|:\s")
_YEAR = re.compile(r"(?:19|20)\d\d")
_ORDINAL = re.compile(r"\d{1,3}(?:st|nd|rd|th)")
_TOKENS = re.compile(r"[^\W_]+")
_NOISE = frozenset(
    """of the and for in on at de la le les der die das und et des du y a an to with del della di i proceedings proc
    annual meeting conference conf international intl int vol volume issue no pp th st nd rd edition long papers short
    paper main""".split()
)
_ARTICLES = frozenset(
    "of the and for in on at de la le les der die das und et des du y a an to with del della di".split()
)
_SEVERAL = 2
_LONGEST_ACRONYM = 8
_LEAST_CONTRACTION = 3


def is_preprint_doi(doi: str | None) -> bool:
    """True for DOIs that preprint servers and repositories give out: the published version has another."""
    return doi is not None and (_PREPRINT_DOI.match(doi) is not None or _REPOSITORY_DOI.match(doi) is not None)


def is_preprint(record: Record) -> bool:
    """True for a record of a version that no journal or conference has published."""
    if record.venue:
        return _PREPRINT_VENUE.search(fold(record.venue)) is not None
    if record.doi:
        return is_preprint_doi(record.doi)
    return record.arxiv_id is not None or record.entry_type == "unpublished"


def venue_relation(one: str | None, other: str | None) -> VenueRelation:
    """How two names of venues stand to each other, whichever comes first."""
    return _relation(*sorted((one or "", other or "")))


@lru_cache(maxsize=4096)
def _relation(one: str, other: str) -> VenueRelation:
    first, second = _words(one), _words(other)
    if not first or not second:
        return "unknown"
    if first == second:
        return "same"
    if "://" in one + other or _are_of_two_years(first, second):
        return "different"
    if any(_abbreviates(ours, theirs) for ours in _names(one) for theirs in _names(other)):
        return "same"
    if _acronym(one) or _acronym(other):
        return _acronym_relation(one, other)
    return _core_relation(first, second)


def _core_relation(first: list[str], second: list[str]) -> VenueRelation:
    """Compare what is left without `Proceedings of the 56th Annual ...`: one may name fewer words than the other."""
    core = [[word for word in words if word not in _NOISE and not word[0].isdigit()] for words in (first, second)]
    if not core[0] or not core[1]:
        return "unknown"
    shorter, longer = sorted(core, key=lambda words: (len(words), words))
    rest = iter(longer)
    is_within = all(any(_are_short(word, whole) for whole in rest) for word in shorter)
    return "same" if len(shorter) >= _SEVERAL and is_within else "different"


def _are_of_two_years(first: list[str], second: list[str]) -> bool:
    """True for two years of one conference: `Proceedings of the 56th ...` and `of the 57th ...`."""
    return any(
        bool(ours) and bool(theirs) and not ours & theirs
        for ours, theirs in (
            ({word for word in words if pattern.fullmatch(word)} for words in (first, second))
            for pattern in (_YEAR, _ORDINAL)
        )
    )


def _names(venue: str) -> list[list[str]]:
    """The name, also without what follows `:` or `/`, and what stands in brackets for it."""
    bracketed = (_words(part.strip("()[]")) for part in _PARENTHESES.findall(fold(venue)))
    names = [_words(venue), _words(_REST.split(venue)[0]), *(words for words in bracketed if len(words) >= _SEVERAL)]
    return [words for words in names if words]


def _words(venue: str) -> list[str]:
    plain = _PARENTHESES.sub(" ", fold(venue))
    return [word for word in _TOKENS.findall(plain) if word not in _ARTICLES]


def _abbreviates(one: list[str], other: list[str]) -> bool:
    """True when each word of the one begins, or contracts, the word of the other at its place."""
    return len(one) == len(other) and all(map(_are_short, one, other))


def _are_short(one: str, other: str) -> bool:
    """True when one word is short for the other: `Hosp`, `Natl`, `Dtsch`."""
    word, whole = sorted((one, other), key=len)
    if whole.startswith(word):
        return True
    letters = iter(whole)
    return len(word) >= _LEAST_CONTRACTION and word[0] == whole[0] and all(letter in letters for letter in word)


def _acronym(venue: str) -> str:
    """The acronym that a venue is named by (`NeurIPS 2020`, `nips`), lower case; empty when it has a name in words."""
    named = [word for word in re.findall(r"[^\W\d_]+", _PARENTHESES.sub(" ", venue)) if word.lower() not in _NOISE]
    if len(named) != 1 or len(named[0]) > _LONGEST_ACRONYM:
        return ""
    is_one = named[0].islower() or sum(map(str.isupper, named[0])) > 1
    return fold(named[0]) if is_one else ""


def _acronym_relation(one: str, other: str) -> VenueRelation:
    acronyms = [_acronym(one), _acronym(other)]
    if all(acronyms):
        return "same" if acronyms[0] == acronyms[1] else "different"
    acronym, name = (acronyms[0], other) if acronyms[0] else (acronyms[1], one)
    is_named = acronym.upper() in _TOKENS.findall(name)  # ... Neural Networks (IJCNN 2019)
    return "same" if is_named or _is_made_of(acronym, _words(name)) else "unknown"


def _is_made_of(acronym: str, words: list[str]) -> bool:
    """True when an acronym is put together from the beginnings of words in their order: NeurIPS, EMNLP, PNAS."""
    reached = {0}
    for word in words:
        reached |= {
            place + size
            for place in reached
            for size in range(1, len(acronym) - place + 1)
            if word.startswith(acronym[place : place + size])
        }
    return len(acronym) in reached
