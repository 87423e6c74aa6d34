"""A conversation: what was said, how it is shown, and what a line means."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from assistant.cli import output
from assistant.cli.citing import Citer
from assistant.cli.diagnostics import exit_code_of, say
from assistant.cli.in_chat import in_chat
from assistant.cli.mentions import with_titles
from assistant.cli.showing import AnswerPrinter, View, counted
from assistant.cli.waiting import Mark, looking, waiting
from assistant.errors import UsageError
from assistant.session import SavedTurn, still_held
from assistant.types import Answer, Filter, Turn, Usage, cited_keys

if TYPE_CHECKING:
    from pathlib import Path

    from assistant.wiring import Assistant

_QUOTES = '"""'
_ENDS_LINES = frozenset({".", "/end"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Unanswered:
    """A question whose answer was stopped or failed."""

    question: str
    instead: bool
    """It was to take the place of the last turn."""


class Conversation:
    """Questions, answers and slash commands over one library."""

    def __init__(
        self,
        assistant: "Assistant",
        *,
        local: bool = False,
        view: View | None = None,
        keep_unsupported: bool = False,
        verbose: bool = False,
    ) -> None:
        self.assistant = assistant
        self.verbose = verbose
        self.local = local
        self.view = replace(view or View(), numbered=True, how_to_see_dropped="/dropped")
        self.keep_unsupported = keep_unsupported
        self.where = Filter()
        self.session: int | None = None
        self._saved: list[SavedTurn] = []
        self.written: set[Path] = set()
        """Files that this chat has written, which it may write over."""
        self.unanswered: Unanswered | None = None
        """The last question, if it was stopped or failed."""
        self.lost = Usage()
        """What those answers cost that were stopped or failed."""
        self.is_over = False
        self._lines: list[str] | None = None
        self._ends: frozenset[str] = _ENDS_LINES

    @property
    def prompt(self) -> str:
        """What stands before the line that is read next."""
        return "> " if self._lines is None else ". "

    @property
    def turns(self) -> list[Turn]:
        """What was said, oldest first."""
        return [saved.turn for saved in self._saved]

    @property
    def last(self) -> Answer:
        """The last answer.

        Raises:
            UsageError: There is none.
        """
        if not self._saved:
            raise UsageError("There is no answer yet. Ask a question first.")
        return self._saved[-1].turn.answer

    @property
    def citer(self) -> Citer:
        """How the last answer names its papers."""
        made = Citer(self.view.style, self.assistant.library.get)
        for key in cited_keys(self.last.statements):
            made.label(key)
        return made

    def resume(self, session: int) -> None:
        """Go on with a saved conversation."""
        saved = self.assistant.sessions.saved_turns(session)
        self.go_on(saved, session)
        say(f"Session {session}, {counted(len(saved), 'turn')}.")
        if saved:
            say(f"Last question: {saved[-1].turn.question}")

    def go_on(self, saved: list[SavedTurn], session: int | None) -> None:
        """Have these turns been said; what they cite and the library does not hold is left out."""
        self.unanswered, self.lost = None, Usage()
        self._saved = [replace(one, turn=self.held(one.turn)) for one in saved]
        self.session = session

    def held(self, turn: Turn) -> Turn:
        """A turn less what the library does not hold."""
        return Turn(question=turn.question, answer=still_held(turn.answer, self.assistant.library.get))

    def run(self, read_line: Callable[[], str | None]) -> None:
        """Read and answer until the input ends or /quit."""
        say("Ask a question, or /help. Ctrl-D ends.")
        while not self.is_over:
            try:
                line = read_line()
            except KeyboardInterrupt:
                self._lines = None
                continue
            if line is None and self._lines is None:
                break
            self._take_safely(line)
        if self.session is not None and self.turns:
            say(f"Session {self.session} is saved; `citewell chat --continue` goes on with it.")

    def _take_safely(self, line: str | None) -> None:
        """Take a line; whatever fails, the conversation goes on."""
        try:
            self.take(line) if line is not None else self.end_lines()
        except KeyboardInterrupt:
            output.flush()
            say("\nStopped. /retry asks again." if self.unanswered else "\nStopped.")
        except BrokenPipeError:
            raise
        except Exception as error:  # noqa: BLE001 - because a bug in one answer must not end the conversation
            output.flush()
            exit_code_of(error, in_chat)

    def take(self, line: str) -> None:
        """One line: a part of a longer question, a command when it begins with a slash, else a question."""
        if self._lines is not None:
            self._gather(line.rstrip("\r\n"))
            return
        line = line.strip()
        if line.startswith(_QUOTES):
            self.begin_lines(frozenset({_QUOTES}))
            self._gather(line.removeprefix(_QUOTES))
        elif line.startswith("/"):
            self._command(line)
        elif line:
            self.ask(line)

    def _command(self, line: str) -> None:
        from assistant.cli.commands.registry import command_named

        name, *argument = line[1:].split(maxsplit=1)[:2] or [""]
        command_named(name).run(self, "".join(argument).strip())

    def begin_lines(self, ends: frozenset[str] = _ENDS_LINES) -> None:
        """Take the next lines together as one question, up to a line that is, or for quotes ends in, one of these."""
        self._lines, self._ends = [], ends

    def _gather(self, line: str) -> None:
        assert self._lines is not None  # noqa: S101 - because nobody gathers who has not begun
        if line.strip() in self._ends:
            self.end_lines()
        elif _QUOTES in self._ends and line.rstrip().endswith(_QUOTES):
            self._lines.append(line.rstrip().removesuffix(_QUOTES))
            self.end_lines()
        else:
            self._lines.append(line)

    def end_lines(self) -> None:
        """Ask what was gathered."""
        question, self._lines = "\n".join(self._lines or ()).strip(), None
        if question:
            self.ask(question)

    def ask(self, question: str, *, instead: bool = False, keep_unsupported: bool = False) -> None:
        """Answer, and save the turn; with `instead` in the place of the last one."""
        history = self.turns[:-1] if instead else self.turns
        question = with_titles(question, self.assistant.library.get)
        with self.attempt(question, instead=instead), waiting(looking(self.assistant.choice)) as mark:
            printer = self.printer(mark)
            answer = self.assistant.ask(
                question,
                where=self.where,
                history=history,
                on_event=printer.take,
                keep_unsupported=keep_unsupported or self.keep_unsupported,
            )
        # /why N means the sentence that had this number.
        self.add(Turn(question=answer.question, answer=printer.as_printed(answer)), instead=instead)
        output.flush()
        printer.end(replace(answer, reason=in_chat(answer.reason)))
        output.print_text()
        output.flush()

    @contextmanager
    def attempt(self, question: str, *, instead: bool = False) -> Iterator[None]:
        """Make an answer; should it be stopped or fail, the question can be asked again, and its cost counts."""
        self.unanswered = Unanswered(question=question, instead=instead)
        before = self.assistant.spent
        try:
            yield
        except BaseException:
            self.lost += _difference(self.assistant.spent, before)
            raise
        self.unanswered = None

    def printer(self, mark: Mark | None = None) -> AnswerPrinter:
        """What prints the next answer."""
        return AnswerPrinter(self.view, self.assistant.library.get, choice=self.assistant.choice, mark=mark)

    def add(self, turn: Turn, *, instead: bool = False) -> None:
        """Save a turn, before anything else can fail."""
        sessions = self.assistant.sessions
        if self.session is None:
            self.session = sessions.start()
        if instead:
            self._saved[-1] = sessions.replace(self.session, self._saved[-1], turn)
        else:
            self._saved.append(sessions.append(self.session, turn))

    def undo(self) -> Turn:
        """Forget the last turn of this chat, here and where it is saved.

        Raises:
            UsageError: There is none.
        """
        if not self._saved or self.session is None:
            raise UsageError("There is nothing to undo.")
        self.unanswered = None
        self.assistant.sessions.remove(self.session, self._saved[-1])
        return self._saved.pop().turn


def _difference(after: Usage, before: Usage) -> Usage:
    usd = None if after.usd is None or before.usd is None else after.usd - before.usd
    return Usage(prompt=after.prompt - before.prompt, completion=after.completion - before.completion, usd=usd)
