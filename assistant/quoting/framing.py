"""What stands in a sentence beside what it says: `In this paper, we show that ...`, `Results indicate that ...`."""

import re
from dataclasses import dataclass, replace
from typing import Literal

__all__ = ["FIRST_PERSON", "Framing", "Person", "framing", "lead", "verb_for"]

Kind = Literal["object", "claim", "result", "whole"]
"""`object`: somebody does something, and the rest is what: `we propose | a memory that ...`. `claim`: somebody says
something: `we show that | memories fade`. `result`: results say it. `whole`: there is no frame, or none that can be
taken off."""
Person = Literal["one", "several"]

FIRST_PERSON = re.compile(
    r"\b(?:we|our|ours|us|ourselves|my|myself|I(?!\w|[.’'/-]|\s*[)\]]))\b"
    r"|\b(?:this|the present) (?:paper|work|study|article|survey|thesis|report|chapter|review|tutorial|contribution)\b"
    r"|\bherein\b",
    re.IGNORECASE,
)
"""Words that mean the authors or the paper itself, wherever they are read."""
_OBJECTS = (
    "propose present introduce develop describe design define build construct offer release provide study investigate"
    " examine explore analyze analyse evaluate compare review survey consider address discuss formalize formalise"
    " extend apply derive create collect train test measure characterize characterise identify report demonstrate"
    " outline contribute formulate revisit show find implement establish give suggest use employ devise"
    " summarize summarise assess estimate model generalize generalise validate curate publish advocate announce follow"
    " adopt adapt detail tackle combine leverage conduct perform improve highlight illustrate explain exploit integrate"
    " incorporate augment enhance annotate compile quantify probe benchmark cover sketch justify experiment focus"
)
_CLAIMS = (
    "show find demonstrate argue report observe conclude suggest propose hypothesize hypothesise claim prove note posit"
    " conjecture estimate discover reveal confirm establish contend assume verify"
)
_PASTS = {"show": "showed", "find": "found", "build": "built", "give": "gave", "put": "put"}
_PARTICIPLES = {"show": "shown", "give": "given"}
_THE_PAPER = (
    r"(?:paper|article|work|study|survey|thesis|report|chapter|letter|note|review|research|tutorial|manuscript"
    r"|contribution|talk|demo)"
)
_LEAD = (
    r"(?:(?:in (?:this|the(?= paper)) (?:[\w-]+ ){0,2}"
    + _THE_PAPER
    + r"|herein|here(?: in [^,;:.]{1,40}(?:\.\w+)?(?=,))?"
    r"|to (?:this|that) end|to do (?:so|this)|to (?:address|tackle|solve"
    r"|overcome|mitigate|fill|bridge|close|alleviate|remedy|resolve|achieve|reach|meet|do|accomplish|support|ease|ameliorate)"
    r" (?:this|these|those|the above|the (?:gap|problem|issue|challenge)s?(?=,)|such)(?: [\w-]+){0,3}"
    r"|therefore|thus|hence|finally|specifically|concretely|moreover|furthermore|additionally"
    r"|in addition|first(?:ly)?|second(?:ly)?|lastly|next|then|in particular|consequently|accordingly|also|further"
    r"|(?:motivated|inspired|guided) by [^,;:.]{3,80}(?=,)"
    r"|in (?:front|view|light|the light|the face|response) (?:of|to)"
    r" (?:this|these|such)(?: [\w-]+){1,2}(?=,)|(?:based|building|drawing) (?:up)?on (?:this|these|such)(?: [\w-]+)?"
    r" (?:concept|idea|observation|insight|finding|analys[ei]s|framework|intuition|principle)s?(?=,)"
    r"|in response|as a result|afterwards?|fortunately|interestingly"
    r"|notably|importantly|overall|for this purpose|in summary)\s*,?\s+){0,2}"
)
"""What may stand before the frame and says nothing about the world; anything else could be a condition."""
_SUBJECT = (
    r"(?:we|I|the authors?|(?:this|the present|the current|our)(?: [\w-]+){0,2}? " + _THE_PAPER + r"|the "
    r"(?:paper|article|survey|study|thesis|chapter|review))"
)
_HERE = r"(?:\s+(?:here|in this (?:paper|work|article|study)))?"
_ADVERB = r"(?:[a-z]+ly|also|then|further|therefore|thus|hence|here|first|next|now|instead|all)"
_ACT = re.compile(
    rf"\A{_LEAD}{_SUBJECT}\s+(?:(?P<aux>have|has|will)\s+)?(?P<adverbs>(?:{_ADVERB}\s+)*)"
    rf"(?P<aim>(?:aim|seek|attempt|intend)(?:s|ed)?\s+to\s+)?(?P<verb>[a-z]+)"
    rf"(?:\s+and\s+(?P<second>[a-z]+))?{_HERE}(?P<that>\s+that\b)?{_HERE}"
    r"\s+(?!(?:upon|and|or|but|that)\b|(?<!focus )(?<!focuses )on\b)(?=\S)",
    re.IGNORECASE,
)
_TOLD = frozenset("present introduce describe discuss review cover show outline explain illustrate examine".split())
"""What authors say that they will do, and do in the same text: `we will describe`."""
_NO_OBJECT = re.compile(r"(?:in|at|with|by|from|via|under|as|for(?! the first time))\b", re.IGNORECASE)
_WITH_A_PREPOSITION = ("experiment", "focus")
_WHAT_FOR = re.compile(
    r"\A(?!to (?:the best of )?our\b)(?:(?:in order )?to [a-z]+ |with the (?:goal|aim) of |unlike |in contrast to "
    r"|instead of |rather than |considering that |(?:motivated|inspired|guided) by "
    r"|(?:based|building|drawing) (?:up)?on )[^,;:]{3,160},\s+",
    re.IGNORECASE,
)
_OFFERS = frozenset(
    "propose introduce present describe develop design build construct offer release create announce".split()
)
"""What is proposed is proposed whatever it is for; what is found may be found only for that."""
_ONLY_A_LEAD = re.compile(rf"\A{_LEAD}(?<=,\s)", re.IGNORECASE)
_RESULTS = re.compile(
    rf"\A{_LEAD}(?:(?:our|the|these|extensive|comprehensive|experimental|empirical|preliminary|main|simulation|numerical"
    r"|evaluation|initial|first|detailed|thorough|large-scale|such|study)\s+)*"
    r"(?P<noun>results?|findings?|experiments?|simulations?)\s+(?:(?:also|further|clearly|consistently)\s+)?"
    r"(?P<verb>show(?:ed)?|indicated?|suggest(?:ed)?|demonstrated?|revealed?|confirm(?:ed)?|imply|implied)\s+that\s+(?=\S)",
    re.IGNORECASE,
)
_KEPT_ADVERB = re.compile(
    r"\A(?!(?:final|additional|specifical|main|primari|original|according|subsequent|last)ly)\w+ly\Z"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Framing:
    """A sentence as a frame and what stands in it."""

    kind: Kind
    start: int = 0
    """Where what it says begins: the frame ends there."""
    verb: str = ""
    """What is done or said, in its base form; of results the form that the sentence has."""
    second: str = ""
    """Another verb with the same object: `propose and evaluate`."""
    tense: Literal["present", "past", "perfect"] = "present"
    person: Person = "several"
    """The number of its verb: `this paper proposes` is `one`."""
    adverb: str = ""
    """How it is done, when that is said: `empirically`."""
    noun: str = ""
    """What the results are called."""
    wanted: str = ""
    """What is aimed at, where `verb` is only a wish: `provide`."""


_WHOLE = Framing(kind="whole")


def framing(sentence: str) -> Framing:
    """Tell the frame of a sentence from what it says.

    A frame is only found where what is left can be set into another sentence without a change of meaning: with a
    condition before it, a hedge or a negation in it (`we may propose`, `using X, we show`), a sentence stays whole.
    """
    results = _RESULTS.match(sentence)
    if results:
        return Framing(kind="result", start=results.end(), verb=results["verb"].lower(), noun=results["noun"].lower())
    act = _ACT.match(sentence)
    return (_act(act) if _is_told(act) else _WHOLE) if act else _behind_a_purpose(sentence)


def _behind_a_purpose(sentence: str) -> Framing:
    """The frame of `to see owls, we propose a lantern`, where somebody offers something."""
    purpose = _WHAT_FOR.match(sentence)
    act = _ACT.match(sentence[purpose.end() :]) if purpose else None
    found = _act(act) if act and _is_told(act) else _WHOLE
    if purpose is None or found.kind != "object" or found.verb not in _OFFERS:
        return _WHOLE
    return replace(found, start=purpose.end() + found.start)


def _is_told(act: "re.Match[str]") -> bool:
    """False for what has no object (`we present in detail how`), and for plans that another text may carry out."""
    verb = act["verb"].lower()
    if not act["that"] and _NO_OBJECT.match(act.string, act.end()) and not verb.startswith(_WITH_A_PREPOSITION):
        return False
    return (act["aux"] or "").lower() != "will" or (verb in _TOLD and not (act["that"] or act["aim"] or act["second"]))


def lead(sentence: str) -> int:
    """Where a sentence begins behind what only leads over to it: `To this end, `, `Finally, `."""
    match = _ONLY_A_LEAD.match(sentence)
    return match.end() if match else 0


def _act(match: "re.Match[str]") -> Framing:
    says = bool(match["that"])
    known = _CLAIM_FORMS if says else _OBJECT_FORMS
    verb, second = known.get(match["verb"].lower()), known.get((match["second"] or "").lower())
    if match["aim"] and not says and (verb is None or match["verb"].lower() != verb[0]):
        return _wish(match)
    if verb is None:
        return _WHOLE
    if match["second"] and second is None:
        return _WHOLE
    if match["aim"]:
        wanted = " and ".join(one[0] for one in (verb, second) if one)
        return replace(_wish(match), kind="claim" if says else "object", start=match.end(), wanted=wanted)
    aux = (match["aux"] or "").lower()
    perfect = aux in {"have", "has"}
    if (perfect and verb[1] == "present") or (second and second[1] != verb[1]):
        return _WHOLE
    adverbs = [one for one in match["adverbs"].lower().split() if _KEPT_ADVERB.match(one)]
    return Framing(
        kind="claim" if says else "object",
        start=match.end(),
        verb=verb[0],
        second=second[0] if second else "",
        tense="perfect" if perfect else verb[1],
        person="one" if (aux or match["verb"]).lower() in {"has", _singular(verb[0])} else "several",
        adverb=" ".join(adverbs),
    )


def _wish(match: "re.Match[str]") -> Framing:
    """`we aim | to include both`: a wish is told as a wish."""
    verb, to = match["aim"].split()
    verb = verb.lower()
    return Framing(
        kind="object",
        start=match.end("aim") - len(match["aim"]) + match["aim"].lower().rindex(to.lower()),
        verb=verb.removesuffix("ed").removesuffix("s"),
        tense="past" if verb.endswith("ed") else "present",
        person="one" if verb.endswith("s") else "several",
    )


def verb_for(framed: Framing, person: Person) -> str:
    """The verbs of a frame as they go with somebody: `proposes`, `propose`, `proposed`, `has proposed`."""
    names = [name for name in (framed.verb, framed.second) if name]
    if framed.tense == "past":
        names = [_past(name) for name in names]
    elif framed.tense == "perfect":
        names = [_participle(name) for name in names]
    elif person == "one":
        names = [_singular(name) for name in names]
    has = ("has" if person == "one" else "have") if framed.tense == "perfect" else ""
    wanted = f"to {framed.wanted}" if framed.wanted else ""
    return " ".join(part for part in (has, framed.adverb, " and ".join(names), wanted) if part)


def _singular(verb: str) -> str:
    if verb.endswith(("s", "sh", "ch", "x")):
        return verb + "es"
    return verb[:-1] + "ies" if verb.endswith("y") and verb[-2] not in "aeiou" else verb + "s"


def _past(verb: str) -> str:
    if verb in _PASTS:
        return _PASTS[verb]
    if verb.endswith("e"):
        return verb + "d"
    return verb[:-1] + "ied" if verb.endswith("y") and verb[-2] not in "aeiou" else verb + "ed"


def _participle(verb: str) -> str:
    return _PARTICIPLES.get(verb, _past(verb))


def _forms(verbs: str) -> dict[str, tuple[str, Literal["present", "past"]]]:
    """Every form of some verbs -> the base form, and whether the form is that of the past."""
    found: dict[str, tuple[str, Literal["present", "past"]]] = {}
    for verb in verbs.split():
        found |= dict.fromkeys((_past(verb), _participle(verb)), (verb, "past"))
        found |= dict.fromkeys((verb, _singular(verb)), (verb, "present"))
    return found


_OBJECT_FORMS = _forms(_OBJECTS)
_CLAIM_FORMS = _forms(_CLAIMS)
