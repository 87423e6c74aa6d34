"""What sets a statement apart from its evidence, as numbers with names and as findings that can be told.

Every feature is a plain number; `FEATURES` is their order. The weights file names the same ones.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from itertools import pairwise
from math import log1p
from typing import TYPE_CHECKING

from assistant.judges.hedges import Certainty, read_certainty, spoken
from assistant.judges.names import acronyms, names, squeezed
from assistant.judges.polarity import Polarity, against, read_polarity
from assistant.judges.quantities import Quantity, differing_units, is_in, quantities
from assistant.judges.words import Words, focused, opening_phrase, read_words

if TYPE_CHECKING:
    from assistant.evidence.spans import Span

__all__ = ["Compared", "Findings", "Read", "compare"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """The evidence as `compare` needs it."""

    sentences: Sequence[str]
    """All of it, in order."""
    span: "Span"
    """Where the statement was written from."""
    single: float
    """Highest cosine of the statement to one sentence."""
    whole: float
    """Cosine of the statement to all of it."""
    nearest: Sequence[int] = ()
    """Indices of the sentences nearest to the statement, nearest first."""

    @property
    def quote(self) -> str:
        """The text of the span."""
        return " ".join(self.sentences[self.span.first : self.span.last + 1])


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """What differs, in the words of the two texts."""

    missing_numbers: tuple[str, ...] = ()
    """Numbers of the statement that the evidence lacks."""
    present_numbers: tuple[str, ...] = ()
    """Numbers of the span that the statement lacks."""
    other_unit: tuple[str, str] | None = None
    """A number as the statement has it, and the unit that the evidence gives it."""
    elsewhere_numbers: tuple[str, ...] = ()
    """Numbers of the statement that the evidence has, but not in the span."""
    missing_names: tuple[str, ...] = ()
    elsewhere_names: tuple[str, ...] = ()
    negated: tuple[str, ...] = ()
    """Stems that only one of the two negates."""
    turned: tuple[str, str] | None = None
    """A word of the statement and one of the span that point opposite ways."""
    dropped_hedge: str = ""
    """A hedge of the span that the statement lacks."""
    widened: str = ""
    """A word of the statement by which it says more than the span."""
    replaced: tuple[str, str] | None = None
    """A word of the statement, and the word of the span in its place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """A statement beside its evidence."""

    features: dict[str, float]
    findings: Findings


def compare(statement: str, read: Read) -> Compared:
    """Compare a statement with evidence that has at least one sentence.

    Every feature comes twice, the second time (`copied_...`) times the share of the statement that stands in the span
    in its order: the more is copied, the more one difference says.
    """
    said, quote = read_words(statement), read_words(read.quote)
    present = frozenset[str]().union(*(read_words(one).stems for one in read.sentences))
    features = _words(said, quote, present, read)
    findings: dict[str, object] = {}
    for part in (_numbers, _names, _directions, _certainty, _replaced):
        more, told = part(statement, read)
        features |= more
        findings |= told
    for name in list(features):
        features[f"copied_{name}"] = features["in_order"] * features[name]
    return Compared(features=features, findings=Findings(**findings))  # type: ignore[arg-type] # because each part names fields of it


_Part = tuple[dict[str, float], dict[str, object]]


def _words(said: Words, quote: Words, present: frozenset[str], read: Read) -> dict[str, float]:
    wanted = said.content
    stems = said.stems
    pairs = list(pairwise(wanted))
    shown = quote.content
    theirs = set(pairwise(shown))
    near = {(left, right) for at, left in enumerate(shown) for right in shown[at + 1 : at + 4]}
    match = SequenceMatcher(None, wanted, shown, autojunk=False)
    blocks = match.get_matching_blocks()
    missing = len(stems - present)
    return {
        "cosine": read.span.cosine,
        "cosine_single": read.single,
        "cosine_whole": read.whole,
        "coverage": read.span.coverage,
        "coverage_whole": _share(len(stems & present), len(stems)),
        "missing_words": float(min(missing, 6)),
        "subject_missing": _share(sum(stem not in present for stem in wanted[:2]), len(wanted[:2])),
        "all_words": float(missing == 0),
        "pairs": _share(sum(pair in theirs for pair in pairs), len(pairs)),
        "pairs_near": _share(sum(pair in near for pair in pairs), len(pairs)),
        "in_order": _share(sum(block.size for block in blocks), len(wanted)),
        "longest_run": _share(max(block.size for block in blocks), len(wanted)),
        "quote_used": _share(sum(block.size for block in blocks), len(shown)),
        "length": log1p(len(wanted)),
        "quote_length": log1p(len(shown)),
        "sentences": log1p(len(read.sentences)),
    }


