"""Related work: topic -> wide search -> themes -> paragraphs -> draft."""

from collections.abc import Sequence
from dataclasses import replace
from time import perf_counter

from assistant.accounting import account_of
from assistant.errors import CitewellError, UsageError
from assistant.evidence.bank import EvidenceBank
from assistant.evidence.passages import prompt_passages
from assistant.export.references import reference, short_name
from assistant.jobs.ask import AskParts
from assistant.llm import EMBEDDED, ChatModel
from assistant.reading.extract import Extractor, contribution
from assistant.reading.themes import Theme, group
from assistant.retrieve import Found, find_papers
from assistant.types import (
    Coverage,
    Draft,
    Dropped,
    Filter,
    OnEvent,
    Paper,
    Seconds,
    Section,
    Statement,
    Usage,
    cited_keys,
)
from assistant.writing.compose import Task, Writer

_PAPERS_FOUND = 30
_LONGEST_TOPIC = 4_000
_ON_TOPIC = 0.2
"""Least probability with which the best paper is taken to be on the topic."""
_BEHIND = 4.0
"""Log-odds by which a paper may stay behind the best one."""


def related_work(
    topic: str,
    parts: AskParts,
    *,
    where: Filter | None = None,
    max_papers: int = 20,
    on_event: OnEvent | None = None,
    keep_unsupported: bool = False,
) -> Draft:
    """Draft a related-work text on a topic from the library, every statement cited and checked.

    Args:
        topic: A few words or sentences; at most 4,000 characters.
        parts: What it is done with; without a model, paragraphs are made of attributed quotes.
        where: Papers that may be used.
        max_papers: At most so many papers are used.
        on_event: Called with each sentence that a model has written when its check begins, and then with the statement
            or the dropped sentence that became of it.
        keep_unsupported: Show what is not supported, marked by its verdict, in place of dropping it.

    Raises:
        UsageError: The topic is empty or too long, or `max_papers` is below 1.
        ServiceError: The model failed before a section was written.
        LimitReached: A limit does not allow the first call of the model.
    """
    began = perf_counter()
    topic = _checked(topic, max_papers)
    found = find_papers(topic, search=parts.search, lookup=parts.lookup, limit=_PAPERS_FOUND, where=where or Filter())
    bank = EvidenceBank([one.paper for one in found], parts.embedder)
    reading = Extractor(bank, parts.rarity).read(topic, found)
    relevant = reading.relevant(_BEHIND)[:max_papers] if reading.fit >= _ON_TOPIC else []
    retrieved = perf_counter()
    if not relevant:
        return _empty(topic, parts, found, Seconds(retrieve=retrieved - began, total=retrieved - began))
    themes = group(relevant, bank.paper_vectors([paper.key for paper in relevant]))
    drafting = _Drafting(topic, parts, bank, on_event, keep_unsupported=keep_unsupported)
    sections = drafting.sections(themes)
    statements = [statement for section in sections for statement in section.statements]
    keys = cited_keys(statements)
    return Draft(
        title=f"Related work: {topic}",
        sections=sections,
        references=tuple(reference(bank.papers[key]) for key in keys),
        dropped=tuple(drafting.dropped),
        coverage=_coverage(relevant, keys),
        reason=" ".join(
            [*([] if sections else ["Nothing that was written is supported by the library."]), *drafting.notes]
        ),
        account=account_of(statements, drafting.dropped),
        model=parts.model.name if parts.model else EMBEDDED,
        usage=drafting.usage,
        seconds=replace(
            drafting.seconds,
            retrieve=retrieved - began,
            total=perf_counter() - began,
            first=None if drafting.seconds.first is None else drafting.seconds.first - began,
        ),
    )


def _checked(topic: str, max_papers: int) -> str:
    topic = " ".join(topic.split())
    if not topic:
        raise UsageError('The topic is empty. Write it in quotes: citewell related-work "..."')
    if len(topic) > _LONGEST_TOPIC:
        raise UsageError(
            f"The topic has {len(topic):,} characters; at most {_LONGEST_TOPIC:,}. Describe it in a few sentences."
        )
    if max_papers < 1:
        raise UsageError(f"A draft needs at least 1 paper, not {max_papers!r}.")
    return topic


