"""Writing with a chat model: statements are checked one by one as they arrive, and what fails goes back once."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from time import perf_counter
from typing import Any

from assistant.errors import BrokenOff, CitewellError
from assistant.evidence.bank import EvidenceBank
from assistant.evidence.passages import PromptPassage
from assistant.llm import ChatModel, Ending
from assistant.replies.claims import Claim
from assistant.replies.declining import NO_ANSWER, declines, says_it_lacks
from assistant.replies.either import claims_of_either
from assistant.replies.structured import SCHEMA, StructuredReply
from assistant.text import fold
from assistant.types import Checking, Dropped, OnEvent, Statement, Usage
from assistant.verify import Judge
from assistant.writing.checking import Checker, Failure
from assistant.writing.comparisons import ComparisonChecker
from assistant.writing.fitness import unfit
from assistant.writing.repair import MOST_REPAIRED, accepted, faults, repair_prompt, rewrites_in, says_again
from assistant.writing.silence import ENDINGS, LACKS, REFUSED, silence_of
from assistant.writing.task import Task, Written
from prompts import Prompts

__all__ = ["NO_ANSWER", "Task", "Writer", "Written"]

_SHOWN_OF_A_LONG_ONE = 200


class Writer:
    """Asks a model and lets through only what the judge accepts."""

    def __init__(self, *, model: ChatModel, judge: Judge, bank: EvidenceBank, prompts: Prompts) -> None:
        self._model = model
        self._judge = judge
        self._bank = bank
        self._prompts = prompts

    def write(
        self,
        task: Task,
        passages: Sequence[PromptPassage],
        on_event: OnEvent | None = None,
        *,
        keep_unsupported: bool = False,
    ) -> Written:
        """Ask, check, and ask once more for what failed.

        When something in the reply is supported, the sentences that are not are sent back with the reasons; when
        nothing is, the whole prompt is sent again and says so, unless the reply says that there is no answer. Broken
        JSON is followed by the same prompt in plain text, and what was complete in it counts.

        Args:
            task: What is to be written.
            passages: The papers in the prompt, all of them in the bank: only these may be cited.
            on_event: Called with each sentence that is being checked, and with what became of it: at once when it has
                passed, after the second round otherwise.
            keep_unsupported: Show what fails, marked by its verdict, in place of dropping it.

        Raises:
            ServiceError: The model or the judge failed before any statement was verified. After that it is noted and
                not raised.
            LimitReached: A limit does not allow the first call.
        """
        kind = ComparisonChecker if task.cites_all_compared else Checker
        checker = kind(judge=self._judge, bank=self._bank, passages=passages)
        writing = _Writing(self._model, self._prompts, checker, task, passages, on_event or (lambda _event: None))
        writing.run()
        return writing.settled(keep_unsupported=keep_unsupported)


class _Writing:
    """One task from its first prompt to its account."""

    def __init__(
        self,
        model: ChatModel,
        prompts: Prompts,
        checker: Checker,
        task: Task,
        passages: Sequence[PromptPassage],
        on_event: OnEvent,
    ) -> None:
        self._model = model
        self._prompts = prompts
        self._checker = checker
        self._task = task
        self._passages = passages
        self._on_event = on_event
        self._written = Written()
        self._outcomes: list[Statement | Failure | Dropped] = []
        """In the order of writing."""
        self._abandoned = 0
        """So many of them come from a reply in whose place another one was asked for."""
        self._ending: Ending | None = None
        """How the present reply ended."""
        self._heard = ""
        """How it began."""
        self._unchecked: CitewellError | None = None
        """Why a sentence could not be checked; when that happens a second time, it is the judge's end."""
        self._said: set[str] = set()
        self._shown_before: list[Statement] = []
        """What had passed before the present reply, which need not be said again."""

    def run(self) -> None:
        """Ask, and ask again where that can help."""
        try:
            is_whole = self._reply(as_json=self._model.writes_json)
        except CitewellError as error:
            if self._shown:
                self._note(error)
            elif isinstance(error, BrokenOff) and not self._unchecked:
                self._ask_again("it broke off")
            else:
                raise
            return
        is_refused = self._ending in REFUSED
        if not is_whole and not is_refused:
            self._ask_in_text()
        if self._shown:
            self._repair()
        elif self._unchecked:
            raise self._unchecked
        elif self._failures and all(says_it_lacks(one.statement.text) for one in self._failures):
            self._written.declined = True
        elif is_whole and not is_refused and not self._written.declined:
            self._ask_again(faults(self._failures, self._checker.names))

    def settled(self, *, keep_unsupported: bool) -> Written:
        """The result, with every sentence either shown or accounted for."""
        written = self._written
        # What is written once more in place of a reply counts there, whatever became of it.
        again = {fold(one.text) for one in self._shown} | {fold(one.statement.text) for one in self._failures}
        for at, outcome in enumerate(self._outcomes):
            is_abandoned = at < self._abandoned
            if isinstance(outcome, Statement):
                written.statements.append(outcome)
            elif isinstance(outcome, Dropped):
                self._leave_out(outcome)
            elif keep_unsupported and not is_abandoned:
                written.statements.append(outcome.kept)
                self._on_event(outcome.kept)
            elif written.declined and says_it_lacks(outcome.statement.text):
                self._leave_out(Dropped(text=outcome.statement.text, reason=LACKS, cited=outcome.cited))
            elif not (is_abandoned and fold(outcome.statement.text) in again):
                self._leave_out(outcome.dropped)
        written.declined = written.declined and not written.statements
        if not (written.statements or written.declined):
            written.silence = silence_of(self._outcomes, self._heard, self._ending)
            written.note = written.note.replace(ENDINGS["refusal"], "")
        written.usage += self._checker.usage
        return written

    def _reply(self, *, as_json: bool, problem: str = "") -> bool:
        """Read a reply; False when it is broken JSON."""
        name = f"{self._task.prompt}_json" if as_json else self._task.prompt
        prompt = self._prompts.render(name, **self._task.values, passages=self._passages, problem=problem)
        names = self._checker.names
        document = StructuredReply(names)
        pieces = self._pieces(prompt, SCHEMA if as_json else None)
        self._take_all(document.claims(pieces) if as_json else claims_of_either(pieces, names, document))
        self._note_ending()
        self._written.declined = self._written.declined or document.declines
        return document.is_whole or not as_json

    def _ask_in_text(self) -> None:
        """What a broken document holds was taken; now the rest in plain sentences."""
        self._shown_before = self._shown
        self._written.note = ""
        with self._noting():
            self._reply(as_json=False)

    def _ask_again(self, problem: str) -> None:
        """Nothing could be used: the whole prompt once more, with what was wrong."""
        self._abandoned = len(self._outcomes)
        self._said.clear()
        self._written.note = ""
        with self._noting():
            self._reply(as_json=self._model.writes_json, problem=problem)

    def _repair(self) -> None:
        """Send back what failed, and put in its place what passes now."""
        at_fault = [at for at, one in enumerate(self._outcomes) if isinstance(one, Failure)][:MOST_REPAIRED]
        failures = [one for at in at_fault if isinstance(one := self._outcomes[at], Failure)]
        if not failures:
            return
        prompt = repair_prompt(failures, self._task.subject, self._passages, self._checker, self._prompts)
        cut_short = f"The repair of {_counted(len(failures))} was cut short: "
        reply, is_whole = "", False
        with self._noting(cut_short):
            for piece in self._pieces(prompt):
                reply += piece
            is_whole = True
            self._note_ending(cut_short)
        rewrites = rewrites_in(reply if is_whole else reply.rpartition("\n")[0], self._checker.names, len(failures))
        with self._noting(cut_short):
            for number, (at, failure) in enumerate(zip(at_fault, failures, strict=True), start=1):
                if is_whole or number in rewrites:
                    self._put_in_place(at, failure, rewrites.get(number))

    def _put_in_place(self, at: int, failure: Failure, rewritten: Claim | None) -> None:
        with self._verifying():
            result = accepted(failure, rewritten, checker=self._checker, shown=self._shown)
        self._outcomes[at] = result
        if isinstance(result, Statement):
            self._passed(result)

    def _pieces(self, prompt: str, schema: Mapping[str, Any] | None = None) -> Iterator[str]:
        began = perf_counter()
        self._ending, self._heard = None, ""
        try:
            for delta in self._model.stream(prompt, schema):
                self._written.generate += perf_counter() - began
                self._written.usage += delta.usage or Usage()
                self._ending = delta.end or self._ending
                self._heard += delta.text if len(self._heard) < _SHOWN_OF_A_LONG_ONE else ""
                yield delta.text
                began = perf_counter()
        except CitewellError:
            self._written.generate += perf_counter() - began
            raise

    @contextmanager
    def _noting(self, before: str = "The model could not be asked again: ") -> Iterator[None]:
        """What fails now must not lose what has been verified."""
        try:
            yield
        except CitewellError as error:
            if not self._outcomes:
                raise
            self._note(error, before)

    def _note(self, error: CitewellError, before: str = "The answer was cut short: ") -> None:
        self._written.note = f"{before}{error}"

    def _note_ending(self, before: str = "") -> None:
        if not self._written.note and self._ending is not None and self._ending in ENDINGS:
            self._written.note = f"{before}{ENDINGS[self._ending]}"

    def _take_all(self, claims: Iterable[Claim]) -> None:
        for claim in claims:
            if declines(claim.text):
                self._written.declined = True
            elif not any(says_again(claim.text, one.text) for one in self._shown_before):
                self._take(claim)

    def _take(self, claim: Claim) -> None:
        if reason := unfit(claim, self._said):
            text = claim.text[:_SHOWN_OF_A_LONG_ONE] + " …" if claim.is_cut else claim.text
            self._outcomes.append(Dropped(text=text, reason=reason))
            return
        self._said.add(fold(claim.text))
        self._on_event(Checking(text=claim.text))
        try:
            with self._verifying():
                result = self._checker.check(claim)
        except CitewellError as error:
            cited, reason = self._checker.as_written(claim), f"it could not be checked: {error}"
            self._outcomes.append(Dropped(text=claim.text, reason=reason, cited=cited))
            if self._unchecked:
                raise
            self._unchecked = error
            self._note(error, "A sentence could not be checked: ")
            return
        self._outcomes.append(result)
        if isinstance(result, Statement):
            self._passed(result)

    @contextmanager
    def _verifying(self) -> Iterator[None]:
        began = perf_counter()
        try:
            yield
        finally:
            self._written.verify += perf_counter() - began

    def _passed(self, statement: Statement) -> None:
        if self._written.first is None:
            self._written.first = perf_counter()
        self._on_event(statement)

    def _leave_out(self, dropped: Dropped) -> None:
        if dropped not in self._written.dropped:
            self._written.dropped.append(dropped)
            self._on_event(dropped)

    @property
    def _shown(self) -> list[Statement]:
        return [one for one in self._outcomes if isinstance(one, Statement)]

    @property
    def _failures(self) -> list[Failure]:
        return [one for one in self._outcomes[self._abandoned :] if isinstance(one, Failure)]


def _counted(count: int) -> str:
    return "1 sentence" if count == 1 else f"{count} sentences"