def _numbers(statement: str, read: Read) -> _Part:
    wanted = [one for one in quantities(statement) if one.is_firm]
    everywhere = [one for sentence in read.sentences for one in quantities(sentence)]
    quoted = quantities(read.quote)
    missing = [one for one in wanted if not is_in(one, everywhere)]
    elsewhere = [one for one in wanted if one not in missing and not is_in(one, quoted)]
    units = [(one.text, unit) for one in wanted if (unit := differing_units(one, everywhere))]
    others = [one for one in quoted if one.is_firm and not is_in(one, quantities(statement))]
    features = {
        "numbers": float(min(len(wanted), 3)),
        "numbers_missing": float(min(len(missing), 2)),
        "numbers_missing_any": float(bool(missing)),
        "numbers_changed": float(bool(missing and others)),
        "numbers_elsewhere": float(min(len(elsewhere), 2)),
        "numbers_found": float(bool(wanted) and not missing and not elsewhere),
        "unit_changed": float(bool(units)),
    }
    return features, {
        "missing_numbers": _texts(missing),
        "elsewhere_numbers": _texts(elsewhere),
        "present_numbers": _texts(_like(missing, others)),
        "other_unit": units[0] if units else None,
    }


def _like(missing: Sequence[Quantity], others: Sequence[Quantity]) -> list[Quantity]:
    """Numbers that may be what a missing one was: those of its unit first."""
    units = {one.unit for one in missing}
    return sorted(others, key=lambda one: one.unit not in units)


def _texts(found: Sequence[Quantity]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one.text for one in found))


def _names(statement: str, read: Read) -> _Part:
    wanted = names(statement)
    whole, quote = squeezed(" ".join(read.sentences)), squeezed(read.quote)
    defined = acronyms(" ".join(read.sentences))
    said = squeezed(statement)

    def among(name: str, text: str) -> bool:
        short = squeezed(name)
        stem = short.removesuffix("s")
        long = defined.get(short) or defined.get(stem) or defined.get(short + "s", "")
        return short in text or stem in text or bool(long and squeezed(long) in text)

    missing = [name for name in wanted if not among(name, whole) and not _spelled(name, read.sentences)]
    elsewhere = [name for name in wanted if name not in missing and not among(name, quote)]
    theirs = [name for name in names(read.quote) if squeezed(name) not in said]
    features = {
        "names": float(min(len(wanted), 3)),
        "names_missing": float(min(len(missing), 2)),
        "names_elsewhere": float(min(len(elsewhere), 2)),
        "names_replaced": float(bool(missing and theirs)),
    }
    return features, {"missing_names": tuple(missing), "elsewhere_names": tuple(elsewhere)}


def _spelled(name: str, sentences: Sequence[str]) -> bool:
    """True when neighbouring words begin with the letters of an acronym."""
    letters = "".join(char for char in name.lower().removesuffix("s") if char.isalpha())
    if not name.isupper() or len(letters) < 2:  # noqa: PLR2004 - because one letter begins many words
        return False
    return any(letters in "".join(word.low[0] for word in read_words(one).all) for one in sentences)


def _directions(statement: str, read: Read) -> _Part:
    said, theirs = read_polarity(statement), read_polarity(focused(read.quote, statement))
    shared = frozenset(read_words(statement).content) & frozenset(read_words(read.quote).content)
    flipped = _flipped(said, theirs, shared)
    found = against(said, theirs)
    near = [against(said, read_polarity(read.sentences[at])) for at in read.nearest]
    features = {
        "negated": float(min(said.negations, 2)),
        "quote_negated": float(min(theirs.negations, 2)),
        "negation_differs": float(said.negations % 2 != theirs.negations % 2),
        "negation_added": float(said.negations > theirs.negations),
        "negation_lost": float(said.negations < theirs.negations),
        "flipped": _share(len(flipped), len(shared)),
        "flipped_any": float(bool(flipped)),
        "poles_agree": float(min(found.agree, 2)),
        "poles_turned": float(min(len(found.turned), 2)),
        "poles_net": float(max(-2, min(2, found.agree - len(found.turned)))),
        "poles_unmatched": float(min(found.unmatched, 2)),
        "near_agree": _share(sum(one.agree > len(one.turned) for one in near), len(near)),
        "near_turned": _share(sum(one.agree < len(one.turned) for one in near), len(near)),
        "near_negated": _share(
            sum(bool(read_polarity(read.sentences[at]).negations) for at in read.nearest), len(near)
        ),
    }
    return features, {"negated": tuple(flipped), "turned": found.turned[0] if found.turned else None}