class _Drafting:
    """Writes sections one after another and keeps the account."""

    def __init__(
        self, topic: str, parts: AskParts, bank: EvidenceBank, on_event: OnEvent | None, *, keep_unsupported: bool
    ) -> None:
        self._topic = topic
        self._parts = parts
        self._bank = bank
        self._on_event = on_event
        self._keep_unsupported = keep_unsupported
        self.notes: list[str] = []
        """What went wrong after something had been written, each thing once."""
        self.dropped: list[Dropped] = []
        self.usage = Usage()
        self.seconds = Seconds()

    def sections(self, themes: Sequence[Theme]) -> tuple[Section, ...]:
        """Those that have statements; when the model fails, those until then."""
        sections: list[Section] = []
        for theme in themes:
            try:
                section = self._section(theme)
            except CitewellError as error:
                if not sections:
                    raise
                self._note(f"The draft was cut short: {error}")
                break
            if section.statements:
                sections.append(section)
        return tuple(sections)

    def _note(self, note: str) -> None:
        if note and note not in self.notes:
            self.notes.append(note)

    def _section(self, theme: Theme) -> Section:
        if self._parts.model is None:
            return Section(heading=theme.heading, statements=tuple(self._quoted(paper) for paper in theme.papers))
        return self._written(theme, self._parts.model)

    def _quoted(self, paper: Paper) -> Statement:
        """`Li et al. (2023) write: “...”`: what the paper says of the topic, claiming nothing of our own."""
        quote = contribution(self._bank.matches(self._topic, [paper.key])).citation
        authors = paper.record.authors
        if quote.where == "title":
            text = f"See also {short_name(paper)}" + (f", “{paper.title}”." if authors else ".")
        else:
            verb = "write" if len(authors) > 1 or paper.record.et_al else "writes" if authors else "says"
            text = f"{short_name(paper)} {verb}: “{quote.quote}”"
        verdict = self._parts.judge.judge(quote.quote, [quote.quote])
        self.usage += verdict.usage or Usage()
        return Statement(text=text, citations=(quote,), verdict=verdict, quoted=True)

    def _written(self, theme: Theme, model: ChatModel) -> Section:
        task = Task(prompt="section", subject=self._topic, values={"topic": self._topic, "heading": theme.heading})
        writer = Writer(model=model, judge=self._parts.judge, bank=self._bank, prompts=self._parts.prompts)
        written = writer.write(
            task, prompt_passages(theme.papers), self._on_event, keep_unsupported=self._keep_unsupported
        )
        self._note(written.note)
        if written.silence:
            self._note(f"{model.name} {written.silence}.")
        self.dropped += written.dropped
        self.usage += written.usage
        self.seconds = replace(
            self.seconds,
            generate=self.seconds.generate + written.generate,
            verify=self.seconds.verify + written.verify,
            first=written.first if self.seconds.first is None else self.seconds.first,
        )
        return Section(heading=theme.heading, statements=tuple(written.statements))


def _coverage(relevant: Sequence[Paper], keys: Sequence[str]) -> Coverage:
    uncited = tuple(paper.key for paper in relevant if paper.key not in keys)
    return Coverage(retrieved=len(relevant), cited=len(keys), uncited=uncited)


def _empty(topic: str, parts: AskParts, found: Sequence[Found], seconds: Seconds) -> Draft:
    nearest = "; ".join(f"{one.paper.title} [{one.paper.key}]" for one in found[:3])
    return Draft(
        title=f"Related work: {topic}",
        sections=(),
        references=(),
        dropped=(),
        coverage=Coverage(retrieved=0, cited=0, uncited=()),
        reason="The library holds no paper on this topic." + (f" The nearest: {nearest}." if nearest else ""),
        model=parts.model.name if parts.model else EMBEDDED,
        seconds=seconds,
    )
