"""Ask: question -> standalone question -> search -> quote or write -> verify -> answer."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from time import perf_counter

from assistant.accounting import account_of
from assistant.errors import UsageError
from assistant.evidence.bank import EvidenceBank
from assistant.evidence.passages import prompt_passages
from assistant.export.references import reference
from assistant.followups.followup import standalone_by_model, standalone_by_rule, titles_for_keys
from assistant.jobs.asked import Keys, Unread, keys_in, no_keys, no_paper_has, of_the_record, unclear, without_reading
from assistant.jobs.finding import found_for, narrowed
from assistant.jobs.saying import count, joined, nearest, told
from assistant.llm import EMBEDDED, ChatModel
from assistant.reading.disagreement import conflicts
from assistant.reading.extract import Extractor, Rarity, Reading, coverage
from assistant.reading.standing import standing as standing_of
from assistant.retrieve import Found, Lookup, WideSearch
from assistant.text import content_stems
from assistant.types import Answer, Filter, OnEvent, Outcome, Paper, Seconds, Turn, Understood, Usage, cited_keys
from assistant.verify import Judge
from assistant.weighing.comparing import SHOWN
from assistant.writing.compose import NO_ANSWER, Task, Writer
from prompts import Prompts
from vectorstore.types import Embedder

LONGEST_QUESTION = 4_000
"""Characters. A question is not a document."""
_PAPERS_WRITTEN_FROM = 8
_BEHIND = 3.5
"""Log-odds by which a paper in the prompt may stay behind the best one: a model pays for every abstract it reads."""
_SENTENCES = 4
_SPOKEN_OF = 0.2
"""Least share of the words of a thing asked for, by weight, in an answer that speaks of it."""
_NOT_IN_LIBRARY = "No abstract that was found seems to answer this."
_FILTERED = "Only papers that pass the filter were searched."


@dataclass(frozen=True, slots=True, kw_only=True)
class AskParts:
    """What asking is made of."""

    search: WideSearch
    lookup: Lookup
    embedder: Embedder
    rarity: Rarity
    judge: Judge
    prompts: Prompts
    model: ChatModel | None
    """None: quote."""
    keys: Keys = no_keys
    """For naming those that are near to one that no paper has."""


def ask(
    question: str,
    parts: AskParts,
    *,
    where: Filter | None = None,
    history: Sequence[Turn] = (),
    on_event: OnEvent | None = None,
    keep_unsupported: bool = False,
) -> Answer:
    """Answer from the library, every statement cited and checked.

    Args:
        question: In words; at most 4,000 characters.
        parts: What it is done with.
        where: Papers that may be used.
        history: Earlier turns, oldest first, which a follow-up may refer to.
        on_event: Called with how the question was understood, if not as it stands; then with each sentence that a model
            has written when its check begins, and with the statement or the dropped sentence that became of it; of an
            answer that quotes, with each statement.
        keep_unsupported: Show what is not supported, marked by its verdict, in place of dropping it.

    Raises:
        UsageError: The question is empty or too long.
        ServiceError: The model failed before anything that it wrote was verified.
        LimitReached: A limit does not allow the first call of the model.
    """
    began = perf_counter()
    question = _checked(question)
    where = where or Filter()
    unread = without_reading(question, parts.lookup, parts.keys)
    standalone, usage = (question, Usage()) if unread else _standalone(question, history, parts)
    if unread := unread or unclear(standalone, in_a_conversation=bool(history)):
        blank = replace(_blank(question, standalone, parts, []), usage=usage)
        return _finished(_unread(blank, unread, parts.lookup), EvidenceBank([], parts.embedder), began)
    if on_event and standalone != question:
        on_event(Understood(question=standalone))
    within, named = narrowed(question, parts.lookup, parts.keys, where)
    found = found_for(standalone, search=parts.search, lookup=parts.lookup, where=within)
    bank = EvidenceBank([one.paper for one in found], parts.embedder)
    extractor = Extractor(bank, parts.rarity)
    reading = extractor.read(standalone, found, named)
    standing = standing_of(reading)
    answer = replace(
        _blank(question, standalone, parts, found),
        confidence=standing.confidence,
        lacking=standing.lacking,
        usage=usage,
        seconds=Seconds(retrieve=perf_counter() - began),
    )
    answered = reading.without(standing.lacking)
    is_absent = standing.outcome == "not-in-library"
    unread = of_the_record(standalone, search=parts.search, lookup=parts.lookup, where=within)
    if unread and (unread.is_certain or is_absent):
        answer = _unread(answer, unread, parts.lookup)
    elif is_absent:
        answer = _abstained(
            answer, bank, "not-in-library", joined(_NOT_IN_LIBRARY, _FILTERED * (not where.is_empty), standing.reason)
        )
    elif parts.model is None:
        answer = _quoted(answer, answered, bank, parts.judge, on_event)
    else:
        papers = reading.relevant(_BEHIND)[:_PAPERS_WRITTEN_FROM]
        answer = _written(answer, parts, parts.model, bank, papers, on_event, keep_unsupported=keep_unsupported)
    if answer.outcome == "answered":
        answer = _compared(answer, reading, bank, parts)
    return _finished(answer, bank, began)


def _blank(question: str, standalone: str, parts: AskParts, found: Sequence[Found]) -> Answer:
    return Answer(
        question=question,
        standalone_question=standalone,
        statements=(),
        model=parts.model.name if parts.model else EMBEDDED,
        nearest=tuple(one.paper.key for one in found[:3]),
    )


def _checked(question: str) -> str:
    question = " ".join(question.split())
    if not question:
        raise UsageError('The question is empty. Write it in quotes: citewell ask "What ...?"')
    if len(question) > LONGEST_QUESTION:
        raise UsageError(
            f"The question has {len(question):,} characters; at most {LONGEST_QUESTION:,} can be answered. "
            "Ask in a few sentences; `citewell add` takes documents."
        )
    return question


def _standalone(question: str, history: Sequence[Turn], parts: AskParts) -> tuple[str, Usage]:
    question = titles_for_keys(question, parts.lookup)
    if not history:
        return question, Usage()
    if parts.model is None:
        return standalone_by_rule(question, history, parts.lookup, embedder=parts.embedder), Usage()
    return standalone_by_model(question, history, parts.lookup, parts.model, parts.prompts, embedder=parts.embedder)


def _abstained(answer: Answer, bank: EvidenceBank, outcome: Outcome, why: str) -> Answer:
    if not answer.nearest:
        why = "No paper in the library passes: add papers or widen the filter."
    reason = joined(why, nearest(answer.nearest, bank.papers.get))
    return replace(answer, abstained=True, outcome=outcome, reason=reason, lacking=(), conflicts=())


def _unread(answer: Answer, unread: Unread, lookup: Lookup) -> Answer:
    """An abstention that says why abstracts were no use; nothing was estimated."""
    keys = answer.nearest if unread.nearest is None else unread.nearest
    return replace(
        answer,
        abstained=True,
        outcome=unread.outcome,
        reason=joined(unread.reason, nearest(keys, lookup)),
        nearest=keys,
        confidence=None,
        lacking=(),
    )


def _quoted(answer: Answer, reading: Reading, bank: EvidenceBank, judge: Judge, on_event: OnEvent | None) -> Answer:
    """The sentences that answer, word for word."""
    began = perf_counter()
    statements = tuple(reading.statements(judge))
    if not statements:
        return _abstained(answer, bank, "not-in-library", _NOT_IN_LIBRARY)
    passed = perf_counter()
    for statement in statements:
        if on_event:
            on_event(statement)
    return replace(
        answer,
        statements=statements,
        usage=sum((one.verdict.usage or Usage() for one in statements), start=answer.usage),
        seconds=replace(answer.seconds, verify=passed - began, first=passed),
    )


def _written(
    answer: Answer,
    parts: AskParts,
    model: ChatModel,
    bank: EvidenceBank,
    papers: Sequence[Paper],
    on_event: OnEvent | None,
    *,
    keep_unsupported: bool,
) -> Answer:
    task = Task(
        prompt="answer",
        subject=answer.standalone_question,
        values={"question": answer.standalone_question, "max_sentences": _SENTENCES, "no_answer": NO_ANSWER},
    )
    writer = Writer(model=model, judge=parts.judge, bank=bank, prompts=parts.prompts)
    written = writer.write(task, prompt_passages(papers), on_event, keep_unsupported=keep_unsupported)
    answer = replace(
        answer,
        statements=tuple(written.statements),
        dropped=tuple(written.dropped),
        complete=not written.note,
        usage=answer.usage + written.usage,
        seconds=replace(answer.seconds, generate=written.generate, verify=written.verify, first=written.first),
    )
    if written.declined:
        why = f"{model.name} found no answer in the papers that it was given."
        return _abstained(answer, bank, "declined", why)
    if any(one.verdict.label in SHOWN for one in written.statements):
        return replace(answer, reason=written.note)
    advice = f"Ask again, or with --model {EMBEDDED} for quotes."
    if written.statements:
        reason = f"{model.name} wrote nothing that the library supports. It is shown because that was asked for."
    elif written.silence:
        reason = f"{model.name} {written.silence}. {advice}"
    else:
        reason = f"{model.name} wrote nothing that the library supports ({count(written.dropped)} dropped). {advice}"
    return replace(
        answer,
        abstained=not written.statements,
        outcome="nothing-supported",
        reason=joined(reason, written.note),
    )


def _compared(answer: Answer, reading: Reading, bank: EvidenceBank, parts: AskParts) -> Answer:
    """An answer beside what the papers say against each other, and beside what was asked."""
    quotes = [one.quote for statement in answer.statements for one in statement.citations]
    found_against = conflicts(answer.standalone_question, reading, bank, quotes)
    unknown = no_paper_has(keys_in(answer.question, parts.lookup)[1], parts.keys)
    return _cautioned(replace(answer, conflicts=found_against), _passed_over(answer, reading, bank), unknown)


def _passed_over(answer: Answer, reading: Reading, bank: EvidenceBank) -> tuple[str, ...]:
    """Things asked for of which no statement speaks that is left after the check, in the question's words."""
    said = " ".join(one.text for one in answer.statements if one.verdict.label in SHOWN)
    cited = cited_keys(answer.statements)
    titles = " ".join(bank.papers[key].title for key in cited)
    present = frozenset(content_stems(f"{said} {titles}"))
    return tuple(
        thing.question
        for thing in reading.things
        if thing.question not in answer.lacking
        and thing.weights
        and thing.named.isdisjoint(cited)
        and coverage(thing.weights, present) < _SPOKEN_OF
    )


