"""What a sentence lets one ask without being understood: a handful of patterns, each with its question."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from assistant.reading.cues import NAME
from assistant.text import STOP_WORDS
from assistant.types import Paper

__all__ = ["Asked", "has_no_name", "name_of", "questions_about"]

_LONGEST_NAME = 2
_BY_TITLE = "the paper “"
_LONGEST_PHRASE = 6
_NUMBER = (
    r"(?<![\w.,-])(?<!\d of )(?:\d+(?:\.\d+)? (?:and|to) )?\d+(?:,\d{3})*(?:\.\d+)?(?![\w.,-]*\d)"
    r"(?:\s(?:thousand|million|billion|trillion))?"
)
_COUNT = re.compile(rf"({_NUMBER}) ((?:[a-z][\w-]*\s){{0,2}}?[a-z][\w-]*[a-rt-z]s)\b")
_SHARE = re.compile(
    r"(?<![\w.,-])((?:\d+(?:\.\d+)?(?: to | and |-))?\d+(?:\.\d+)?)(\s?%| per ?cent\b| (?:percentage )?points\b)"
)
_FACTOR = re.compile(
    r"\b(\d[\d,.]*|ten|twenty|fifty|a hundred|hundred|a thousand) times ((?:as )?[a-z]+er|more|less)\b"
)
_ACRONYM = re.compile(r"((?:[\w-]+\s){1,8})\(([A-Z][A-Za-z]*[A-Z])s?\)")
_WHERE = re.compile(r"\b([Oo]n|[Ff]or|[Ii]n) ((?:the )?[A-Za-z][\w-]*(?: [\w-]+){0,2})")
_DEFINED = re.compile(
    r"\b(?:[Ww]e|[Tt]his \w+|[Tt]he authors) (?:propose|introduce|present|describe|develop)s?"
    r" ([A-Z][\w-]+), (?:an?|the) (.+)"
)
_THE_PAPER = re.compile(r"(We|This (?:paper|work|article|study|survey)) ")
_PREDICATE = re.compile(r"(?:also |thus |then |therefore )?(\w+)\s(.+)")
_END_OF_PHRASE = re.compile(
    r"[,;:.()]|\b(?:that|which|who|with|without|by|from|for|to|on|in|so|and|or|but|at|as|when|where|while|over|through"
    r"|into|than|because|if|after|before|during|between|under|whose|are|is|was|were|can)\b"
)
_ENDS_ANYWAY = frozenset(", ; : . ( ) and or but so".split())
_ARTICLE = re.compile(r"^(?:an?|the|one|its|their|our|two|three|four)\s")
_NOT_COUNTED = frozenset("percent points times brought found gave led made saw showed took was".split())
_SAYS_NO_PLACE = re.compile(
    r"\d|percent|points|\b(?:addition|contrast|general|particular|subset|terms|this|total|turn)\b"
)
_VERBS = tuple(
    """add beat bring build combine compare contain cut define design detect edit evaluate extend find gather generate
    group halve hold improve index introduce join learn measure merge need outperform predict present propose reduce
    require retrieve review score split store surpass translate use write""".split()
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question that a sentence answers, and the words in the sentence that are the answer."""

    question: str
    fact: str
    sort: str
    """Which pattern it comes from."""
    about: str
    """What is asked for, without the paper's name."""
    is_placed: bool = True
    """False when only the paper tells what is meant, so that its other sentences must not answer the same."""
    of_another: str = ""
    """The same asked of another paper in half a sentence, with {} for its name; empty where that makes no sense."""


def name_of(paper: Paper) -> str:
    """What people call a paper: the name of its system if it has one, else its title in quotation marks."""
    head = paper.title.partition(":")[0].strip()
    if ":" in paper.title and len(head.split()) <= _LONGEST_NAME and head in paper.abstract:
        return head
    first = paper.abstract.split(maxsplit=1)[:1]
    if first and NAME.fullmatch(first[0].strip(",.")):
        return first[0].strip(",.")
    return f"{_BY_TITLE}{paper.title}”"


def has_no_name(paper: Paper) -> bool:
    """Whether a paper can only be called by its title."""
    return name_of(paper).startswith(_BY_TITLE)


def questions_about(name: str, sentence: str) -> Iterator[Asked]:
    """The questions about a paper, called `name`, that one of its sentences answers."""
    for find in (_counts, _shares, _factors, _acronyms, _definitions, _doings):
        yield from find(name, sentence)


def _counts(name: str, sentence: str) -> Iterator[Asked]:
    for found in _COUNT.finditer(sentence):
        noun = " ".join(found[2].split())
        words = noun.split()
        if not (STOP_WORDS | _NOT_COUNTED).intersection(words) and not any(word.endswith("ed") for word in words):
            about = f"How many {noun}"
            yield Asked(
                question=f"{about} are reported for {name}?",
                fact=found[1],
                sort="count",
                about=about,
                of_another="how many for {}",
            )


