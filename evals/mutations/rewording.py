"""Rewrites that keep what a sentence says: other words for the same, and things left out that it need not say."""

import random
import re

from evals.mutations.editing import in_the_case_of

__all__ = ["WORD_RULES"]

_SYNONYMS = {
    "in order to": "to", "due to": "because of", "a number of": "several", "such as": "for example",
    "utilize": "use", "utilizes": "uses", "utilized": "used", "utilizing": "using", "approximately": "about",
    "additionally": "also", "obtain": "get", "obtained": "got", "obtains": "gets", "demonstrate": "show",
    "demonstrates": "shows", "demonstrated": "showed", "require": "need", "requires": "needs", "numerous": "many",
    "investigate": "study", "investigated": "studied", "examine": "study", "examined": "studied", "employ": "use",
    "employs": "uses", "employed": "used", "previous": "earlier", "crucial": "essential", "as well as": "and also",
    "compared with": "relative to", "compared to": "relative to", "approach": "method", "approaches": "methods",
    "tasks": "problems", "technique": "method", "techniques": "methods", "individuals": "people",
    "mortality": "death rate", "contain": "hold", "contains": "holds", "consists of": "is made up of",
    "conducted": "carried out", "performed": "carried out",
    "recently": "in recent work", "often": "frequently", "increase in": "rise in",
    "decrease in": "fall in", "reduces": "lowers", "reduce": "lower", "largest": "biggest", "novel": "new",
    "comprehensive": "broad", "existing": "current", "widely": "commonly", "leads to": "results in",
    "lead to": "result in", "led to": "resulted in", "is associated with": "is linked to",
    "are associated with": "are linked to", "was associated with": "was linked to",
    "were associated with": "were linked to", "outperforms": "does better than", "outperform": "do better than",
    "outperformed": "did better than", "achieves": "reaches", "achieve": "reach", "achieved": "reached",
    "provide": "give", "provides": "gives", "dataset": "data set", "datasets": "data sets", "higher": "greater",
    "more than": "over", "tumor": "tumour", "tumors": "tumours", "behavior": "behaviour", "modeling": "modelling",
    "essential for": "needed for",
    "regulates": "controls", "regulate": "control", "risk of": "chance of", "identify": "find",
    "identified": "found", "whereas": "while", "multiple": "several", "generate": "produce",
    "generates": "produces", "generated": "produced", "lack of": "absence of", "unable to": "not able to",
    "failed to": "did not manage to", "less than": "under", "majority of": "most of the",
}  # fmt: skip
"""Words and words for the same, whatever is around them."""
_SYNONYM = re.compile(rf"(?<![\w-])(?:{'|'.join(sorted(_SYNONYMS, key=len, reverse=True))})(?![\w-])", re.IGNORECASE)
_MOST_SYNONYMS = 4
_AND_MOST = re.compile(r"\bmost of the the\b")
_PARENTHESIS = re.compile(r" ?\((?:[^()]{1,120})\)")
_ADVERB = re.compile(
    r"\b(?:interestingly|importantly|notably|furthermore|moreover|additionally|in addition|specifically|in particular"
    r"|indeed|thus|therefore|consequently|finally|also|then|further|hence|respectively|recently|successfully"
    r"|currently|remarkably|surprisingly|strikingly|extensively|thoroughly|carefully),? ",
    re.IGNORECASE,
)
_TAIL = re.compile(
    r", (?:which|thereby|thus|suggesting|indicating|resulting|leading|making|including|allowing)\b[^,;]*\.$"
)
_CONTRACTIONS = {
    "do not": "don't", "does not": "doesn't", "did not": "didn't", "is not": "isn't", "are not": "aren't",
    "was not": "wasn't", "were not": "weren't", "has not": "hasn't", "have not": "haven't", "cannot": "can not",
    "could not": "couldn't", "should not": "shouldn't",
}  # fmt: skip
_LONG = {short: long for long, short in _CONTRACTIONS.items()}
_CONTRACTION = re.compile(rf"\b(?:{'|'.join([*_CONTRACTIONS, *_LONG])})\b")
_WORDS = "two three four five six seven eight nine ten eleven twelve".split()
_DIGITS = {str(at): word for at, word in enumerate(_WORDS, start=2)}
_AS_DIGITS = {word: digits for digits, word in _DIGITS.items()}
_COUNT_WORD = re.compile(rf"(?<![\w-])(?:{'|'.join(_WORDS)})(?![\w-])", re.IGNORECASE)
_COUNT = re.compile(rf"(?<= )(?:{'|'.join(_DIGITS)})(?= [a-z]{{3,}})")
_PER_CENT = re.compile(r"(?<=\d)\s?%(?!\w)")
_PER_CENT_WORD = re.compile(r"(?<=\d) per ?cent\b")
_THOUSANDS = re.compile(r"(?<![\d.,])(\d{1,3}),(\d{3})(?![\d,])")
_LONG_NUMBER = re.compile(r"(?<![\d.,\w])([1-9]\d{1,2}|[1-9]\d?)(\d{3})(?![\d,.\w])")
_YEAR = range(1700, 2101)
_DEFINED = re.compile(r"((?:[\w-]+ ){1,6}[\w-]+) \(([A-Z][A-Za-z\d-]{1,9})\)")


