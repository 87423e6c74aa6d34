"""Pair up `Family, Given, Family, Given` when some names have one part only."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from assistant.library.readers.values.names import is_suffix, name_score, token_kind, without_et_al
from assistant.types import Author

_ORGANISATION = re.compile(
    r"\b(?:team|group|consortium|collaboration|university|institute|laborator(?:y|ies)|labs?|research|project|"
    r"association|society|committee|organi[sz]ation|network|center|centre|company|inc|ltd|gmbh|foundation|"
    r"initiative|alliance|community|council|agency|ministry|department|corporation)\b|\d",
    re.IGNORECASE,
)
_LONGEST_LIST = 20_000
"""Of a list of names; a longer line is none, and pairing its words would take long."""
_MOST_WORDS = 5
_LEAST_LIST = 4
_SINGLE = -1.5
_PAIR = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    """Names of the listing's other author lists."""

    pairs: Counter[tuple[str, str]]
    families: Counter[str]
    givens: Counter[str]
    is_odd: bool
    """The list at hand has an odd number of pieces, so that some name in it has one part."""


def pieces_of(text: str) -> list[str]:
    """The comma-separated pieces, suffixes such as `Jr.` joined to the piece before them."""
    pieces: list[str] = []
    for raw in re.split(r"[,;]", text):
        piece = raw.strip()
        if pieces and is_suffix(piece):
            pieces[-1] += f" {piece}"
        elif piece:
            pieces.append(piece)
    return pieces


def is_inverted_list(line: str, owner: Author | None) -> bool:
    """Whether a line is a list of `Family, Given` names and nothing else."""
    if len(line) > _LONGEST_LIST:
        return False
    text, et_al = without_et_al(line)
    pieces = pieces_of(text)
    if owner and owner.given and (owner.family, owner.given) in pairwise(pieces):
        return True
    if any(len(piece.split()) > _MOST_WORDS for piece in pieces) or text.endswith((".", "?", "!")) > et_al:
        return _ends_in_initial(text) and _is_name_list(pieces)
    if owner and owner.family in pieces:
        return pieces in ([owner.family, owner.given], [owner.family]) or _is_name_list(pieces, least=2)
    return _is_name_list(pieces, least=2 if et_al else _LEAST_LIST)


def _ends_in_initial(text: str) -> bool:
    return re.search(r"(?:^|[\s.-])[^\W\d_]\.$", text) is not None


def _is_name_list(pieces: Sequence[str], least: int = _LEAST_LIST) -> bool:
    if len(pieces) < least or any(len(piece.split()) > _MOST_WORDS for piece in pieces):
        return False
    likely = sum(
        max(name_score(f"{second} {first}"), name_score(f"{first} {second}")) > 0 for first, second in pairwise(pieces)
    )
    return likely >= 0.7 * (len(pieces) - 1)  # one organisation spoils two neighbours


def pair_names(lines: Sequence[str], owner: Author | None = None) -> list[tuple[Author, ...]]:
    """Authors of each line of one listing; names seen on other lines help where a line does not pair up."""
    lists = [pieces_of(line) for line in lines]
    naive = [
        Counter(zip(pieces[::2], pieces[1::2], strict=False)) if len(pieces) % 2 == 0 else Counter() for pieces in lists
    ]
    total = sum(naive, Counter({(owner.family, owner.given): len(lines)} if owner and owner.given else {}))
    return [
        _paired(pieces, _seen(total - own, is_odd=len(pieces) % 2 == 1))
        for pieces, own in zip(lists, naive, strict=True)
    ]


def _seen(pairs: Counter[tuple[str, str]], *, is_odd: bool) -> _Seen:
    return _Seen(
        pairs=pairs,
        families=Counter(family for family, _ in pairs),
        givens=Counter(given for _, given in pairs),
        is_odd=is_odd,
    )


def _paired(pieces: Sequence[str], seen: _Seen) -> tuple[Author, ...]:
    """The best way to cut the pieces into pairs and single names, by dynamic programming from the end."""
    best: list[tuple[float, tuple[Author, ...]]] = [(0.0, ())]
    for start in range(len(pieces) - 1, -1, -1):
        score, rest = best[0]
        choice = (score + _single_score(pieces[start], seen), (Author(family=pieces[start]), *rest))
        if start + 1 < len(pieces):
            family, given = pieces[start], pieces[start + 1]
            score, rest = best[1]
            as_pair = (score + _pair_score(family, given, seen), (_author(family, given), *rest))
            choice = max(choice, as_pair, key=lambda scored: scored[0])
        best = [choice, best[0]]
    return best[0][1]


def _author(family: str, given: str) -> Author:
    words = given.split()
    if len(words) > 1 and is_suffix(words[-1]):
        return Author(family=f"{family} {words[-1]}", given=" ".join(words[:-1]))
    return Author(family=family, given=given)


def _single_score(piece: str, seen: _Seen) -> float:
    score = _SINGLE + 3.0 * _organisation_likeness(piece, seen)
    return score - 0.5 * (seen.families[piece] > 0) - 0.5 * (seen.givens[piece] > 0)


def _pair_score(family: str, given: str, seen: _Seen) -> float:
    if seen.pairs[family, given] > 0:
        return _PAIR + 3.0
    score = _PAIR + 0.2 * max(-5.0, min(2.0, name_score(f"{given} {family}")))
    score += 0.7 * ((seen.families[family] > 0) - (seen.families[given] > 0))
    score += 0.7 * ((seen.givens[given] > 0) - (seen.givens[family] > 0))
    if token_kind(given.split(maxsplit=1)[0]) in ("initial", "letter"):
        score += 0.5
    if token_kind(family.split(maxsplit=1)[0]) in ("initial", "letter"):
        score -= 2.0
    return score - 3.0 * (_organisation_likeness(family, seen) + _organisation_likeness(given, seen))


def _organisation_likeness(piece: str, seen: _Seen) -> float:
    """From 0 to 1; names such as `DeepMind` and `ZhongWei` are told apart only by whether one is to be expected."""
    kinds = {token_kind(token) for token in piece.split()}
    if _ORGANISATION.search(piece) or "mixed" in kinds:
        return 1.0
    return 0.7 if seen.is_odd and kinds & {"two words", "other"} else 0.0
