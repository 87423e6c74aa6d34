"""Related work: topic -> wide search -> themes -> outline -> sections -> draft."""

from collections.abc import Sequence
from dataclasses import asdict, replace
from time import perf_counter

from assistant.accounting import account_of
from assistant.evidence.bank import EvidenceBank
from assistant.export.references import reference
from assistant.jobs.ask import AskParts
from assistant.jobs.briefs import briefs_of
from assistant.jobs.drafting import Drafting
from assistant.jobs.estimate import estimate
from assistant.jobs.plan import Plan, checked, plan, planned
from assistant.jobs.saying import joined
from assistant.llm import EMBEDDED
from assistant.planning.resuming import KeptPlan, Resumable, digest
from assistant.tables.roles import compared
from assistant.tables.tabulating import compared_by
from assistant.types import (
    Assignment,
    Coverage,
    Draft,
    OnEvent,
    Paper,
    Planned,
    Seconds,
    Section,
    Statement,
    cited_keys,
)

__all__ = ["plan", "related_work"]

_TEMPLATES = ("outline", "outline_json", "section", "section_json", "repair")


def related_work(
    assignment: Assignment,
    parts: AskParts,
    *,
    on_event: OnEvent | None = None,
    keep_unsupported: bool = False,
    resume: Resumable | None = None,
) -> Draft:
    """Draft a related-work text from the library, every statement cited and checked.

    Args:
        assignment: What is asked for.
        parts: What it is done with; without a model, paragraphs are made of attributed quotes.
        on_event: Called with the plan before anything is asked and again when a model has changed it; then with each
            sentence that a model has written when its check begins, and with the statement or the dropped sentence that
            became of it.
        keep_unsupported: Show what is not supported, marked by its verdict, in place of dropping it.
        resume: Where the outline and every finished section are kept until the draft is complete.

    Raises:
        UsageError: The assignment cannot be carried out, or what is to be resumed does not fit it.
        ServiceError: The model failed before a section was written.
        LimitReached: A limit does not allow the first call of the model.
    """
    began = perf_counter()
    assignment = checked(assignment)
    if resume:
        resume.begin(_identity(assignment, parts, keep_unsupported=keep_unsupported))
    made = _resumed(resume, on_event, assignment, parts) or _planned(assignment, parts, on_event, resume)
    if not made.outline.sections:
        seconds = perf_counter() - began
        return _empty(made, parts, Seconds(retrieve=seconds, total=seconds))
    briefs = briefs_of(made.outline, assignment, parts, topic=made.topic)
    bank = EvidenceBank(list({one.key: one for brief in briefs for one in brief.papers}.values()), parts.embedder)
    retrieved = perf_counter()
    drafting = Drafting(parts, bank, on_event, keep_unsupported=keep_unsupported, resume=resume)
    sections = drafting.sections(briefs, assignment.own)
    draft = _draft(made, sections, drafting, parts)
    keys = draft.cited_keys
    if assignment.table:
        draft = _with_table(draft, [bank.papers[key] for key in keys], bank, parts)
    first = drafting.seconds.first
    return replace(
        draft,
        references=tuple(reference(bank.papers[key]) for key in keys),
        seconds=replace(
            drafting.seconds,
            retrieve=retrieved - began,
            total=perf_counter() - began,
            first=None if first is None else first - began,
        ),
    )


def _planned(assignment: Assignment, parts: AskParts, on_event: OnEvent | None, resume: Resumable | None) -> Plan:
    """A new plan, told and kept."""

    def tell(made: Plan, *, is_outlined: bool = True) -> None:
        if on_event and made.outline.sections:
            expected = replace(assignment, topic=made.topic)
            cost = estimate(made.outline, expected, parts, is_outlined=is_outlined)
            on_event(Planned(outline=made.outline, estimate=cost))

    made = planned(assignment, parts, lambda by_papers: tell(by_papers, is_outlined=False))
    tell(made)
    if resume and made.outline.sections:
        kept = KeptPlan(
            outline=made.outline, topic=made.topic, relevant=made.relevant, notes=made.notes, usage=made.usage
        )
        resume.keep_plan(kept, made.papers)
    return made


