"""Whether two lists of authors are of one paper: initials or full names, transliterations, any order, et al."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from assistant.text import fold
from assistant.types import Author, Record

Agreement = Literal["all", "same", "unknown", "unsure", "different"]
"""How two lists agree: on `all` people, or on the first and most others (`same`), or only on some (`unsure`).

`unknown` when a list is missing.
"""

_PARTICLES = frozenset(
    """af al am aus ben bin da dal dalla das de degli dei del della delle den der des di do dos du e el ez i ibn la las
    le lo los st the ten ter te tho thoe und van vande vander vom von y zu zum zur jr sr ii iii iv""".split()
)
_NOBODY = frozenset(
    "anonymous anon nct euctr isrctn actrn ctri irct various others unknown none author authors".split()
)
_MOST = 30
"""Authors compared; lists of hundreds say no more."""
_MOST_INITIALS = 3
_LEAST_UMLAUT = 4
_LEAST_TYPO = 5
"""Letters that a family name must have for one of them to be a slip."""
_FORMS_OF_A_NAME = 60
"""Likeness, of 100, of two forms of a given name."""
_SPELLINGS = str.maketrans({"'": "", "`": "", '"': "", ".": " ", ",": " ", "-": " ", "(": " ", ")": " ", "~": " "})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Person:
    family: tuple[str, ...]
    """Words without particles, transliterations of umlauts made alike."""
    given: tuple[str, ...]


def first_family(record: Record) -> str:
    """The first author's family name as it is compared; empty when nobody is named."""
    people = _persons(record.authors[:1])
    return "".join(people[0].family) if people else ""


def agreement(one: Record, other: Record) -> Agreement:
    """Whether two records name the same authors."""
    ours, theirs = _persons(one.authors), _persons(other.authors)
    if not ours or not theirs:
        return "unknown"
    if len(ours) > len(theirs):
        ours, theirs = theirs, ours
    left = list(theirs)
    found = 0
    for person in ours:
        match = next((candidate for candidate in left if _are_one(person, candidate)), None)
        if match is not None:
            left.remove(match)
            found += 1
    is_whole = found == len(ours) and (not left or one.et_al or other.et_al)
    if is_whole and (len(ours) > 1 or _are_one(ours[0], theirs[0])):
        return "all"
    if _are_one(ours[0], theirs[0]) and 2 * found >= len(ours):
        return "same"
    if len(ours) > 1 and found == len(ours):
        return "same"
    return "unsure" if found else "different"


def _persons(authors: tuple[Author, ...]) -> tuple[_Person, ...]:
    return tuple(person for person in map(_person, authors[:_MOST]) if person.family and not _is_nobody(person))


def _is_nobody(person: _Person) -> bool:
    return len(person.family) == 1 and person.family[0] in _NOBODY


@lru_cache(maxsize=4096)
def _person(author: Author) -> _Person:
    family, given = _words(author.family), _words(author.given)
    return _Person(
        family=tuple(word for word in family if word not in _PARTICLES) or family, given=_initials_apart(author, given)
    )


def _initials_apart(author: Author, given: tuple[str, ...]) -> tuple[str, ...]:
    """`AB` or `MJ` in capitals are initials, `Bo` is a name."""
    if len(given) == 1 and author.given.strip().isupper() and len(given[0]) <= _MOST_INITIALS:
        return tuple(given[0])
    return given


def _words(name: str) -> tuple[str, ...]:
    plain = fold(name).translate(_SPELLINGS)
    return tuple(_without_umlauts(word) for word in plain.split())


def _without_umlauts(word: str) -> str:
    """`Müller`, `Mueller` and `Muller`, `Søren` and `Soeren` alike."""
    return word.replace("ae", "a").replace("oe", "o").replace("ue", "u") if len(word) >= _LEAST_UMLAUT else word


def _are_one(one: _Person, other: _Person) -> bool:
    """True when two names can be of one person."""
    if _are_families_one(one.family, other.family):
        return _do_given_agree(one.given, other.given)
    if not one.given or not other.given:
        # `Quill Ada` without a comma is a family name of two words.
        return bool(one.given or other.given) and _is_whole_name(one, other)
    return sorted(one.family + one.given) == sorted(other.family + other.given) or _are_turned(one, other)


def _are_families_one(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    first, second = "".join(one), "".join(other)
    if first == second:
        return True
    if len(one) != len(other) and {one[0], one[-1]} & {other[0], other[-1]}:
        return min(len(one), len(other)) == 1  # of two family names one is left out
    from rapidfuzz.distance import OSA

    return (
        first[0] == second[0]
        and min(len(first), len(second)) >= _LEAST_TYPO
        and OSA.distance(first, second, score_cutoff=1) <= 1
    )


def _do_given_agree(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    if not one or not other:
        return True
    first, second = one[0], other[0]
    return first.startswith(second) or second.startswith(first) or (first[0] == second[0] and _are_forms(first, second))


def _are_forms(one: str, other: str) -> bool:
    """Full given names that differ: `Stephen` and `Steven`, `Alexander` and `Aleksandr`, not `Yan` and `Yu`."""
    from rapidfuzz.fuzz import ratio

    return ratio(one, other) >= _FORMS_OF_A_NAME


def _is_whole_name(one: _Person, other: _Person) -> bool:
    ours, theirs = one.family + one.given, other.family + other.given
    # Chinese and Korean names are often written without a space.
    return sorted(ours) == sorted(theirs) or "".join(ours) == "".join(theirs)


def _are_turned(one: _Person, other: _Person) -> bool:
    """`Wei Li` and `Li, W.` where the one has the family name for the given one."""
    return any(
        "".join(first.family) == "".join(second.given) and _do_given_agree(first.given, second.family)
        for first, second in ((one, other), (other, one))
    )