def synonyms(sentence: str, _abstract: str, rng: random.Random) -> str | None:
    """Up to four words, chosen by lot, become words for the same."""
    found = [one for one in _SYNONYM.finditer(sentence) if not one.start() or one[0].islower()]
    chosen = {one.start() for one in rng.sample(found, min(len(found), rng.randint(1, _MOST_SYNONYMS)))}
    text = _SYNONYM.sub(
        lambda one: in_the_case_of(one[0], _SYNONYMS[one[0].lower()]) if one.start() in chosen else one[0], sentence
    )
    return _AND_MOST.sub("most of the", text)


def without_parentheses(sentence: str, _abstract: str, _rng: random.Random) -> str | None:
    """What stands in parentheses goes."""
    return _PARENTHESIS.sub("", sentence)


def without_adverbs(sentence: str, _abstract: str, _rng: random.Random) -> str | None:
    """Words that tie a sentence to others, or only praise, go; not `respectively` with a list that needs it."""
    text = _ADVERB.sub("", sentence)
    return text[:1].upper() + text[1:]


def without_tail(sentence: str, _abstract: str, _rng: random.Random) -> str | None:
    """A remark at the end goes: who says the whole says the part before it."""
    return _TAIL.sub(".", sentence)


def contracted(sentence: str, _abstract: str, _rng: random.Random) -> str | None:
    """`did not` becomes `didn't`, and the other way round."""
    return _CONTRACTION.sub(lambda one: _CONTRACTIONS.get(one[0]) or _LONG[one[0]], sentence)


def respelled(sentence: str, _abstract: str, _rng: random.Random) -> str | None:
    """Numbers in another spelling: `12%` and `12 percent`, `three` and `3`, `1,200` and `1200`."""
    text = _COUNT_WORD.sub(lambda one: _AS_DIGITS[one[0].lower()] if one.start() else one[0], sentence)
    if text == sentence:
        text = _COUNT.sub(lambda one: _DIGITS[one[0]], sentence)
    percent = _PER_CENT.sub(" percent", text)
    text = percent if percent != text else _PER_CENT_WORD.sub("%", text)
    whole = _THOUSANDS.sub(r"\1\2", text)
    return whole if whole != text else _LONG_NUMBER.sub(_parted, text)


def _parted(found: re.Match[str]) -> str:
    return found[0] if int(found[0]) in _YEAR else f"{found[1]},{found[2]}"


def acronyms(sentence: str, abstract: str, rng: random.Random) -> str | None:
    """An acronym that the abstract defines is written out, or the other way round."""
    pairs = [(long, short) for found in _DEFINED.finditer(abstract) if (long := _meant(found)) for short in [found[2]]]
    rng.shuffle(pairs)
    for long, short in pairs:
        bare = sentence.replace(f"{long} ({short})", long)
        if bare != sentence:
            return bare if rng.random() < 0.5 else sentence.replace(f"{long} ({short})", short)  # noqa: PLR2004 - because it is a coin
        for before, after in ((long, short), (short, long)):
            parts = re.split(rf"(?<![\w-]){re.escape(before)}(?![\w-])", sentence, maxsplit=1)
            if len(parts) > 1:
                text = after.join(parts)
                return text[:1].upper() + text[1:]
    return None


def _meant(found: re.Match[str]) -> str | None:
    """The words whose first letters an acronym has, from the text before it."""
    letters = [char.lower() for char in found[2] if char.isalpha()]
    words = found[1].split()
    if letters[-1:] == ["s"] and found[2].endswith("s"):
        letters.pop()
    initials = [part for word in words for part in word.split("-") if part]
    if [part[0].lower() for part in initials[-len(letters) :]] != letters:
        return None
    taken, used = [], 0
    for word in reversed(words):
        if used >= len(letters):
            break
        taken.append(word)
        used += len([part for part in word.split("-") if part])
    return " ".join(reversed(taken)) if used == len(letters) else None


WORD_RULES = {
    "synonyms": synonyms,
    "parentheses": without_parentheses,
    "adverbs": without_adverbs,
    "tail": without_tail,
    "contractions": contracted,
    "spelling": respelled,
    "acronyms": acronyms,
}
"""Each takes a sentence, its abstract and a lot, and gives the same when it finds nothing to do."""
