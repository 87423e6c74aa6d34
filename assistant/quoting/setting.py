"""Quotes set into sentences that say whose they are: `Li et al. (2023) propose “a memory that replays.”`."""

import re
from dataclasses import dataclass
from typing import Literal

from assistant.evidence.passages import evidence_of
from assistant.export.references import short_name
from assistant.guards.orders import without_orders
from assistant.quoting.cutting import balanced, shortened, without_pointer
from assistant.quoting.framing import FIRST_PERSON, Person, lead, verb_for
from assistant.quoting.quotable import Quotable
from assistant.reading.cues import HAS_A_NUMBER
from assistant.replies.languages import is_foreign
from assistant.text import without_fonts
from assistant.types import Citation, Paper, Statement
from assistant.verify import Judge

__all__ = ["Opening", "Setting", "further", "person_of", "pointed_to", "quoted", "set_after", "settings", "stated"]

Opening = Literal["name", "in", "according", "results", "words", "survey", "title", "same", "own"]
"""How a sentence begins: with the name, `In ... the authors`, `According to`, `The results of`, `In the words of`, `A
survey by`, `See also`, `The same paper`, or with other words."""

_LONGEST_FRAGMENT = 40
"""Words from which a fragment is cut at a clause, where that changes nothing."""
_REPORTS = re.compile(
    r"\b(?:outperform|improv|increas|decreas|reduc|achiev|result|found|observ|measur|show|accura|significan|percent|rose|rais"
    r"|rises|fell|falls|lower|higher)\w*|%",
    re.IGNORECASE,
)
_IS_SURVEY = re.compile(
    r"(?:\A|[:?–—]\s|\s-\s)(?:an? |the )?(?:[\w-]+ ){0,3}?(?:(?<!questionnaire )(?<!online )(?<!user )survey"
    r"|(?:systematic|literature|scoping|critical|comprehensive) review|review of)\b(?! (?:data|responses|questions))",
    re.IGNORECASE,
)
"""A title that says what kind of paper it is; an overview may be of a shared task."""
_OURS = re.compile(r"\A(?:our|my)(?: own)? ", re.IGNORECASE)
_OF_OURS = re.compile(
    r",?\s+(?:(?:on|in|for|to|with) which |that |which )?we (?:[a-z]+ly )?[a-z]+"
    r"(?: (?:on|in|to|with|here|for|at|about))?\s*\.?\s*\Z|,?\s+in this (?:paper|work|article|study)\s*\.?\s*\Z",
    re.IGNORECASE,
)
"""A last clause that only says what the authors did with it, or where: `the tasks | we focus on.`"""
_STOPS = (".", "!", "?", "。", "！", "？", "…")
_CLOSERS = "\"”’')]}$ "
_NESTED = str.maketrans("“„”«»", "‘‘’‹›")
_STRAIGHT = re.compile(r"\"([^\"]*)\"")
_VERBS = (
    r"(?:show|demonstrate|evaluate|propose|introduce|present|describe|find|discuss|provide|analy[sz]e|release|apply"
    r"|conclude|argue|investigate|use|develop|prove|examine|explore|validate|outline|identify|give|derive|compare"
    r"|suggest|offer|build|address|extend|summarize|highlight|establish|assess|characterize|reveal|construct)"
)
_COORDINATED = re.compile(
    r"(?:,\s+(?:and\s+)?|\s+and\s+)(?:[a-z]+ly\s+|also\s+|then\s+|further\s+)?"
    rf"(?P<verb>{_VERBS}(?:e?s)?|(?:study|test|report|model|design|review)s?"
    r"(?=\s+(?:that|how|a|an|the|its|their|it|this|on|in|for|whether|why|what)\b))\b"
)
"""A second verb of the same subject, which may have the wrong form for another one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """A sentence around a quote."""

    text: str
    citation: Citation
    claim: str
    """What is said, as the paper puts it: the sentence without our words."""
    opening: Opening


def person_of(paper: Paper) -> Person:
    """Whether a verb about its authors is in the singular."""
    record = paper.record
    return "several" if len(record.authors) > 1 or (record.authors and record.et_al) else "one"


def quoted(text: str) -> str:
    """A quote that ends a sentence, in quotation marks; with a full stop after it when it has none of its own."""
    return _in_marks(text) + ("" if text.rstrip().rstrip(_CLOSERS).endswith(_STOPS) else ".")


def _in_marks(text: str) -> str:
    """On one line and without TeX's commands for fonts; marks inside it become single ones."""
    line = _STRAIGHT.sub(r"‘\1’", without_fonts(" ".join(text.split()))).translate(_NESTED)
    return f"“{line}”"


