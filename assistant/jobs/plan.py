"""Planning a draft: which papers of the library it is written from, and its outline."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from assistant.errors import UsageError
from assistant.guards.neutral import visible
from assistant.jobs.ask import AskParts
from assistant.planning.acronyms import spelled_by_library
from assistant.planning.around import relevant_around
from assistant.planning.diverse import diverse
from assistant.planning.facets import Facet, facets_of_document, facets_of_topic
from assistant.planning.outline import resolved
from assistant.planning.outlining import outlined_by
from assistant.planning.relevance import relevant
from assistant.planning.scale import scale_of
from assistant.planning.themes import SMALL, group, paper_vectors
from assistant.planning.wide import Candidate, wide_search
from assistant.types import Assignment, Filter, Outline, OutlineSection, Paper, Usage

__all__ = ["Plan", "checked", "plan", "planned"]

_LONGEST_TOPIC = 4_000
_FOUND = 300
_WEIGHED_FOR_EACH = 2
"""Relevant papers that a choice which is not all alike is made from, for each that may be chosen."""
_NEAREST = 3
_OWN_TITLE = "Related work"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a draft is written from."""

    outline: Outline
    """Without sections when the library holds nothing on the topic."""
    topic: str
    """In words, as the prompts say it."""
    papers: tuple[Paper, ...]
    """Those of the outline, nearest to the topic first unless somebody named them."""
    relevant: tuple[str, ...]
    """Keys of all papers that were found relevant, best first."""
    nearest: tuple[Paper, ...] = ()
    """What the search found first, when there is no outline."""
    lack: str = ""
    """What there is none of, when there is no outline."""
    notes: tuple[str, ...] = ()
    """What the user should be told of it."""
    usage: Usage = Usage()  # noqa: RUF009 - because it is frozen

    @property
    def reason(self) -> str:
        """Why there is no outline; empty when there is one."""
        if self.outline.sections:
            return ""
        named = "; ".join(f"{one.title} [{one.key}]" for one in self.nearest[:_NEAREST])
        return self.lack + (f" The nearest: {named}. Papers named with --papers are used in any case." if named else "")


OnDraft = Callable[[Plan], None]


def plan(assignment: Assignment, parts: AskParts) -> Outline:
    """The outline of a draft: the one that is given, or sections of the papers that matter, each under a heading.

    Args:
        assignment: What is asked for.
        parts: What it is done with; a model puts papers and headings together, if there is one.

    Returns:
        An outline without sections when the library holds nothing on the topic.

    Raises:
        UsageError: Nothing is asked for, the topic is too long, a number makes no sense, or no paper has a key.
    """
    return planned(assignment, parts).outline


def planned(assignment: Assignment, parts: AskParts, on_draft: OnDraft | None = None) -> Plan:
    """The same with what it was made from.

    Args:
        assignment: What is asked for.
        parts: What it is done with.
        on_draft: Called with a plan by the papers alone, before a model is asked for an outline.
    """
    assignment = checked(assignment)
    topic = _topic(assignment)
    if assignment.outline:
        return _as_outlined(assignment, assignment.outline, parts, topic)
    if assignment.papers:
        papers = resolved(assignment.papers, parts.lookup, parts.keys)
        return _arranged(assignment, _nearest_first(papers, topic, parts), parts, topic, on_draft)

    def find(facets: Sequence[Facet]) -> list[Candidate]:
        return wide_search(
            facets,
            search=parts.search,
            lookup=parts.lookup,
            where=assignment.where,
            limit=_FOUND,
            rarity=parts.rarity,
            scale=scale_of(parts.embedder),
        )

    found = find(_facets(assignment, parts))
    fitting = _united(relevant(found), relevant_around(assignment.own, find)) if assignment.own else relevant(found)
    if not fitting:
        nearest = tuple(one.paper for one in found[:_NEAREST])
        outline = Outline(title=_title(assignment), sections=())
        lack = _lack(assignment.where, parts)
        return Plan(outline=outline, topic=topic, papers=(), relevant=(), nearest=nearest, lack=lack)
    papers = tuple(one.paper for one in _chosen(fitting, assignment.max_papers, parts))
    arranged = _arranged(assignment, papers, parts, topic, on_draft)
    return replace(arranged, relevant=tuple(one.paper.key for one in fitting))


def _united(*found: Sequence[Candidate]) -> list[Candidate]:
    """All candidates, each paper once: those on the whole come before those on a single sentence."""
    united: dict[str, Candidate] = {}
    for one in chain(*found):
        united.setdefault(one.paper.key, one)
    return list(united.values())


def _lack(where: Filter, parts: AskParts) -> str:
    """What there is none of, when no paper is relevant."""
    if parts.keys(where):
        return "No paper of the library is clearly on this topic."
    return "No paper of the library passes the filters." if parts.keys(Filter()) else "The library holds no paper."


def checked(assignment: Assignment) -> Assignment:
    """An assignment that can be carried out, its topic on one line.

    Raises:
        UsageError: It cannot.
    """
    topic = " ".join(visible(assignment.topic).split())
    if not (topic or assignment.own or assignment.papers or assignment.outline):
        raise UsageError('The topic is empty. Write it in quotes: citewell related-work "..."')
    if len(topic) > _LONGEST_TOPIC:
        raise UsageError(
            f"The topic has {len(topic):,} characters; at most {_LONGEST_TOPIC:,}. Describe it in a few sentences, or "
            "give a draft with --from-file."
        )
    if assignment.max_papers < 1:
        raise UsageError(f"A draft needs at least 1 paper, not {assignment.max_papers!r}.")
    if assignment.words is not None and assignment.words < 1:
        raise UsageError(f"A draft needs at least 1 word, not {assignment.words!r}.")
    own = assignment.own
    if own and not (topic or assignment.papers or assignment.outline or facets_of_document(own)):
        raise UsageError(f"{own.name} holds no text to find related work for. Give a topic beside it.")
    return replace(assignment, topic=topic)


