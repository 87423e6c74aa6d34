"""An outline by a chat model: headings, and which papers go where."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from assistant.errors import CitewellError
from assistant.evidence.passages import PROMPT_TOKENS
from assistant.guards.neutral import harmless
from assistant.guards.orders import is_order, title_without_orders, without_orders
from assistant.llm import ChatModel
from assistant.planning.headings import headings
from assistant.planning.themes import nearest_theme
from assistant.text import content_stems
from assistant.types import Paper, Usage
from prompts import Prompts
from vectorstore.sentences import split_sentences
from vectorstore.tokens import count_tokens, truncate_tokens

if TYPE_CHECKING:
    from vectorstore.types import Vectors

__all__ = ["Outlined", "Part", "outline_prompts", "outlined_by"]

Part = tuple[str, tuple[Paper, ...]]
"""A heading and the papers below it."""
_SCHEMA: Mapping[str, Any] = {
    "title": "Outline",
    "type": "object",
    "properties": {
        "sections": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "heading": {"type": "string"},
                    "papers": {"type": "array", "items": {"type": "integer"}},
                },
                "required": ["heading", "papers"],
                "additionalProperties": False,
            },
        }
    },
    "required": ["sections"],
    "additionalProperties": False,
}
_SENTENCE_TOKENS, _TITLE_TOKENS, _LAYOUT_TOKENS = 60, 60, 12
_PAPERS_OF_A_SECTION = 4
_MOST_SECTIONS = 7
_PLACED = 0.5
"""Share of the papers that a usable reply puts somewhere, at least."""
_LONGEST_HEADING, _MOST_WORDS = 80, 10
_NUMBERS = re.compile(r"[\s\[\](){}.,;:*>–-]*+(?:(?:papers?|and|\d++)(?!\w)[\s\[\](){}.,;:*–-]*+)++\Z", re.IGNORECASE)
"""A line of numbers and nothing else."""
_LISTED = re.compile(r"\s*(?:[-*•]\s+)?(?:\[(\d{1,4})\]|(\d{1,4})[.):])\s")
"""A line that lists one paper and says more of it."""
_HEADING = re.compile(r"\s*(?:#{1,6}\s*|\*\*)(?:(?:section\s+)?\d{1,2}[.):]\s*)?(?P<text>.*?)(?:\s*#+|\*\*:?)?\s*\Z")
_THINK_END = "</think>"
_SINGLE = "it has a single section"
# Words of headings that need not stand in any paper.
_GENERIC = frozenset(
    content_stems(
        """advances analysis applications approaches architectures assessment background benchmarks causes challenges
        classical comparison consequences context criticism data datasets definitions design detection diagnosis
        directions early effects emerging empirical epidemiology ethics evaluation evidence experimental experiments
        factors findings foundations frameworks fundamentals general history impact implications improvements
        infrastructure interventions introduction issues limitations literature management measurement mechanisms
        methodologies methods metrics models modern other outcomes overview perspectives practical practice principles
        problems progress recent related representation resources results reviews risks role scalability security
        settings solutions strategies studies surveys systems tasks techniques theoretical theory tools topics training
        treatment trends understanding uses variants work"""
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Listed:
    """A paper as the prompt lists it."""

    number: int
    title: str
    year: int | None
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlined:
    """What came of asking for an outline."""

    parts: tuple[Part, ...]
    """Every paper in one of them; none when no reply could be used."""
    usage: Usage
    problem: str = ""
    """Why there are none."""


def outlined_by(
    model: ChatModel, topic: str, papers: Sequence[Paper], vectors: "Vectors", *, prompts: Prompts
) -> Outlined:
    """Ask a model for headings and for the papers below each; a reply that cannot be used is asked for once more.

    A long list is asked about in parts, each with the headings that there are already. A paper that the model forgets
    goes to the nearest section; numbers that are no paper's are left out. A heading whose words neither the papers nor
    the topic have is put in other words: those of the papers.

    Args:
        model: Whom to ask.
        topic: What the draft is on.
        papers: Two or more.
        vectors: Shape (len(papers), dimensions).
        prompts: The templates.
    """
    asking = _Asking(model, topic, papers, prompts)
    try:
        asking.run()
    except CitewellError as error:
        return Outlined(parts=(), usage=asking.usage, problem=str(error))
    placed = {number for numbers in asking.sections.values() for number in numbers}
    if len(placed) < _PLACED * len(papers):
        return Outlined(parts=(), usage=asking.usage, problem=asking.problem or "it left out most papers")
    if len(asking.sections) < 2:  # noqa: PLR2004 - because one section divides nothing
        return Outlined(parts=(), usage=asking.usage, problem=_SINGLE)
    groups = _completed(list(asking.sections.values()), len(papers), vectors)
    members = [tuple(papers[number - 1] for number in numbers) for numbers in groups]
    return Outlined(parts=_named(list(asking.sections), members, topic, papers), usage=asking.usage)


def outline_prompts(topic: str, papers: Sequence[Paper], prompts: Prompts, *, as_json: bool) -> list[str]:
    """What a model will be asked, part by part, but for the headings that come of the parts before."""
    return [_prompt(topic, part, (), prompts, as_json=as_json) for part in _listing(papers)]


@dataclass(slots=True)
class _Asking:
    """Replies read so far."""

    model: ChatModel
    topic: str
    papers: Sequence[Paper]
    prompts: Prompts
    sections: dict[str, list[int]] = field(default_factory=dict)
    usage: Usage = field(default_factory=Usage)
    problem: str = ""

    def run(self) -> None:
        for part in _listing(self.papers):
            found: list[tuple[str, list[int]]] = []
            for _attempt in range(2):
                found = self._ask(part) or found
                if not self.problem:
                    break
            self._take(found, part)

    def _ask(self, part: Sequence[_Listed]) -> list[tuple[str, list[int]]]:
        as_json = self.model.writes_json
        prompt = _prompt(self.topic, part, list(self.sections), self.prompts, as_json=as_json, problem=self.problem)
        reply = ""
        for delta in self.model.stream(prompt, _SCHEMA if as_json else None):
            reply += delta.text
            self.usage += delta.usage or Usage()
        reply = reply.rpartition(_THINK_END)[2]
        found = _from_json(reply) or _from_text(reply)
        known = {one.number for one in part}
        found = [(heading, [one for one in numbers if one in known]) for heading, numbers in found]
        found = [(heading, numbers) for heading, numbers in found if numbers]
        self.problem = "" if found else "it has no heading with numbers of papers below it"
        if len(found) == 1 and len(part) == len(self.papers):
            self.problem = _SINGLE
        return found

    def _take(self, found: Sequence[tuple[str, list[int]]], part: Sequence[_Listed]) -> None:
        left = {one.number for one in part}
        same = {heading.casefold(): heading for heading in self.sections}
        for heading, numbers in found:
            mine = self.sections.setdefault(same.setdefault(heading.casefold(), heading), [])
            mine += [one for one in dict.fromkeys(numbers) if one in left]
            left -= set(numbers)
        self.sections = {heading: numbers for heading, numbers in self.sections.items() if numbers}


def _listing(papers: Sequence[Paper]) -> Iterator[list[_Listed]]:
    """The papers, numbered from 1, in parts that fit into a prompt."""
    known = frozenset(str(number) for number in range(1, len(papers) + 1))
    part: list[_Listed] = []
    left = PROMPT_TOKENS
    for number, paper in enumerate(papers, start=1):
        title = truncate_tokens(harmless(title_without_orders(paper.title), known), _TITLE_TOKENS)
        abstract = without_orders(paper.abstract)
        first = next((abstract[start:end] for start, end in split_sentences(abstract)), "")
        text = truncate_tokens(harmless(first, known), _SENTENCE_TOKENS)
        tokens = count_tokens(title) + count_tokens(text) + _LAYOUT_TOKENS
        if part and tokens > left:
            yield part
            part, left = [], PROMPT_TOKENS
        part.append(_Listed(number=number, title=title or "(no title)", year=paper.record.year, text=text))
        left -= tokens
    if part:
        yield part


def _prompt(
    topic: str,
    part: Sequence[_Listed],
    known: Sequence[str],
    prompts: Prompts,
    *,
    as_json: bool,
    problem: str = "",
) -> str:
    return prompts.render(
        "outline_json" if as_json else "outline",
        topic=harmless(topic),
        papers=part,
        headings=[harmless(one) for one in known],
        most=min(_MOST_SECTIONS, max(2, -(-len(part) // _PAPERS_OF_A_SECTION))),
        problem=problem,
    )


def _from_json(reply: str) -> list[tuple[str, list[int]]]:
    start, end = reply.find("{"), reply.rfind("}")
    try:
        document = json.loads(reply[start : end + 1]) if start >= 0 else None
    except (ValueError, RecursionError):
        return []
    sections = document.get("sections") if isinstance(document, dict) else None
    found = []
    for one in sections if isinstance(sections, list) else ():
        heading, numbers = (one.get("heading"), one.get("papers")) if isinstance(one, dict) else (None, None)
        if isinstance(heading, str) and isinstance(numbers, list):
            whole = [number for number in numbers if isinstance(number, int) and not isinstance(number, bool)]
            found.append((_cleaned(heading), whole))
    return [(heading, numbers) for heading, numbers in found if heading]


def _from_text(reply: str) -> list[tuple[str, list[int]]]:
    found: list[tuple[str, list[int]]] = []
    for line in reply.splitlines():
        if line.strip().startswith(("#", "**")) and (heading := _HEADING.match(line)) and _cleaned(heading["text"]):
            found.append((_cleaned(heading["text"]), []))
        elif found and _NUMBERS.match(line):
            found[-1][1].extend(int(number) for number in re.findall(r"\d{1,4}", line))
        elif found and (listed := _LISTED.match(line)):
            found[-1][1].append(int(listed[1] or listed[2]))
    return found


def _cleaned(heading: str) -> str:
    return " ".join(harmless(heading).replace("*", "").replace("`", "").split()).strip(" #.:;")


def _completed(groups: Sequence[Sequence[int]], count: int, vectors: "Vectors") -> list[list[int]]:
    """The groups with the papers that none of them has, each in the nearest, numbers in order."""
    inside = [[vectors[number - 1] for number in group] for group in groups]
    completed = [list(group) for group in groups]
    placed = {number for group in groups for number in group}
    for number in range(1, count + 1):
        if number not in placed:
            import numpy as np

            completed[nearest_theme(vectors[number - 1], [np.stack(one) for one in inside])].append(number)
    return [sorted(group) for group in completed]


def _named(
    said: Sequence[str], members: Sequence[tuple[Paper, ...]], topic: str, papers: Sequence[Paper]
) -> tuple[Part, ...]:
    present = set(_GENERIC).union(content_stems(_parted(topic)))
    for paper in papers:
        present.update(content_stems(_parted(f"{title_without_orders(paper.title)} {without_orders(paper.abstract)}")))
    own = headings(members)
    return tuple(
        (heading if _is_heading(heading, present) else instead, group)
        for heading, instead, group in zip(said, own, members, strict=True)
    )


def _is_heading(heading: str, present: set[str]) -> bool:
    """True for a short phrase whose words are those of the papers or of the topic, with some that fit any heading."""
    stems = content_stems(_parted(heading))
    return (
        len(heading) <= _LONGEST_HEADING
        and len(heading.split()) <= _MOST_WORDS
        and not is_order(heading)
        and not _GENERIC.issuperset(stems)
        and present.issuperset(stems)
    )


def _parted(text: str) -> str:
    return text.replace("-", " ").replace("–", " ").replace("/", " ")