def settings(one: Quotable, paper: Paper) -> list[Setting]:
    """The ways in which a sentence can be set, best first; there is always one."""
    found = [*_fragments(one, paper), *_whole(one, paper)]
    return list({setting.text: setting for setting in found}.values())


def further(one: Quotable, paper: Paper) -> Setting:
    """A second quote of a paper that has just been called by its name."""
    if one.framed.kind in {"object", "claim"} and (end := _end(one, "one")):
        start, its = _without_our(one, paper)
        that = "that " if one.framed.kind == "claim" else ""
        words = f"The same paper {verb_for(one.framed, 'one')} {that}{its and 'its '}"
        return _set("same", words, one, start, end, paper)
    if one.framed.kind == "result" and (end := _end(one, "one")):
        start, its = _without_our(one, paper)
        words = f"The {_plural(one.framed.noun)} of the same paper {one.framed.verb} that {its and 'its '}"
        return _set("same", words, one, start, end, paper)
    verb = "reports" if _reports(one) else "also says"
    return _set("same", f"The same paper {verb}: ", one, 0, len(one.text), paper)


def pointed_to(paper: Paper, title: Citation) -> Setting:
    """A paper of which nothing is quoted but its title."""
    name = short_name(paper)
    text = f"See also {name}" + (f", {_in_marks(title.quote)}." if paper.record.authors else ".")
    return Setting(text=text, citation=title, claim=title.quote, opening="title")


def set_after(words: str, one: Quotable, paper: Paper) -> Setting:
    """Behind words of our own, which name its paper: `...: the authors propose “...”`, or else the whole sentence."""
    person = person_of(paper)
    end = _end(one, person) if paper.record.authors and one.framed.kind != "whole" else None
    if end is None:
        return _set("own", f"{words}: ", one, lead(one.text), len(one.text), paper)
    start, their = _without_our(one, paper)
    if one.framed.kind == "result":
        results = f"its {_plural(one.framed.noun)} {one.framed.verb} that {their}"
        return _set("own", f"{words}: {results}", one, start, end, paper)
    that = "that " if one.framed.kind == "claim" else ""
    authors = "authors" if person == "several" else "author"
    return _set("own", f"{words}: the {authors} {verb_for(one.framed, person)} {that}{their}", one, start, end, paper)


def stated(setting: Setting, paper: Paper, judge: Judge) -> Statement:
    """The statement, with what the judge says of its claim beside the whole paper."""
    evidence = [said for one in evidence_of(paper) if (said := without_orders(one).strip())]
    verdict = judge.judge(setting.claim, evidence)
    return Statement(text=setting.text, citations=(setting.citation,), verdict=verdict, quoted=True)


def _fragments(one: Quotable, paper: Paper) -> list[Setting]:
    """With the paper's own verb outside the quotation marks, where its frame can be taken off."""
    framed, person = one.framed, person_of(paper)
    end, of_one = _end(one, person), _end(one, "one")
    if framed.kind == "whole" or end is None:
        return []
    name, (start, their) = short_name(paper), _without_our(one, paper)
    if framed.kind == "result":
        by = "of" if framed.noun.startswith(("result", "finding")) else "by"
        noun = _plural(framed.noun)
        opening = f"The {noun} of {name} " if by == "of" else f"{noun.capitalize()} by {name} "
        return [_set("results", f"{opening}{framed.verb} that {their}", one, start, end, paper)]
    that = ("that " if framed.kind == "claim" else "") + their
    found = [_set("name", f"{name} {verb_for(framed, person)} {that}", one, start, end, paper)]
    if of_one and paper.record.authors and _IS_SURVEY.search(paper.title) and framed.kind == "object":
        words = f"A survey by {name} {verb_for(framed, 'one')} {their}"
        found.insert(0, _set("survey", words, one, start, of_one, paper))
    if paper.record.authors:
        authors = "authors" if person == "several" else "author"
        found.append(_set("in", f"In {name}, the {authors} {verb_for(framed, person)} {that}", one, start, end, paper))
    return found


