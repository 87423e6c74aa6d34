"""What a question or a sentence names, what it is made of, and whether a paper leaves out what is asked for."""

import re
from collections.abc import Iterable, Sequence

from assistant.reading import cues
from assistant.reading.abbreviations import initials
from assistant.text import QUESTION_WORDS, content_stems, fold, title_fingerprint, without_fonts
from assistant.types import Paper

_PAPERS_OF_A_NAME = 2
_WORDS_OF_A_CLAUSE = 3
_WORDS_OF_A_THING = 2
_WORDS_OF_A_NAME = 3
_APPENDED = re.compile(r"\s+\(about: (.+)\)\s*\Z", re.DOTALL)
"""What a follow-up is about, as the rule writes it behind the question."""
_IN_QUOTES = re.compile(r"“(.+?)”(?!\w)", re.DOTALL)
_DEFINES = re.compile(
    r"\A\W*(?:(?:so|and|but)\s+)?(?:(?:what|who)(?:['’]s|\s+(?:is|are|was|were))|define|explain|what\s+does)"
    r"\s+(?:an?\s+|the\s+)?([^\s?.,;:]+(?:\s+[^\s?.,;:]+){0,2}?)(?:\s+(?:means?|stands?\s+for))?\W*\Z",
    re.IGNORECASE,
)


def named_papers(papers: Sequence[Paper], text: str) -> frozenset[str]:
    """Keys of the papers that a text calls by name.

    By the name that a title starts with (`Name: what it is`), or by a word with the shape of a name that only one or
    two of the papers have.
    """
    owners = (
        {paper.key for paper in papers if _has(paper, name)}
        for name in {match.group() for match in cues.NAME.finditer(text)}
    )
    named = {key for keys in owners if len(keys) <= _PAPERS_OF_A_NAME for key in keys}
    return frozenset(named | {paper.key for paper in papers if _is_word_of(_own_name(paper), text)})


def titled_papers(papers: Sequence[Paper], text: str) -> list[str]:
    """Keys of the papers with a name from a text in their title, in the order of the papers."""
    names = {match.group() for match in cues.NAME.finditer(text)}
    return [paper.key for paper in papers if any(_is_word_of(name, paper.title) for name in names)]


def missing_names(text: str, papers: Sequence[Paper]) -> list[str]:
    """Names in a text that the papers do not have, so that it may be told of the wrong system or data set.

    An abbreviation of words that stand in a paper is there: `LLMs` where it says "large language models".
    """
    read = " ".join(f"{paper.title} {paper.abstract}" for paper in papers)
    present = fold(read if (plain := without_fonts(read)) == read else f"{read} {plain}")
    initials = "".join(word[0] for word in re.findall(r"[^\W_]+", present))
    names = dict.fromkeys(match.group() for match in cues.NAME.finditer(text))
    return [
        name
        for name in names
        if not _is_word_of(fold(name), present)
        and not _is_word_of(fold(name).removesuffix("s"), present)
        and not (name.removesuffix("s").isupper() and fold(name).removesuffix("s") in initials)
    ]


def _own_name(paper: Paper) -> str:
    """What stands before the colon of a title when it is a word or three; else nothing."""
    name, colon, _ = paper.title.partition(":")
    return name if colon and len(name.split()) <= _WORDS_OF_A_NAME else ""


def _has(paper: Paper, name: str) -> bool:
    return _is_word_of(name, paper.title) or _is_word_of(name, paper.abstract)


def _is_word_of(name: str, text: str) -> bool:
    return bool(name) and re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text) is not None


def subject_appended(question: str) -> str | None:
    """What a follow-up was understood to be about, when that was written behind it: `(about: ...)`."""
    match = _APPENDED.search(question)
    return match.group(1) if match else None


def own_words(question: str, papers: Sequence[Paper]) -> tuple[str, frozenset[str]]:
    """A question without what was put into it to say which paper is meant, and the keys of the papers so meant.

    What was written behind a follow-up goes, and a title in quotation marks becomes "it".
    """
    keys = {title_fingerprint(paper.title): paper.key for paper in papers if paper.title}
    meant: list[str] = []

    def pronoun(match: re.Match[str]) -> str:
        key = keys.get(title_fingerprint(match.group(1)))
        meant.extend([key] if key else [])
        return "it" if key else match.group()

    subject = subject_appended(question)
    about = keys.get(title_fingerprint(subject)) if subject else None
    meant.extend([about] if about else [])
    return _IN_QUOTES.sub(pronoun, _APPENDED.sub("", question)), frozenset(meant)


