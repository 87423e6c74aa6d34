"""The sections of a draft, one after another, and the account of them."""

from collections.abc import Sequence
from dataclasses import replace

from assistant.errors import CitewellError
from assistant.evidence.bank import EvidenceBank
from assistant.jobs.ask import AskParts
from assistant.llm import ChatModel
from assistant.planning.resuming import KeptSection, Resumable
from assistant.quoting.filling import filled_up
from assistant.quoting.own_words import own_paragraph
from assistant.types import Document, Dropped, OnEvent, Seconds, Section, Statement, Usage
from assistant.writing.copying import without_copies
from assistant.writing.sections import SectionBrief, SectionWriter

__all__ = ["Drafting"]


class Drafting:
    """Writes sections and keeps the account; those that are kept already are taken as they are."""

    def __init__(
        self,
        parts: AskParts,
        bank: EvidenceBank,
        on_event: OnEvent | None,
        *,
        keep_unsupported: bool,
        resume: Resumable | None,
    ) -> None:
        self._parts = parts
        self._bank = bank
        self._on_event = on_event
        self._keep_unsupported = keep_unsupported
        self._resume = resume
        self.notes: list[str] = []
        """What went wrong after something had been written, each thing once."""
        self.dropped: list[Dropped] = []
        self.usage = Usage()
        self.seconds = Seconds()
        self.is_complete = True
        self._is_whole = True
        """The present section is."""

    def sections(self, briefs: Sequence[SectionBrief], own: Document | None) -> tuple[Section, ...]:
        """Those that have statements; when the model fails, those until then.

        Raises:
            CitewellError: Nothing was written before something failed.
        """
        sections: list[Section] = []
        for at, brief in enumerate(briefs):
            try:
                kept = self._kept(at) or self._new(at, replace(brief, before=tuple(sections)), own)
            except CitewellError as error:
                if not sections:
                    raise
                self._cut_short(f"The draft was cut short: {error}")
                break
            self.dropped += kept.dropped
            self.usage += kept.usage
            if kept.section.statements:
                sections.append(kept.section)
        if not self.is_complete and self._resume:
            self.notes.append("What is finished was kept: the same command with --resume goes on from there.")
        return tuple(sections)

    def _kept(self, at: int) -> KeptSection | None:
        kept = self._resume.section(at) if self._resume else None
        if self._resume and kept:
            self._resume.check_quotes(kept.section, self._bank.papers)
        return kept

    def _new(self, at: int, brief: SectionBrief, own: Document | None) -> KeptSection:
        """Write a section, and keep it when nothing went wrong."""
        self._is_whole = True
        model = self._parts.model
        if model:
            kept = self._completed(self._written(brief, model), brief, own)
        else:
            kept = self._quoted(brief, own if brief.is_own else None)
        if self._resume and self._is_whole:
            self._resume.keep_section(at, kept)
        return kept

    def _quoted(
        self, brief: SectionBrief, own: Document | None, *, among: Sequence[Statement] | None = None
    ) -> KeptSection:
        """What the papers say of the topic in their own words, claiming nothing of ours.

        Args:
            brief: What the section is to be.
            own: The user's draft, when it is about that.
            among: What a model has written: then only papers are quoted that neither it nor another section cites.
        """
        said = [one for section in brief.before for each in section.statements for one in each.citations]
        bank, judge = self._bank, self._parts.judge
        if own:
            statements = own_paragraph(own, brief.others, bank, judge, said=said)
        else:
            statements = filled_up(
                among,
                brief.others,
                topic=brief.topic,
                bank=bank,
                judge=judge,
                said=said,
                words=brief.words,
                order=brief.order,
            )
        new = [one for one in statements if one not in (among or ())]
        usage = sum((one.verdict.usage or Usage() for one in new), start=Usage())
        return KeptSection(section=_section(brief, statements), usage=usage)

    def _written(self, brief: SectionBrief, model: ChatModel) -> KeptSection:
        writer = SectionWriter(model=model, judge=self._parts.judge, bank=self._bank, prompts=self._parts.prompts)
        written = writer.write(brief, self._on_event, keep_unsupported=self._keep_unsupported)
        if written.note:
            self._cut_short(written.note)
        if written.silence:
            self._note(f"{model.name} {written.silence}.")
        self.seconds = replace(
            self.seconds,
            generate=self.seconds.generate + written.generate,
            verify=self.seconds.verify + written.verify,
            first=written.first if self.seconds.first is None else self.seconds.first,
        )
        statements, copied = without_copies(written.statements, brief.papers)
        for one in copied:
            if self._on_event:
                self._on_event(one)
        dropped = (*written.dropped, *copied)
        return KeptSection(section=_section(brief, statements), dropped=dropped, usage=written.usage)

    def _completed(self, kept: KeptSection, brief: SectionBrief, own: Document | None) -> KeptSection:
        """The section with quotes of the papers on which the model wrote nothing that passed.

        A paragraph on the user's own draft need not speak of every paper; when nothing of it is left, it is quoted.
        A section that was cut short stays as it is: it is written anew when the draft is gone on with.
        """
        written = kept.section.statements
        if not self._is_whole or (brief.is_own and written):
            return kept
        try:
            quoted = self._quoted(brief, own if brief.is_own else None, among=written)
        except CitewellError as error:
            self._cut_short(f"The draft was cut short: {error}")
            return kept
        for one in quoted.section.statements:
            if self._on_event and one not in written:
                self._on_event(one)
        return replace(kept, section=quoted.section, usage=kept.usage + quoted.usage)

    def _cut_short(self, note: str) -> None:
        self.is_complete = self._is_whole = False
        self._note(note)

    def _note(self, note: str) -> None:
        if note not in self.notes:
            self.notes.append(note)


def _section(brief: SectionBrief, statements: Sequence[Statement]) -> Section:
    return Section(heading=brief.heading, statements=tuple(statements), papers=tuple(one.key for one in brief.others))
