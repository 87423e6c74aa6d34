"""One section by a chat model: its papers in as many prompts as they need, every statement checked."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

from assistant.errors import CitewellError
from assistant.evidence.bank import EvidenceBank
from assistant.evidence.passages import PROMPT_TOKENS, PromptPassage, prompt_passages
from assistant.export.references import short_name
from assistant.guards.neutral import harmless
from assistant.llm import ChatModel
from assistant.types import Event, OnEvent, Order, Paper, Section, Statement
from assistant.verify import Judge
from assistant.writing.compose import Task, Writer, Written
from assistant.writing.own_draft import OWN_KEY, disowned, disowned_dropped, disowned_event
from prompts import Prompts
from vectorstore.tokens import count_tokens, truncate_tokens

__all__ = ["WORDS_OF_A_SENTENCE", "SectionBrief", "SectionWriter", "prompts_of", "sentences_of_brief"]

WORDS_OF_A_SENTENCE = 24
"""Of formal English with a citation."""
_AROUND = 32
"""Tokens of a passage besides title and abstract, its authors among them."""
_NOTE_TOKENS, _BEFORE_TOKENS = 300, 300


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionBrief:
    """What one section is to be."""

    topic: str
    heading: str
    papers: tuple[Paper, ...]
    """In the order in which they are to be written about, the user's own draft last if it is one of them."""
    words: int | None = None
    note: str = ""
    """The user's wishes for it."""
    order: Order = "theme"
    before: tuple[Section, ...] = ()
    """What is written already and need not be said again."""

    @property
    def others(self) -> tuple[Paper, ...]:
        """The papers of the library."""
        return tuple(one for one in self.papers if one.key != OWN_KEY)

    @property
    def is_own(self) -> bool:
        """True for the paragraph that relates the papers to the user's own draft."""
        return any(one.key == OWN_KEY for one in self.papers)


class SectionWriter:
    """Writes sections from the papers of one bank."""

    def __init__(self, *, model: ChatModel, judge: Judge, bank: EvidenceBank, prompts: Prompts) -> None:
        self._bank = bank
        self._prompts = prompts
        self._writer = Writer(model=model, judge=judge, bank=bank, prompts=prompts)

    def write(self, brief: SectionBrief, on_event: OnEvent | None = None, *, keep_unsupported: bool = False) -> Written:
        """Write a section; papers that do not fit into one prompt are written about one batch after the other.

        What fails after a batch was written is noted, and what was written stays.

        Raises:
            ServiceError: The model failed before anything was verified.
            LimitReached: A limit does not allow the first call.
        """
        told = on_event or (lambda _event: None)

        def tell(event: Event) -> None:
            told(disowned_event(event))

        whole = Written()
        for at, batch in enumerate(batches(brief)):
            task = _task(brief, batch, is_first=at == 0, said=whole.statements, bank=self._bank)
            try:
                written = self._writer.write(task, batch, tell, keep_unsupported=keep_unsupported)
            except CitewellError as error:
                if not whole.statements:
                    raise
                whole.note = whole.note or str(error)
                break
            _add(whole, written)
        return whole


def prompts_of(brief: SectionBrief, prompts: Prompts, *, as_json: bool) -> list[str]:
    """What a model will be asked for a section, batch by batch, but for what was written before."""
    found = []
    for at, batch in enumerate(batches(brief)):
        task = _task(brief, batch, is_first=at == 0, said=(), bank=None)
        name = f"{task.prompt}_json" if as_json else task.prompt
        found.append(prompts.render(name, **task.values, passages=batch, problem=""))
    return found


def sentences_of_brief(brief: SectionBrief, count: int) -> int:
    """How many sentences a batch of so many papers gets at most."""
    if brief.words is None:
        return count + 1
    share = brief.words * count / max(1, len(brief.papers))
    return max(1, round(share / WORDS_OF_A_SENTENCE))


def batches(brief: SectionBrief) -> list[list[PromptPassage]]:
    """The papers as passages, in batches that each fit whole into a prompt; the user's own draft is in each."""
    own = [one for one in brief.papers if one.key == OWN_KEY]
    room = PROMPT_TOKENS - sum(_tokens(one) for one in own)
    groups: list[list[Paper]] = [[]]
    left = room
    for paper in brief.papers:
        if paper.key == OWN_KEY:
            continue
        tokens = _tokens(paper)
        if groups[-1] and tokens > left:
            groups.append([])
            left = room
        groups[-1].append(paper)
        left -= tokens
    return [prompt_passages([*group, *own]) for group in groups]


def _tokens(paper: Paper) -> int:
    return count_tokens(paper.title) + count_tokens(paper.abstract) + _AROUND


def _task(
    brief: SectionBrief,
    batch: Sequence[PromptPassage],
    *,
    is_first: bool,
    said: Sequence[Statement],
    bank: EvidenceBank | None,
) -> Task:
    known = frozenset(one.key for one in batch) | {str(one.number) for one in batch}
    own = next((one.number for one in batch if one.key == OWN_KEY), 0)
    words = None if brief.words is None else max(1, round(brief.words * len(batch) / max(1, len(brief.papers))))
    return Task(
        prompt="section",
        subject=brief.topic,
        values={
            "topic": harmless(brief.topic, known),
            "heading": harmless(brief.heading, known),
            "sentences": sentences_of_brief(brief, len(batch)),
            "words": words,
            "note": truncate_tokens(harmless(brief.note, known), _NOTE_TOKENS),
            "in_time": brief.order == "time",
            "own": own,
            "before": _before(brief, said, bank, known) if bank else [],
            "goes_on": not is_first,
        },
        cites_all_compared=True,
    )


def _before(brief: SectionBrief, said: Sequence[Statement], bank: EvidenceBank, known: frozenset[str]) -> list[str]:
    """What each earlier section was about, as one line: its heading and the papers that it cites."""
    sections = [*brief.before, *([Section(heading=brief.heading, statements=tuple(said))] if said else [])]
    lines: list[str] = []
    left = _BEFORE_TOKENS
    for section in reversed(sections):
        cited = dict.fromkeys(chain.from_iterable((one.key for one in each.citations) for each in section.statements))
        names = "; ".join(short_name(bank.papers[key]) for key in cited if key in bank.papers and key != OWN_KEY)
        line = truncate_tokens(harmless(f"{section.heading}: {names}", known), left)
        left -= count_tokens(line)
        if left <= 0:
            break
        lines.insert(0, line)
    return lines


def _add(whole: Written, written: Written) -> None:
    """Add what a batch gave to what the batches before it gave."""
    whole.statements += [disowned(one) for one in written.statements]
    whole.dropped += [disowned_dropped(one) for one in written.dropped]
    whole.usage += written.usage
    whole.generate += written.generate
    whole.verify += written.verify
    whole.first = written.first if whole.first is None else whole.first
    whole.note = whole.note or written.note
    whole.silence = "" if whole.statements else whole.silence or written.silence
    whole.declined = not whole.statements and (whole.declined or written.declined)