def _without_our(one: Quotable, paper: Paper) -> tuple[int, str]:
    """Where what stands in the frame begins, behind `our`, and what is said in its place."""
    ours = _OURS.match(one.text[one.framed.start :])
    if ours is None:
        return one.framed.start, ""
    return one.framed.start + ours.end(), "their " if paper.record.authors else "its "


def _whole(one: Quotable, paper: Paper) -> list[Setting]:
    """As a sentence of its own, behind a colon, or after words that say whose it is."""
    name, text = short_name(paper), one.text
    plural = person_of(paper) == "several"
    verb = ("report" if plural else "reports") if _reports(one) else ("write" if plural else "writes")
    if not paper.record.authors:
        verb = "says"
    start = lead(text)
    found = [_set("name", f"{name} {verb}: ", one, start, len(text), paper)]
    is_plain = one.framed.kind == "whole" and text[:1].isupper() and not FIRST_PERSON.search(text)
    if is_plain and not is_foreign(text):
        found.append(_set("according", f"According to {name}, ", one, 0, len(text), paper))
    found.append(_set("words", f"In the words of {name}: ", one, start, len(text), paper))
    return found


def _end(one: Quotable, person: Person) -> int | None:
    """Where a fragment ends, in the sentence; None when no fragment of it would read right."""
    framed, text = one.framed, one.text
    rest = text[framed.start :]
    end = len(rest)
    is_other = framed.kind == "object" and framed.tense != "past" and framed.person != person
    second = _second_verb(rest, framed.person) if is_other else None
    if second is not None:
        cut = shortened(rest, len(rest[:second].split()))
        if cut is None:
            return None
        end = cut or end
    if len(rest[:end].split()) > _LONGEST_FRAGMENT or FIRST_PERSON.search(without_fonts(_OURS.sub("", rest[:end]))):
        end = shortened(rest[:end], _LONGEST_FRAGMENT) or end
    end = without_pointer(rest[:end])
    ours = _OURS.match(rest)
    kept = without_fonts(rest[ours.end() if ours else 0 : end])
    if tail := _OF_OURS.search(rest[:end]):
        end, kept = tail.start(), _OF_OURS.sub("", kept)
    if FIRST_PERSON.search(kept) or not balanced(kept) or not kept[:1].strip("'’,;:.-"):
        return None
    return framed.start + end


def _second_verb(rest: str, person: Person) -> int | None:
    """Where a further verb may begin whose form goes with one person, or with several."""
    for match in _COORDINATED.finditer(rest):
        is_singular = match["verb"].endswith("s") and not match["verb"].endswith("ss")
        if is_singular == (person == "one"):
            return match.start()
    return None


def _set(opening: Opening, words: str, one: Quotable, start: int, end: int, paper: Paper) -> Setting:
    quote = one.text[start:end]
    first = one.start + start
    return Setting(
        text=words + quoted(quote),
        citation=Citation(key=paper.key, quote=quote, start=first, end=first + len(quote), where=one.sentence.where),
        claim=one.text[:end],
        opening=opening,
    )


def _plural(noun: str) -> str:
    return noun if noun.endswith("s") else f"{noun}s"


def _reports(one: Quotable) -> bool:
    """True for a sentence about results, which has a number."""
    return one.framed.kind != "object" and bool(HAS_A_NUMBER.search(one.text) and _REPORTS.search(one.text))