def _cautioned(answer: Answer, passed_over: Sequence[str], unknown: str) -> Answer:
    """An answer with what a reader must know of it beside its statements."""
    sides = [
        f"{', '.join(one.key for one in conflict.supporting)} against {', '.join(one.key for one in conflict.opposing)}"
        for conflict in answer.conflicts
    ]
    contradiction = f"Abstracts contradict each other: {'; '.join(sides)}." if sides else ""
    missing = told("No abstract that was found seems to answer", "Nothing in the library is about", answer.lacking)
    unsaid = told("Nothing that could be verified answers", "Nothing that could be verified is about", passed_over)
    outcome: Outcome = "disagreement" if sides else "partly" if missing or unsaid or unknown else "answered"
    return replace(
        answer,
        outcome=outcome,
        lacking=(*answer.lacking, *passed_over),
        reason=joined(contradiction, unknown, missing, unsaid, answer.reason),
    )


def _finished(answer: Answer, bank: EvidenceBank, began: float) -> Answer:
    sides = [one for conflict in answer.conflicts for one in (*conflict.supporting, *conflict.opposing)]
    keys = dict.fromkeys([*cited_keys(answer.statements), *(one.key for one in sides)])
    first = answer.seconds.first
    return replace(
        answer,
        references=tuple(reference(bank.papers[key]) for key in keys),
        account=account_of(answer.statements, answer.dropped),
        seconds=replace(answer.seconds, total=perf_counter() - began, first=None if first is None else first - began),
    )