def _shares(name: str, sentence: str) -> Iterator[Asked]:
    for found in _SHARE.finditer(sentence):
        start = max(sentence.rfind(mark, 0, found.start()) for mark in (",", ";", ":")) + 1
        where = _where(sentence[start:], name) or _where(sentence, name)
        about = "By how many points do results differ" if "points" in found[2] else "What percentage is reported"
        question = f"{about} {where}, according to {name}?" if where else f"{about} according to {name}?"
        yield Asked(
            question=question,
            fact=found[0].strip(),
            sort="share",
            about=f"{about} {where}",
            is_placed=bool(where),
        )


def _factors(name: str, sentence: str) -> Iterator[Asked]:
    for found in _FACTOR.finditer(sentence):
        about = f"How many times {found[2]}"
        yield Asked(
            question=f"{about} is it with {name}?",
            fact=found[0],
            sort="factor",
            about=about,
            of_another="how many times with {}",
        )


def _acronyms(name: str, sentence: str) -> Iterator[Asked]:
    for found in _ACRONYM.finditer(sentence):
        if long := _long_form(found[1].split(), found[2]):
            where = "" if found[2] == name else f" in {name}"
            question = f"What does {found[2]} stand for{where}?"
            yield Asked(question=question, fact=long, sort="acronym", about=f"What does {found[2]} stand for")


def _definitions(name: str, sentence: str) -> Iterator[Asked]:
    is_a = re.match(rf"{re.escape(name)} is (?:an?|the) (.+)", sentence)
    defined = _DEFINED.search(sentence)
    subject, rest = (name, is_a[1]) if is_a else (defined[1], defined[2]) if defined else ("", "")
    if phrase := _phrase(rest):
        yield Asked(question=f"What is {subject}?", fact=phrase, sort="definition", about="What is it")


def _doings(name: str, sentence: str) -> Iterator[Asked]:
    """What a paper's system does: `Lantern stores summaries` answers `What does Lantern store?`."""
    paper = _THE_PAPER.match(sentence)
    subject = name if sentence.startswith(f"{name} ") else paper[1] if paper else ""
    said = _PREDICATE.match(sentence, len(subject) + 1) if subject else None
    if said is None:
        return
    verb = next((one for one in _VERBS if said[1] == (one if subject == "We" else _third(one))), "")
    phrase = _phrase(said[2]) if verb else ""
    if phrase:
        yield Asked(
            question=f"What does {name} {verb}?",
            fact=phrase,
            sort="doing",
            about=f"What does it {verb}",
            of_another=f"what does {{}} {verb}",
        )


def _third(verb: str) -> str:
    """The verb after he, she or it."""
    return verb + ("es" if verb.endswith(("s", "x", "ch", "sh")) else "s")


def _phrase(text: str) -> str:
    """The first words of a text that say what a thing is, without an article: up to six, at least two."""
    body = _ARTICLE.sub("", text.strip())
    for end in _ends(body):
        words = body[:end].split()
        if len(words) > _LONGEST_PHRASE:
            return ""
        if len(words) > 1 and words[-1].lower() not in STOP_WORDS:
            return " ".join(words)
    return ""


def _ends(text: str) -> Iterator[int]:
    """Where a phrase may end: a single noun is too little, so it may go on past a preposition or two."""
    for found in _END_OF_PHRASE.finditer(text):
        yield found.start()
        if found[0] in _ENDS_ANYWAY:
            return
    yield len(text)


def _where(text: str, name: str) -> str:
    """The first place in a text that results can be on, for or in, else another name in it."""
    for found in _WHERE.finditer(text):
        words = _without_tail(found[2].split())
        if words and not _SAYS_NO_PLACE.search(" ".join(words)) and name not in found[2]:
            return " ".join([found[1].lower(), *words])
    named = next((found[0] for found in NAME.finditer(text) if found[0] != name), "")
    return f"for {named}" if named else ""


def _without_tail(words: list[str]) -> list[str]:
    """A place without what follows it: small words at the end, and words in lower case after a name."""
    first = next((at for at, word in enumerate(words) if NAME.fullmatch(word)), len(words))
    end = next((at for at in range(first + 1, len(words)) if not words[at][0].isupper()), len(words))
    while end and words[end - 1].lower() in STOP_WORDS:
        end -= 1
    return words[:end]


def _long_form(before: list[str], acronym: str) -> str:
    """The words before an acronym whose initials make it; small words between them may be passed over."""
    letters = [letter.lower() for letter in acronym]
    for start in range(len(before) - 1, -1, -1):
        words = before[start:]
        initials = [word[0].lower() for word in words if word.lower() not in STOP_WORDS]
        if initials == letters and words[0].lower() not in STOP_WORDS:
            return " ".join(words)
    return ""