def name_defined(question: str, papers: Sequence[Paper]) -> tuple[str, list[Paper]] | None:
    """The name that a question wants explained, and the one or two papers that have it in their title."""
    match = _DEFINES.match(question)
    if match is None or not cues.NAME.fullmatch(match.group(1)):
        return None
    owners = [paper for paper in papers if _is_word_of(match.group(1), paper.title)]
    return (match.group(1), owners) if 0 < len(owners) <= _PAPERS_OF_A_NAME else None


def name_spelled_out(question: str, papers: Sequence[Paper]) -> str:
    """A question for what a name in a title is, with the words that the abstract has in its place: `MMR (maximal ...)`.

    Any other question, and a name that the abstract has itself, stay as they are.
    """
    name, owners = name_defined(question, papers) or ("", [])
    for paper in owners:
        words = initials(paper.abstract, name).get(name.lower()) if not _is_word_of(name, paper.abstract) else None
        if words:
            return question.replace(name, f"{name} ({words.lower()})", 1)
    return question


def clauses(question: str) -> list[str]:
    """Parts of a question that can be asked alone."""
    parts = cues.BETWEEN_CLAUSES.split(question)
    return [part for part in parts if len(content_stems(part, leave_out=QUESTION_WORDS)) >= _WORDS_OF_A_CLAUSE]


def things_asked(question: str) -> list[str]:
    """The things that a question asks for, in its own words: the sides of a comparison, or else its clauses.

    Every clause with a question word of its own is a thing. Parts that say nothing alone are left out, so that there is
    one thing or none where things cannot be told apart.
    """
    sides = sides_compared(question)
    if sides:
        return sides
    parts = [part for part in cues.BETWEEN_QUESTIONS.split(question) if cues.ASKS.search(part)]
    return _saying(parts, least=_WORDS_OF_A_THING)


def sides_compared(question: str) -> list[str]:
    """What a question sets side by side, in its own words; empty when it is no comparison."""
    compared = next((match for shape in cues.COMPARES for match in [shape.search(question)] if match), None)
    if compared is None:
        return []
    sides = [part for group in compared.groups() for part in cues.BETWEEN_SIDES.split(group)]
    return _saying((name for side in sides for name in _names_joined(side)), least=1)


def _names_joined(side: str) -> list[str]:
    """The names of a side that is nothing but names with `and` between them; else the side."""
    parts = cues.BETWEEN_NAMES.split(side)
    return parts if all(cues.NAME.fullmatch(part) for part in parts) else [side]


def topic_of_list(question: str) -> str | None:
    """What the papers are to be about that a question wants a list of; None when it wants none."""
    listed = cues.LISTS_PAPERS.search(question)
    if listed is None:
        return None
    topic = cues.BEFORE_A_TOPIC.sub("", question[listed.end() :].strip()).strip(" \t,;:.?!")
    return topic if content_stems(topic, leave_out=QUESTION_WORDS) else None


def _saying(parts: Iterable[str], *, least: int) -> list[str]:
    """The parts with a name or so many words that say something."""
    kept = (part.strip(" \t,;:.?!") for part in parts)
    return [
        part
        for part in kept
        if cues.NAME.search(part) or len(set(content_stems(part, leave_out=QUESTION_WORDS))) >= least
    ]


def asks_for_a_detail(question: str) -> bool:
    """True when something is wanted that abstracts leave to the paper."""
    return bool(_details(question))


def lacks_what_is_asked_for(question: str, paper: Paper) -> bool:
    """True when a detail is wanted that abstracts leave to the paper, and this abstract does not mention it."""
    text = fold(paper.abstract)
    return any(detail not in text for detail in _details(question))


def _details(question: str) -> list[str]:
    asked = " " + " ".join(re.findall(r"[\w-]+", fold(question))) + " "
    return [detail for detail in cues.DETAILS if f" {detail} " in asked]