def _flipped(said: Polarity, theirs: Polarity, shared: frozenset[str]) -> list[str]:
    """Stems of both that one negates and the other does not.

    With as many negations in both, one of them may only stand elsewhere (`gained hardly anything`, `hardly any gain`):
    then each must negate what the other does not.
    """
    ours, others = (said.negated - theirs.negated) & shared, (theirs.negated - said.negated) & shared
    if said.negations and said.negations == theirs.negations and not (ours and others):
        return []
    return sorted(ours | others)


def _certainty(statement: str, read: Read) -> _Part:
    quote, stems = focused(read.quote, statement), read_words(statement).stems
    said, theirs = read_certainty(statement), read_certainty(quote)
    everywhere = frozenset[str]().union(*(read_certainty(read.sentences[at]).all for at in read.nearest))
    unfounded = replace(said, all=frozenset() if theirs.all else said.all - everywhere)
    stronger = _widened(unfounded, theirs)
    hedges = frozenset[str]() if said.hedges else spoken("hedges", quote, stems)
    dropped = sorted(hedges)
    scope = sorted(theirs.scope) if theirs.scope and not said.scope else []
    features = {
        "hedged": float(bool(said.hedges)),
        "quote_hedged": float(bool(theirs.hedges)),
        "hedge_dropped": float(bool(dropped)),
        "hedge_added": float(bool(said.hedges and not theirs.hedges)),
        "sure_added": float(bool(said.surer_than(theirs))),
        "all_added": float(bool(unfounded.all)),
        "some_dropped": float(bool(not said.some and spoken("some", quote, stems))),
        "cause_added": float(bool(said.cause and theirs.association and not theirs.cause and not said.association)),
        "scope_dropped": float(bool(scope)),
        "overclaims": float(bool(dropped) + bool(stronger) + bool(scope)),
    }
    return features, {"dropped_hedge": (dropped or scope or [""])[0], "widened": stronger}


def _widened(said: Certainty, theirs: Certainty) -> str:
    if said.all and not theirs.all:
        return min(said.all)
    if surer := said.surer_than(theirs):
        return min(surer)
    if said.cause and theirs.association and not theirs.cause and not said.association:
        return min(said.cause)
    return ""


def _replaced(statement: str, read: Read) -> _Part:
    """Words that stand where the span has another one, between words that both have."""
    ours = [word for word in read_words(statement).all if word.is_content]
    theirs = [word for word in read_words(read.quote).all if word.is_content]
    wanted, shown = [word.stem for word in ours], [word.stem for word in theirs]
    codes = SequenceMatcher(None, wanted, shown, autojunk=False).get_opcodes()
    swaps = [code for code in codes if code[0] == "replace" and code[2] - code[1] <= 2 and code[4] - code[3] <= 2]  # noqa: PLR2004 - because a name may be two words
    fresh = [code for code in swaps if not set(wanted[code[1] : code[2]]) & set(shown)]
    fixed = (
        set(shown) - opening_phrase(read.sentences[read.span.first]) - opening_phrase(read.sentences[read.span.last])
    )
    moved = [code for code in swaps if set(wanted[code[1] : code[2]]) & fixed]
    kept = _share(sum(code[2] - code[1] for code in codes if code[0] == "equal"), len(wanted))
    inserted = sum(code[2] - code[1] for code in codes if code[0] == "insert" or code[0] == "replace")
    features = {
        "replaced": float(min(len(fresh), 2)),
        "replaced_near_copy": float(bool(fresh)) * kept,
        "moved": float(min(len(moved), 2)),
        "added_words": _share(inserted, len(wanted)),
    }
    first = fresh[0] if fresh and kept >= 0.5 else None  # noqa: PLR2004 - because below half it is no copy
    pair = (ours[first[1]].low, theirs[first[3]].low) if first else None
    is_number = bool(pair and (pair[0][0].isdigit() or pair[1][0].isdigit()))  # told of as numbers, if at all
    return features, {"replaced": None if is_number else pair}


def _share(part: int, of: int) -> float:
    return part / of if of else 0.0