def _topic(assignment: Assignment) -> str:
    """What the draft is on: as asked, else by the user's own draft, else by the outline."""
    own, outline = assignment.own, assignment.outline
    said = [assignment.topic]
    if own:
        said += [own.title, *(one.text for one in facets_of_document(own)[:1])]
    if outline:
        said += [outline.title if outline.title != _OWN_TITLE else "", *(one.heading for one in outline.sections)]
    return next((one for one in (" ".join(text.split()) for text in said) if one), "")


def _title(assignment: Assignment) -> str:
    return f"{_OWN_TITLE}: {assignment.topic}" if assignment.topic else _OWN_TITLE


def _facets(assignment: Assignment, parts: AskParts) -> list[Facet]:
    """Sides of the topic, its short forms spelled out first, and of the user's own draft; each text once."""
    topic = assignment.topic
    spelled = spelled_by_library(topic, search=parts.search, lookup=parts.lookup, where=assignment.where)
    of_topic = [*facets_of_topic(spelled), *(facets_of_topic(topic) if spelled != topic else ())]
    of_own = facets_of_document(assignment.own) if assignment.own else []
    return list({facet.text: facet for facet in reversed([*of_topic, *of_own])}.values())[::-1]


def _chosen(found: Sequence[Candidate], most: int, parts: AskParts) -> list[Candidate]:
    """As many of the relevant papers as may be used, not all of them alike."""
    if len(found) <= most:
        return list(found)
    weighed = found[: _WEIGHED_FOR_EACH * most]
    last = len(weighed) - 1
    # The probability says whether a paper belongs there, the order which ones the topic names first.
    relevance = [(one.probability + 1 - place / last) / 2 for place, one in enumerate(weighed)]
    return diverse(weighed, paper_vectors([one.paper for one in weighed], parts.embedder), most, relevance=relevance)


def _nearest_first(papers: Sequence[Paper], topic: str, parts: AskParts) -> tuple[Paper, ...]:
    if not topic:
        return tuple(papers)
    near = paper_vectors(papers, parts.embedder) @ parts.embedder.embed_query(topic)
    return tuple(papers[at] for at in sorted(range(len(papers)), key=lambda at: -float(near[at])))


def _as_outlined(assignment: Assignment, outline: Outline, parts: AskParts, topic: str) -> Plan:
    """The outline that was given, its keys as the library has them now."""
    if not outline.sections:
        raise UsageError("The outline has no section. Write `## Heading`, and `- @key` for each paper below it.")
    papers = {one.key: one for one in resolved(outline.papers, parts.lookup, parts.keys)}
    sections = tuple(
        replace(one, papers=tuple(paper.key for paper in resolved(one.papers, parts.lookup, parts.keys)))
        for one in outline.sections
    )
    title = outline.title if outline.title != _OWN_TITLE else _title(assignment)
    followed = Outline(title=title, sections=sections)
    notes = sum(bool(one.note) for one in sections) if parts.model is None else 0
    told = f"The outline's {'note is' if notes == 1 else 'notes are'} for a chat model, and there is none."
    return Plan(
        outline=followed,
        topic=topic,
        papers=tuple(papers.values()),
        relevant=followed.papers,
        notes=(told,) if notes else (),
    )


def _arranged(
    assignment: Assignment, papers: tuple[Paper, ...], parts: AskParts, topic: str, on_draft: OnDraft | None
) -> Plan:
    """Papers in sections: by a model when there is one and something to divide, else by what they have in common."""
    vectors = paper_vectors(papers, parts.embedder)
    themes = [(one.heading, one.papers) for one in group(papers, vectors, topic)]
    found = Plan(
        outline=_outline(assignment, themes),
        topic=topic or themes[0][0],
        papers=papers,
        relevant=tuple(one.key for one in papers),
    )
    if parts.model is None or len(papers) <= SMALL:
        return found
    if on_draft:
        on_draft(found)
    said = outlined_by(parts.model, found.topic, papers, vectors, prompts=parts.prompts)
    if said.parts:
        return replace(found, outline=_outline(assignment, said.parts), usage=said.usage)
    note = (
        f"The outline is made from the papers alone, because none by {parts.model.name} could be used: "
        f"{said.problem.rstrip('.')}."
    )
    return replace(found, usage=said.usage, notes=(note,))


def _outline(assignment: Assignment, themes: Iterable[tuple[str, Sequence[Paper]]]) -> Outline:
    sections = [(heading, list(papers)) for heading, papers in themes]
    if assignment.order == "time":
        for _, papers in sections:
            papers.sort(key=_year)
        sections.sort(key=lambda one: _year(one[1][0]))
    return Outline(
        title=_title(assignment),
        sections=tuple(
            OutlineSection(heading=heading, papers=tuple(one.key for one in papers)) for heading, papers in sections
        ),
    )


def _year(paper: Paper) -> tuple[bool, int, str]:
    """Oldest first; what has no year comes last."""
    record = paper.record
    return record.year is None, record.year or 0, record.date or ""
