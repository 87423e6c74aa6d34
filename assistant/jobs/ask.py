"""Ask: question -> standalone question -> search -> quote or write -> verify -> answer."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from time import perf_counter

from assistant.compose import NO_ANSWER, PromptPassage, Writer, prompt_passages
from assistant.errors import UsageError
from assistant.evidence import EvidenceBank
from assistant.export.references import reference
from assistant.extract import Extractor, Rarity
from assistant.followup import standalone_by_model, standalone_by_rule
from assistant.llm import EMBEDDED, ChatModel
from assistant.retrieve import Found, Lookup, Search, find_papers
from assistant.types import Answer, Dropped, Filter, OnEvent, Seconds, Statement, Turn, Usage, cited_keys
from assistant.verify import Judge
from prompts import Prompts
from vectorstore.types import Embedder

LONGEST_QUESTION = 4_000
"""Characters. A question is not a document."""
_PAPERS_READ = 10
_PAPERS_WRITTEN_FROM = 8
_BEHIND = 3.5
"""Log-odds by which a paper in the prompt may stay behind the best one: a model pays for every abstract it reads."""
_SENTENCES = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class AskParts:
    """What asking is made of."""

    search: Search
    lookup: Lookup
    embedder: Embedder
    rarity: Rarity
    judge: Judge
    prompts: Prompts
    model: ChatModel | None
    """None: quote."""


def ask(
    question: str,
    parts: AskParts,
    *,
    where: Filter | None = None,
    history: Sequence[Turn] = (),
    on_event: OnEvent | None = None,
) -> Answer:
    """Answer from the library, every statement cited and checked.

    Args:
        question: In words; at most 4,000 characters.
        parts: What it is done with.
        where: Papers that may be used.
        history: Earlier turns, oldest first, which a follow-up may refer to.
        on_event: Called with each statement as soon as it has passed its check.

    Raises:
        UsageError: The question is empty or too long.
        ServiceError: The model failed.
    """
    began = perf_counter()
    question = _checked(question)
    standalone, usage = _standalone(question, history, parts)
    found = find_papers(
        standalone, search=parts.search, lookup=parts.lookup, limit=_PAPERS_READ, where=where or Filter()
    )
    bank = EvidenceBank([one.paper for one in found], parts.embedder)
    extractor = Extractor(bank, parts.rarity)
    reading = extractor.read(standalone, found)
    answer = replace(
        _blank(question, standalone, parts, found),
        confidence=reading.confidence,
        usage=usage,
        seconds=Seconds(retrieve=perf_counter() - began),
    )
    # What a rule put in fits its paper anyway; the follow-up's own words must fit it too.
    own = extractor.read(question, found) if standalone.startswith(question) else reading
    if not reading.is_answerable or not own.touches(reading.papers[0].paper.key):
        answer = _abstained(answer, bank)
    elif parts.model is None:
        answer = replace(answer, statements=tuple(reading.statements(parts.judge)))
        _announce(answer.statements, on_event)
    else:
        papers = reading.relevant(_BEHIND)[:_PAPERS_WRITTEN_FROM]
        answer = _written(answer, parts, parts.model, bank, prompt_passages(papers), on_event)
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
    if not history:
        return question, Usage()
    if parts.model is None:
        return standalone_by_rule(question, history, parts.lookup), Usage()
    return standalone_by_model(question, history, parts.lookup, parts.model, parts.prompts)


def _abstained(answer: Answer, bank: EvidenceBank, why: str = "No abstract in the library holds the answer.") -> Answer:
    if not answer.nearest:
        return replace(answer, abstained=True, reason="No paper in the library passes: add papers or widen the filter.")
    nearest = "; ".join(f"{bank.papers[key].title} [{key}]" for key in answer.nearest)
    return replace(answer, abstained=True, reason=f"{why} The papers nearest to the question: {nearest}.")


def _announce(statements: Sequence[Statement], on_event: OnEvent | None) -> None:
    if on_event:
        for statement in statements:
            on_event(statement)


def _written(
    answer: Answer,
    parts: AskParts,
    model: ChatModel,
    bank: EvidenceBank,
    passages: Sequence[PromptPassage],
    on_event: OnEvent | None,
) -> Answer:
    prompt = parts.prompts.render(
        "answer",
        passages=passages,
        question=answer.standalone_question,
        max_sentences=_SENTENCES,
        no_answer=NO_ANSWER,
    )
    written = Writer(model=model, judge=parts.judge, bank=bank).write(prompt, passages, on_event)
    answer = replace(
        answer,
        statements=tuple(written.statements),
        dropped=tuple(written.dropped),
        usage=answer.usage + written.usage,
        seconds=replace(answer.seconds, generate=written.generate, verify=written.verify),
    )
    if written.declined:
        return _abstained(answer, bank, f"{model.name} found no answer in the papers that it was given.")
    if not written.statements:
        return replace(
            answer,
            abstained=True,
            reason=f"{model.name} wrote nothing that the library supports"
            f" ({_count(written.dropped)} dropped). Ask again, or with --model {EMBEDDED} for quotes.",
        )
    return answer


def _count(dropped: Sequence[Dropped]) -> str:
    return "1 sentence" if len(dropped) == 1 else f"{len(dropped)} sentences"


def _finished(answer: Answer, bank: EvidenceBank, began: float) -> Answer:
    references = tuple(reference(bank.papers[key]) for key in cited_keys(answer.statements))
    return replace(answer, references=references, seconds=replace(answer.seconds, total=perf_counter() - began))
