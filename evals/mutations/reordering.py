"""Rewrites that keep what a sentence says: its clauses in another order, somebody else speaking, a frame around it."""

import random
import re

from evals.mutations.editing import decapitalised, tidy

__all__ = ["ORDER_RULES", "framed", "in_third_person"]

_IN_THIS_PAPER = re.compile(
    r"^(?:In (?:this|the present|our) (?:paper|work|study|article|survey|report|review|thesis)|Here),? (?=we\b|the)",
    re.IGNORECASE,
)
_WE = re.compile(r"\bwe\b", re.IGNORECASE)
_OURS = {"our": "their", "ours": "theirs", "us": "them", "ourselves": "themselves"}
_UNDERSTANDING = re.compile(r"\bour (?=(?:\w+ )?(?:understanding|knowledge)\b)")
_OUR = re.compile(r"\b(?:our|Our|ours|us|ourselves)\b")
_SPEAKS_OF_ITSELF = re.compile(
    r"^(?:They|According to|It (?:was|is|has been))\b|\bthe authors\b|\bwe\b|\bet al", re.IGNORECASE
)
_FRAMES = (
    "The authors report that {}",
    "The authors state that {}",
    "The abstract says that {}",
    "According to the authors, {}",
    "It is reported that {}",
    "One paper reports that {}",
)
_NAMED_FRAMES = (
    "According to {author}, {}",
    "{author} report that {}",
    "{author} state that {}",
    "As {author} report, {}",
)
_SEVERAL_PEOPLE = re.compile(r" et al\.| and ")
"""The frames speak of several people."""
_CLAUSE_FIRST = re.compile(r"^(Because|Although|While|If|Since|Whereas|When|Once|Unless) ([^,;:]+), ([^,;:]+)\.$")
_CLAUSE_LAST = re.compile(r"^([^,;:]{15,}?),? (because|although|whereas|unless) (?!of\b)([^,;:]{10,})\.$")
_PHRASE_FIRST = re.compile(
    r"^((?:In|On|For|During|Among|At|Under|Across|Within|Using|By|After|Before|Compared with|Compared to|Unlike) "
    r"[^,;:]{3,70}), ([^,;:]{15,})\.$"
)
_NO_PHRASE = re.compile(
    r"^(?:In (?:contrast|addition|particular|conclusion|summary|fact|general|turn|short|this|total|order|other)"
    r"|On the (?:other|one|contrary)|For (?:example|instance|this|these)|At (?:the same|present)|By contrast|By then"
    r"|In the (?:end|past|present)|After that)\b"
)
_PHRASE_LAST = re.compile(r"^([^,;:]{20,}) (in|during|among|across) ([^,;:]{5,50})\.$")
_BINDS = re.compile(r"\b(?:and|that|which|who|whose|where|both|between|not|no)\b")
"""With these in a sentence its last phrase may belong to a part of it only."""
_PROPOSE = {
    "propose": "proposed", "introduce": "introduced", "present": "presented", "describe": "described",
    "develop": "developed", "evaluate": "evaluated", "study": "studied", "release": "released", "report": "reported",
    "explore": "explored", "analyze": "analyzed", "investigate": "investigated", "design": "designed",
}  # fmt: skip
_ACTIVE = re.compile(rf"^(?:We|The authors) ({'|'.join(_PROPOSE)}) (an? [^,;:]+?|the [^,;:]+?)((?:, an? [^,;]+)?)\.$")
_SEVERAL = re.compile(r"\band (?:an?|the|two|three|its)\b|\b(?:results|findings|effects|methods|experiments|use of)\b")
_THE_PAPER = re.compile(r"^(?:This|The|Our) (?:paper|work|article|study|survey|thesis) (\w+s)\b")


def in_third_person(sentence: str, _abstract: str, rng: random.Random, author: str = "") -> str | None:
    """`We show that our model ...` becomes `The authors show that their model ...`."""
    is_named = _SEVERAL_PEOPLE.search(author) and rng.random() < 0.3  # noqa: PLR2004 - because most answers name nobody
    who = author if is_named else "The authors"
    text = _UNDERSTANDING.sub("the ", _IN_THIS_PAPER.sub("", sentence))
    text = text[:1].upper() + text[1:] if _WE.search(sentence) else sentence
    speakers = iter([who])
    text = _WE.sub(lambda one: _speaker(one, next(speakers, "they")), text)
    return _OUR.sub(lambda one: _owner(one, text), text)


def _speaker(found: re.Match[str], name: str) -> str:
    if found.start() and name.startswith("The "):
        return name[:1].lower() + name[1:]
    return name if name != "they" or found.start() else "They"


def _owner(found: re.Match[str], text: str) -> str:
    if not found.start() or not re.search(r"\bauthors\b|\bthey\b|et al", text[: found.start()]):
        said = {"our": "the authors'", "us": "the authors", "ours": "the authors'", "ourselves": "the authors"}
        word = said[found[0].lower()]
        return word if found.start() else word[:1].upper() + word[1:]
    return _OURS[found[0].lower()]


def framed(sentence: str, abstract: str, rng: random.Random, author: str = "") -> str | None:
    """Words around a sentence that say who says it."""
    if _SPEAKS_OF_ITSELF.search(sentence):
        return None
    named = _SEVERAL_PEOPLE.search(author) and rng.random() < 0.4  # noqa: PLR2004 - because most answers name nobody
    frame = rng.choice(_NAMED_FRAMES if named else _FRAMES)
    return frame.replace("{author}", author).replace("{}", decapitalised(sentence, abstract))


def clauses(sentence: str, abstract: str, _rng: random.Random) -> str | None:
    """A clause or phrase at the beginning goes to the end, or the other way round."""
    if found := _CLAUSE_FIRST.match(sentence):
        return tidy(f"{found[3]} {found[1].lower()} {decapitalised(found[2], abstract)}.")
    if found := _CLAUSE_LAST.match(sentence):
        return f"{found[2].capitalize()} {found[3]}, {decapitalised(found[1], abstract)}."
    if (found := _PHRASE_FIRST.match(sentence)) and not _NO_PHRASE.match(sentence):
        return tidy(f"{found[2]} {found[1][:1].lower()}{found[1][1:]}.")
    if (found := _PHRASE_LAST.match(sentence)) and not _BINDS.search(sentence):
        return f"{found[2].capitalize()} {found[3]}, {decapitalised(found[1], abstract)}."
    return None


def voice(sentence: str, _abstract: str, rng: random.Random) -> str | None:
    """`We propose a method for X` becomes `A method for X is proposed`."""
    if found := _THE_PAPER.match(sentence):
        return f"The authors {found[1].removesuffix('s')}{sentence[found.end() :]}" if _is_plain(found[1]) else None
    found = _ACTIVE.match(sentence)
    if not found or _SEVERAL.search(found[2]):
        return None
    what = found[2][:1].upper() + found[2][1:]
    who = rng.choice(("", " by the authors"))
    return f"{what}{found[3]}{',' if found[3] else ''} is {_PROPOSE[found[1]]}{who}."


def _is_plain(verb: str) -> bool:
    return verb.removesuffix("s") in _PROPOSE


ORDER_RULES = {"clauses": clauses, "voice": voice}
"""Each takes a sentence, its abstract and a lot, and gives None when it finds nothing to do."""
