"""Everything that the page shows, ready for the template."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from markupsafe import Markup

from assistant.export.cited_text import Bracketed, Narrative, Token, tokens
from assistant.export.comparison import table_html
from assistant.export.csl import Styled, styled
from assistant.export.draft_page.quotes import Cited, Link, cited, link_of
from assistant.export.draft_page.words import PROBLEMS, VERDICTS, facts_of, flag_of, sentence_of
from assistant.export.references import short_name
from assistant.types import Draft, Dropped, Paper, Statement, Verdict

__all__ = [
    "DroppedView",
    "NoteView",
    "PageView",
    "PieceView",
    "ReferenceView",
    "SectionView",
    "SentenceView",
    "view_of",
]


_MARKS = re.compile(r"[^\w\s([{“‘«]*")
"""What belongs to the word before it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PieceView:
    """A stretch of a sentence: text, or a citation that opens a note."""

    html: Markup
    note: int = 0
    """Number of the note that it opens; 0 for text."""
    before: str = ""
    after: str = ""
    """What must not be parted from it at the end of a line: the word before a raised number, marks behind."""
    names: str = ""
    """The papers that it cites, for those who hear the page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SentenceView:
    """One sentence."""

    pieces: tuple[PieceView, ...]
    label: str
    flag: str
    """What a reader must know of it; empty when nothing."""
    is_own: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteView:
    """What one citation opens."""

    number: int
    papers: tuple[Cited, ...]
    sentence: str
    label: str
    verdict: str
    score: str
    judge: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionView:
    """A themed part."""

    heading: str
    sentences: tuple[SentenceView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferenceView:
    """A line of the reference list."""

    number: int
    label: str
    html: Markup
    link: Link | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DroppedView:
    """A sentence that was left out."""

    text: str
    reason: str
    cited: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PageView:
    """The page."""

    title: str
    cautions: tuple[str, ...]
    sections: tuple[SectionView, ...]
    notes: tuple[NoteView, ...]
    references: tuple[ReferenceView, ...]
    table: Markup
    dropped: tuple[DroppedView, ...]
    uncited: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]
    flagged: int
    """Sentences with a flag."""


def view_of(draft: Draft, papers: Mapping[str, Paper]) -> PageView:
    """What is shown of a draft."""
    keys = dict.fromkeys([*draft.cited_keys, *(row.key for row in draft.table)])
    written = styled([papers[key] for key in keys if key in papers], draft.style)
    text = _Text(written, {key: papers[key] for key in keys if key in papers})
    sections = tuple(
        SectionView(heading=section.heading, sentences=tuple(map(text.sentence, section.statements)))
        for section in draft.sections
    )
    numbers = {line.key: number for number, line in enumerate(written.lines, start=1)}

    def linked(key: str) -> Markup:
        if key not in numbers:
            return Markup("{}").format(key)
        return Markup('<a href="#r{}">{}</a>').format(numbers[key], written.narrative(key).html)

    return PageView(
        title=draft.title,
        cautions=tuple(filter(None, (*_cautions(draft), *written.troubles))),
        sections=sections,
        notes=tuple(text.notes),
        references=tuple(
            ReferenceView(
                number=numbers[line.key], label=line.label, html=line.html, link=link_of(papers[line.key].record)
            )
            for line in written.lines
        ),
        table=table_html(draft.table, papers, cite=linked) if draft.table else Markup(),
        dropped=tuple(map(_dropped, draft.dropped)),
        uncited=tuple(_name(key, papers) for key in draft.coverage.uncited),
        facts=tuple(facts_of(draft)),
        flagged=sum(bool(sentence.flag) for section in sections for sentence in section.sentences),
    )


def _last_word(text: str) -> str:
    words = text.split()
    return words[-1] if words else ""


class _Text:
    """Writes sentences and collects what their citations open."""

    def __init__(self, written: Styled, papers: Mapping[str, Paper]) -> None:
        self._written = written
        self._papers = papers
        self.notes: list[NoteView] = []

    def sentence(self, statement: Statement) -> SentenceView:
        return SentenceView(
            pieces=tuple(self._pieces(statement)),
            label=statement.verdict.label,
            flag=flag_of(statement),
            is_own=statement.own,
        )

    def _pieces(self, statement: Statement) -> Iterator[PieceView]:
        parts = tokens(statement, self._papers)
        before = after = ""
        for token, following in zip(parts, (*parts[1:], ""), strict=True):
            if isinstance(token, str):
                text = token.removeprefix(after)
                before = _last_word(text) if self._is_raised(following) else ""
                text = text.rstrip().removesuffix(before) if before else text
                yield PieceView(html=Markup("{}").format(text))
                continue
            after = _MARKS.match(following)[0] if isinstance(following, str) else ""  # type: ignore[index]  # because it also matches nothing
            keys = token.keys if isinstance(token, Bracketed) else (token.key,)
            self.notes.append(self._note(statement, keys))
            yield PieceView(
                html=self._shown(keys, is_narrative=isinstance(token, Narrative)),
                note=len(self.notes),
                before=before,
                after=after,
                names=", ".join(_name(key, self._papers) for key in keys),
            )
            before = ""

    def _is_raised(self, token: Token) -> bool:
        """Whether it is a raised number, which stands right behind what it belongs to."""
        return isinstance(token, Bracketed) and self._shown(token.keys, is_narrative=False).startswith("<sup>")

    def _shown(self, keys: tuple[str, ...], *, is_narrative: bool) -> Markup:
        known = [key for key in keys if key in self._papers]
        unknown = Markup("; ").join(Markup("{}").format(key) for key in keys if key not in self._papers)
        if not known:
            return Markup("[{}]").format(unknown)
        made = self._written.narrative(known[0]) if is_narrative else self._written.bracketed(known)
        return made.html + (Markup(" [{}]").format(unknown) if unknown else Markup())

    def _note(self, statement: Statement, keys: tuple[str, ...]) -> NoteView:
        verdict = statement.verdict
        return NoteView(
            number=len(self.notes) + 1,
            papers=tuple(
                cited(key, self._papers.get(key), [one for one in statement.citations if one.key == key])
                for key in keys
            ),
            sentence=statement.text,
            label=verdict.label,
            verdict=VERDICTS[verdict.label],
            score=f"{verdict.score:.2f}",
            judge=verdict.judge,
            reason=_reason(verdict),
        )


def _cautions(draft: Draft) -> Iterator[str]:
    if draft.reason:
        yield draft.reason
    elif not draft.complete:
        yield "The draft is not complete."


def _reason(judged: Verdict) -> str:
    return sentence_of("; ".join(filter(None, (PROBLEMS[judged.problem] if judged.problem else "", judged.reason))))


def _dropped(one: Dropped) -> DroppedView:
    reason = one.reason or (PROBLEMS[one.problem] if one.problem else "")
    return DroppedView(text=one.text, reason=sentence_of(reason), cited=", ".join(one.cited))


def _name(key: str, papers: Mapping[str, Paper]) -> str:
    return f"{short_name(papers[key])}: {papers[key].title}" if key in papers else key