def _resumed(
    resume: Resumable | None, on_event: OnEvent | None, assignment: Assignment, parts: AskParts
) -> Plan | None:
    """The plan that was kept, its papers as they were; None when there is none."""
    kept = resume.plan if resume else None
    if resume is None or kept is None:
        return None
    papers = tuple(paper for key in kept.outline.papers if (paper := parts.lookup(key)))
    resume.check_papers(papers)
    if on_event:
        expected = replace(assignment, topic=kept.topic)
        cost = estimate(kept.outline, expected, parts, finished=resume.finished)
        on_event(Planned(outline=kept.outline, estimate=cost, finished=resume.finished))
    return Plan(
        outline=kept.outline,
        topic=kept.topic,
        papers=papers,
        relevant=kept.relevant,
        notes=kept.notes,
        usage=kept.usage,
    )


def _identity(assignment: Assignment, parts: AskParts, *, keep_unsupported: bool) -> dict[str, str]:
    """What sections that were written earlier depend on, by what a user calls it."""
    digests = parts.prompts.digests()
    depends: dict[str, object] = {
        "topic": assignment.topic,
        "draft (--from-file)": assignment.own.source if assignment.own else None,
        "filter": asdict(assignment.where),
        "set of papers (--papers)": assignment.papers,
        "number of papers (--max-papers)": assignment.max_papers,
        "order (--order)": assignment.order,
        "number of words (--words)": assignment.words,
        "outline (--outline-file)": asdict(assignment.outline) if assignment.outline else None,
        "model (--model)": parts.model.name if parts.model else EMBEDDED,
        "judge (--judge)": parts.judge.name,
        "prompt template": [digests[name] for name in _TEMPLATES],
        "choice of --keep-unsupported": keep_unsupported,
    }
    return {name: digest(value) for name, value in depends.items()}


def _draft(made: Plan, sections: tuple[Section, ...], drafting: Drafting, parts: AskParts) -> Draft:
    """The draft without its references and times."""
    statements = [statement for section in sections for statement in section.statements]
    keys = cited_keys(statements)
    nothing = "" if statements else "Nothing that was written is supported by the library."
    # Quotes beside what a model has written are not its sentences.
    written = [one for one in statements if not (parts.model and one.quoted)]
    return Draft(
        title=made.outline.title,
        sections=sections,
        references=(),
        dropped=tuple(drafting.dropped),
        coverage=_coverage(made, keys),
        reason=joined(nothing, *made.notes, *drafting.notes, _told_of_quotes(statements, parts)),
        complete=drafting.is_complete,
        account=account_of(written, drafting.dropped),
        model=parts.model.name if parts.model else EMBEDDED,
        usage=made.usage + drafting.usage,
    )


def _told_of_quotes(statements: Sequence[Statement], parts: AskParts) -> str:
    """How many papers are quoted because nothing that a model wrote on them could be shown."""
    quoted = cited_keys(one for one in statements if one.quoted)
    if parts.model is None or not quoted:
        return ""
    count, them = ("1 paper is", "it") if len(quoted) == 1 else (f"{len(quoted)} papers are", "them")
    return f"{count} quoted: no sentence on {them} by {parts.model.name} passed the check."


def _with_table(draft: Draft, papers: Sequence[Paper], bank: EvidenceBank, parts: AskParts) -> Draft:
    """The cited papers side by side; a draft that was cut short asks a model for nothing more."""
    if parts.model is None or not draft.complete:
        return replace(draft, table=compared(papers, bank))
    made = compared_by(parts.model, parts.prompts, papers, bank)
    return replace(draft, table=made.rows, usage=draft.usage + made.usage, reason=joined(draft.reason, made.note))


def _coverage(made: Plan, keys: Sequence[str]) -> Coverage:
    """Of all papers that were found relevant, whether they were chosen or not."""
    relevant = dict.fromkeys([*made.relevant, *made.outline.papers])
    return Coverage(retrieved=len(relevant), cited=len(keys), uncited=tuple(key for key in relevant if key not in keys))


def _empty(made: Plan, parts: AskParts, seconds: Seconds) -> Draft:
    return Draft(
        title=made.outline.title,
        sections=(),
        references=(),
        dropped=(),
        coverage=Coverage(retrieved=0, cited=0, uncited=()),
        reason=made.reason,
        model=parts.model.name if parts.model else EMBEDDED,
        seconds=seconds,
    )
