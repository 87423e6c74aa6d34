"""Which sentences of an abstract can be quoted alone in somebody else's text, and how well."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from assistant.evidence.bank import Match, Sentence
from assistant.evidence.spans import is_aim
from assistant.quoting.cutting import ITEM, label_of, without_pointer
from assistant.quoting.framing import FIRST_PERSON, Framing, framing
from assistant.reading import cues
from assistant.text import STOP_WORDS, content_stems, without_fonts

__all__ = ["Quotable", "is_readable", "quotables"]

_NEARNESS, _TITLE = 0.7, 0.25
_BEFORE, _FIRST = -0.45, 0.15
_LABELS = (
    (("conclusion", "interpretation"), 0.2),
    (("result", "finding"), 0.2),
    (("method", "design", "setting", "participant", "patient", "background", "context", "introduction"), -0.2),
)
_LONG, _TOO_LONG, _MOST_WORDS, _MOST_CHARACTERS = 42, 65, 90, 800
_SHORT, _FRAGMENT, _TELLING = 7, 5, 14
_NOT_WHOLE = re.compile(r"(?:…|\.{3})[\s\"”’')\]]*\Z|\A[a-z]{2,}\s|\A[,;:)\]]")
_ENDS = re.compile(r"[.!?。！？][\"”’')\]$]*\Z")
_POINTS_AWAY = re.compile(
    r"\b(?:th(?:is|ese|at|ose)|such an?) (?:problem|issue|challenge|limitation|gap|question|task|shortcoming|drawback"
    r"|difficult\w+|approach|method|technique|idea|model|framework|system|algorithm|phenomenon|property|setting|goal"
    r"|result|finding|observation|insight|end|regard|purpose|context|effect|assumption|architecture|process|data)\w*\b"
    r"|\bthe (?:proposed|resulting|aforementioned|above(?:-mentioned)?|latter|former|same|two|three|other) "
    r"|\b(?:as )?(?:above|below|respectively|the following)\b"
    r"|\bsuch (?!as\b|an?\b)[\w-]+"
    r"|(?:\b(?:that|because|since|how|when|if|where|and|but)|[,;]) (?:it|they|its|their)\b",
    re.IGNORECASE,
)
_GOES_ON = re.compile(
    r"\A(?:first|second|third|fourth|last|next|finally|additional|additionally|further|specifically|in particular"
    r"|in detail|more (?:specifically|precisely|importantly)|notably|for (?:example|instance)|similarly|meanwhile"
    r"|fortunately|afterwards?|lastly|on (?:one|the other) hand|by contrast|in contrast|but|and|or|so|yet"
    r"|here)(?:ly)?\b|\b(?:is|are|we|which) then\b|\bthen [a-z]+s\b"
    r"|\Athe (?:first|second|third|last|other) (?:is|was|of)\b"
    r"|\bthe (?:first|second|third|last|other) (?:challenge|problem|issue|question|step|stage|part|limitation|one)\b",
    re.IGNORECASE,
)
"""The sentence is one of several that belong together."""
_NO_PROSE = re.compile(
    r"https?:|www\.|©|\(c\) ?\d{4}|\bcopyright\b|all rights reserved|\bar?xiv\b|\bcorresponding author|\bkeywords?:"
    r"|\b(?:accepted|published|appear(?:s|ed)?) (?:at|in|by)\b.{0,30}\b(?:19|20)\d\d|\b(?:project|web) ?page\b"
    r"|\bsource code\b|\bopen-?source[sd]? (?:at|on)\b|\bgithub\b|\bclinicaltrials\b|\btrial regist",
    re.IGNORECASE,
)
_BACKGROUND = re.compile(
    r"\b(?:in recent years|recent(?:ly)?,|recent (?:advances?|progress|work|years|studies)"
    r"|ha(?:s|ve) (?:attracted|become|gained|emerged|shown|recently)|is (?:a|an|one of the) (?:\w+ ){0,2}"
    r"(?:important|challenging|fundamental|critical|crucial|essential|popular)|traditional(?:ly)?|existing|previous|prior"
    r"|most (?:work|methods|approaches)|remains?|despite|with the (?:rise|advent|rapid)|increasingly|widely)\b",
    re.IGNORECASE,
)
_OUR_OWN = re.compile(r"\bour (?:[\w-]+ ){0,2}(?:approach|method|model|framework|system|algorithm)\b", re.IGNORECASE)
_LATER = re.compile(r"\bfuture (?:[\w-]+ )?(?:research|work|works|directions?|studies)\b", re.IGNORECASE)
_FINDS = re.compile(
    r"\b(?:significant(?:ly)?|associated with|correlated with|outperform\w*|suggests?|indicates?|demonstrates?"
    r"|reveal\w*|improve[sd]?|increase[sd]?|decrease[sd]?|reduce[sd]?|higher|lower|greater|fewer|conclu\w+|found"
    r"|rais(?:es|ed)|achiev\w+|halv(?:es|ed)|percent|points)\b",
    re.IGNORECASE,
)
_HYPE = re.compile(
    r"\b(?:extensive|comprehensive|thorough) (?:experiments?|evaluations?|experimental)\b|\bstate[- ]of[- ]the[- ]art\b"
    r"|\bto the best of our knowledge\b|\bconduct(?:s|ed)? experiments\b"
    r"|\bsuperior(?:ity)?\b|\bsignificantly outperform",
    re.IGNORECASE,
)

_NAME_ACTS = re.compile(
    r"[A-Z][\w-]*[A-Z][\w-]*\s+(?:is (?:an?|the first|about)\b(?!\s+(?:\w+ ){0,2}(?:important|popular|fundamental"
    r"|challeng\w+|crucial|widely|key|major|common)\b)|(?!(?:is|has|was|remains|becomes|needs|requires|plays|suffers"
    r"|systems|models|methods|tasks|parsers|corpora)\b)[a-z]+[^\Ws]s\s)"
)
"""`OldLamp asks`, `OWLS is a test set`, and not `OWLS has become` or `OWLS is an important test set`."""
_FIRST_WORD = re.compile(r"[A-Za-z]+(?=\s)")
_WORD = re.compile(r"[^\W_]+")
_WISHES = frozenset({"aim", "attempt", "intend", "seek"})
_SOON = 8
"""Words within which a sentence has hardly introduced what `this` points to."""
_STEPS = frozenset("adopt apply combine conduct employ experiment follow perform use".split())
"""What is done on the way, more often than what a paper is there for."""
_DEMONSTRATED = re.compile(
    r"\b(?:this|these|those)\s+(?!(?:paper|work|study|article|survey|thesis|report|chapter|review|tutorial|purpose)\b)"
    r"(?P<what>[a-z][\w-]*(?:\s+[a-z][\w-]*){0,2})",
    re.IGNORECASE,
)
_BOTH = re.compile(r"\bboth\b(?![^.;:]*\band\b)", re.IGNORECASE)
_EARLY_PRONOUN = re.compile(r"\A(?:[\w’'-]+,?\s+){1,5}(?:it|its|they|their|them)\b", re.IGNORECASE)
_THE_ONE = re.compile(
    r"\bthe (?:best|final|winning|remaining|main) [\w-]+|\A(?:on|over|across|of) the \w+s,", re.IGNORECASE
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Quotable:
    """A sentence as it can be quoted, with the words before it that say nothing told apart."""

    sentence: Sentence
    start: int
    """Where it begins in the abstract, after a heading like `METHODS:`."""
    framed: Framing
    """Offsets count from `start`."""
    worth: float

    @property
    def text(self) -> str:
        """The sentence without its heading."""
        return self.sentence.text[self.start - self.sentence.start :]


def quotables(matches: Sequence[Match], title: str = "") -> list[Quotable]:
    """The sentences of one paper, with their nearness to a topic, best to quote on it first.

    What states a contribution or a finding and stands alone comes first, above all what has the words of the title;
    what points to the sentence before it, to code, or to nothing but its own importance comes last.
    """
    named = frozenset(content_stems(title))
    found = [_quotable(match, named) for match in matches]
    found = _placed(sorted(found, key=lambda one: one.start), title)
    # Of sentences that are worth the same the one that stands first.
    return sorted(found, key=lambda one: -one.worth)


def is_readable(quote: str) -> bool:
    """True unless a quote has no word, or is so long that nobody reads it as one."""
    is_short = len(quote.split()) <= _MOST_WORDS and len(quote) <= _MOST_CHARACTERS
    return is_short and any(char.isalpha() for char in quote)


def _quotable(match: Match, named: frozenset[str]) -> Quotable:
    sentence = match.sentence
    _, offset = label_of(sentence.text)
    text = sentence.text[offset:]
    framed = framing(text)
    of_title = len(named.intersection(content_stems(text))) / len(named) if named else 0.0
    return Quotable(
        sentence=sentence,
        start=sentence.start + offset,
        framed=framed,
        worth=_NEARNESS * match.similarity
        + _TITLE * of_title
        + _form(text, framed)
        + _standing(text, framed)
        - _length(text),
    )


def _placed(found: Sequence[Quotable], title: str) -> list[Quotable]:
    """Less for what stands before the authors first speak of themselves, more for where they do.

    Where they never do, it is the first sentence that says what the paper is about when it calls that by its name, and
    the second one when it does not. In an abstract with headings these decide.
    """
    labels, label = [], ""
    for one in found:
        label = label_of(one.sentence.text)[0] or label
        labels.append(label)
    speaks = [one.framed.kind != "whole" or bool(FIRST_PERSON.search(one.text)) for one in found]
    if True in speaks:
        first = speaks.index(True)
    else:
        first = min(0 if found and _says_what_it_is(found[0].text, title) else 1, len(found) - 1)
    placed = [_BEFORE if at < first else _FIRST if at == first else 0.0 for at in range(len(found))]
    return [
        replace(one, worth=one.worth + (_labelled(label) if label else by_place))
        for one, label, by_place in zip(found, labels, placed, strict=True)
    ]


def _says_what_it_is(text: str, title: str) -> bool:
    """Whether a first sentence has the name that the title gives, or says half of the title and no background."""
    named = frozenset(content_stems(title))
    said = named.intersection(content_stems(text))
    is_title = 2 * len(said) >= len(named) > 1 and len(text.split()) >= _TELLING and not _BACKGROUND.search(text)
    return _begins_with_its_name(text, title) or is_title


def _begins_with_its_name(text: str, title: str) -> bool:
    """Whether a sentence begins with what the title calls the paper's own: `Lantern: ...`, or the title's initials.

    Or else with what looks like the name of a system and does something: `OldLamp asks whether ...`.
    """
    name, colon, _ = title.partition(":")
    if _NAME_ACTS.match(text) or (colon and text.casefold().startswith(f"{name.strip().casefold()} ")):
        return True
    first = _FIRST_WORD.match(text)
    initials = "".join(word[0] for word in _WORD.findall(title.lower()) if word not in STOP_WORDS)
    return first is not None and first[0].isupper() and len(first[0]) > 1 and first[0].lower() in initials


def _labelled(label: str) -> float:
    """What a sentence under a heading is worth."""
    return next((worth for words, worth in _LABELS if any(word in label for word in words)), 0.0)


def _form(text: str, framed: Framing) -> float:
    """What the kind of sentence is worth."""
    worth = {"object": 0.4, "claim": 0.35, "result": 0.3, "whole": 0.0}[framed.kind]
    said = text[framed.start :]
    if framed.kind != "whole":
        worth -= 0.3 * (len(said.split()) < _FRAGMENT or bool(cues.POINTS_BACK.search(said)))
    if framed.kind == "object" and not cues.CONTRIBUTES.search(text):
        worth -= 0.15
    if framed.kind == "object" and not framed.second:
        worth -= 0.1 * (framed.verb in _STEPS)
    if framed.kind == "whole":
        worth += 0.15 * bool(_FINDS.search(text)) + 0.3 * bool(cues.CONTRIBUTES.search(text))
        worth -= 0.25 * bool(_BACKGROUND.search(text)) + 0.1 * is_aim(text)
    if framed.verb in _WISHES and not framed.wanted:
        worth -= 0.2
    return worth - 0.2 * bool(cues.SAYS_LITTLE.search(text)) - 0.15 * bool(_HYPE.search(text))


def _standing(text: str, framed: Framing) -> float:
    """What is wrong with a sentence that is to stand alone, as a number below 0."""
    body, said = without_fonts(text.strip()), without_fonts(text[framed.start :].strip())
    said = said[: without_pointer(said)]
    # What speaks of the authors is quoted with its frame.
    said = body if FIRST_PERSON.search(said) else said
    faults = (
        (0.3, bool(cues.POINTS_BACK.search(said))),
        (0.3, bool(cues.LEANS_ON_THE_ONE_BEFORE.search(said))),
        (0.3, bool(_POINTS_AWAY.search(said)) or _points_to_what_it_does_not_say(said)),
        (0.3, bool(_GOES_ON.search(said))),
        (0.2, bool(_BOTH.search(said))),
        (0.15, framed.kind == "whole" and bool(_EARLY_PRONOUN.search(said) or _THE_ONE.search(said))),
        (1.0, bool(_NO_PROSE.search(body) or cues.POINTS_TO_CODE.search(body))),
        (0.3, bool(_LATER.search(body))),
        (0.2, framed.kind in {"claim", "result"} and bool(_OUR_OWN.search(said))),
        (0.4, body.endswith("?")),
        (0.4, bool(_NOT_WHOLE.search(body)) or not _ENDS.search(body)),
        (0.1, any(sign in body for sign in '“”"')),
        (0.15, len(ITEM.findall(body)) > 1),
        (0.2, "$" in body or "\\" in body),
        (0.2, "\\text" in body or "\\math" in body),
    )
    return -sum(cost for cost, is_there in faults if is_there)


def _points_to_what_it_does_not_say(said: str) -> bool:
    """Whether `this change` stands where no word of it came before: `the impact of this change`."""
    return any(
        not set(content_stems(match["what"])).intersection(content_stems(said[: match.start()]))
        for match in _DEMONSTRATED.finditer(said)
        if len(said[: match.start()].split()) <= _SOON
    )


def _length(text: str) -> float:
    words = len(text.split())
    return 0.15 * (words < _SHORT) + 0.1 * (words > _LONG) + 0.25 * (words > _TOO_LONG) + 0.4 * (not is_readable(text))
