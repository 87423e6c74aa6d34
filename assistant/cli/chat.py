"""A conversation in the terminal."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.cli import output
from assistant.cli.diagnostics import exit_code_of, say, say_model, statement_printer
from assistant.cli.options import (
    BaseUrlOption,
    LibraryOption,
    LocalOption,
    ModelOption,
    StoreOption,
    library_path,
    store_of,
    years_of,
)
from assistant.cli.papers import no_such_key
from assistant.cli.prompt import lines
from assistant.errors import UsageError
from assistant.types import Filter, Turn

if TYPE_CHECKING:
    from assistant.wiring import Assistant

_REMEMBERED = 20


def chat(
    context: typer.Context,
    continue_: Annotated[bool, typer.Option("--continue", help="Go on with the newest conversation.")] = False,
    session: Annotated[
        int | None, typer.Option("--session", metavar="ID", min=1, max=2**63 - 1, help="Go on with this conversation.")
    ] = None,
    model: ModelOption = None,
    base_url: BaseUrlOption = None,
    local: LocalOption = False,
    library: LibraryOption = None,
    store: StoreOption = None,
) -> None:
    """Talk with the library; /help lists what can be said."""
    from assistant.wiring import Assistant

    path, store = library_path(context, library), store_of(context, store)
    with Assistant.open(path, model=model, base_url=base_url, store=store, local=local, must_exist=True) as assistant:
        say_model(assistant.choice)
        conversation = _begin(assistant, local=local, session=session, newest=continue_)
        with lines(assistant.library.folder / "chat_history", conversation.completions) as read_line:
            conversation.run(read_line)


def _begin(assistant: "Assistant", *, local: bool, session: int | None, newest: bool) -> "Conversation":
    if newest and session is None:
        session = assistant.sessions.latest()
        if session is None:
            say("There is no conversation to go on with; this is a new one.")
    conversation = Conversation(assistant, local=local)
    if session is not None:
        conversation.resume(session)
    return conversation


class Conversation:
    """Questions, answers and slash commands over one library."""

    def __init__(self, assistant: "Assistant", *, local: bool) -> None:
        self._assistant = assistant
        self._local = local
        self._where = Filter()
        self._session: int | None = None
        self._turns: list[Turn] = []
        self._is_over = False

    def resume(self, session: int) -> None:
        """Go on with a saved conversation."""
        self._turns = self._assistant.sessions.turns(session)[-_REMEMBERED:]
        self._session = session
        say(f"Session {session}, {_count(len(self._turns), 'turn')}.")
        if self._turns:
            say(f"Last question: {self._turns[-1].question}")

    def run(self, read_line: Callable[[], str | None]) -> None:
        """Read and answer until the input ends or /quit."""
        say("Ask a question, or /help. Ctrl-D ends.")
        while not self._is_over:
            try:
                line = read_line()
            except KeyboardInterrupt:
                continue
            if line is None:
                break
            try:
                self.take(line.strip())
            except KeyboardInterrupt:
                output.flush()
                say("\nStopped.")
            except BrokenPipeError:
                raise
            except Exception as error:  # noqa: BLE001 - because whatever fails, the conversation goes on
                output.flush()
                exit_code_of(error)
        if self._session is not None:
            say(f"Session {self._session} is saved; `citewell chat --continue` goes on with it.")

    def take(self, line: str) -> None:
        """One line: a command when it begins with a slash, else a question."""
        if not line:
            return
        if not line.startswith("/"):
            self._answer(line)
            return
        name, _, argument = line[1:].partition(" ")
        command = next((one for one in COMMANDS if one.name == name.lower()), None)
        if command is None:
            raise UsageError(f"There is no command /{name}. /help lists them; a question does not begin with a slash.")
        command.run(self, argument.strip())

    def completions(self, line: str) -> Iterable[str]:
        """What a line that begins with a slash may become: a command, or after `/show` a key."""
        if line.startswith("/show "):
            known = [f"/show {key}" for key in self._assistant.library.known_keys()]
        else:
            known = [f"/{command.name}" for command in COMMANDS]
        return [one for one in known if line.startswith("/") and one.startswith(line)]

    def _answer(self, question: str) -> None:
        printer = statement_printer(quotes=self._assistant.choice.is_embedded)
        answer = self._assistant.ask(question, where=self._where, history=self._turns[-_REMEMBERED:], on_event=printer)
        if answer.standalone_question != answer.question:
            say(f"Understood as: {answer.standalone_question}")
        output.print_answer_end(answer)
        output.flush()
        turn = Turn(question=question, answer=answer)
        self._turns.append(turn)
        if self._session is None:
            self._session = self._assistant.sessions.start()
        self._assistant.sessions.append(self._session, turn)

    def sources(self, _argument: str) -> None:
        """Print the references and quotes of the last answer."""
        if not self._turns:
            raise UsageError("There is no answer yet.")
        answer = self._turns[-1].answer
        output.print_references(answer.references)
        for statement in answer.statements:
            for one in statement.citations:
                output.print_text(output.wrapped(f"[{one.key}] {one.where} {one.start}-{one.end}: “{one.quote}”", "  "))
        if not answer.references:
            output.print_text("The last answer cites nothing.")

    def show(self, argument: str) -> None:
        """Print a paper."""
        key = argument.strip("[]@")
        if not key:
            raise UsageError("Write /show KEY; /sources lists those of the last answer.")
        library = self._assistant.library
        paper = library.get(key)
        if paper is None:
            raise no_such_key(key, library.known_keys())
        output.print_paper(paper, library.sources(paper.key), library.aliases(paper.key))

    def filter(self, argument: str) -> None:
        """Set, show or drop the filter."""
        if argument:
            self._where = Filter() if argument in {"off", "none", "clear"} else parse_filter(argument)
        count = len(self._assistant.library.keys(self._where))
        output.print_text(
            f"{'No filter' if self._where.is_empty else 'Filter set'}: {_count(count, 'paper')} can be used."
        )

    def model(self, argument: str) -> None:
        """Show or change the model."""
        if argument:
            self._assistant.use_model(argument, local=self._local)
        say_model(self._assistant.choice)

    def save(self, argument: str) -> None:
        """Write the conversation to a Markdown file."""
        if not argument:
            raise UsageError("Write /save FILE.")
        path = Path(argument).expanduser()
        try:
            path.write_text(as_markdown(self._turns), encoding="utf-8")
        except OSError as error:
            raise UsageError(f"{path} cannot be written: {error.strerror}.") from error
        output.print_text(f"Written: {path}")

    def help(self, _argument: str) -> None:
        """List the commands."""
        for command in COMMANDS:
            output.print_text(f"  {'/' + command.usage:<54}{command.what}")

    def quit(self, _argument: str) -> None:
        """End."""
        self._is_over = True


@dataclass(frozen=True, slots=True)
class Command:
    """A slash command."""

    usage: str
    what: str
    run: Callable[[Conversation, str], None]

    @property
    def name(self) -> str:
        """The word after the slash."""
        return self.usage.partition(" ")[0]


COMMANDS = (
    Command("sources", "references and quotes of the last answer", Conversation.sources),
    Command("show KEY", "a paper with its abstract", Conversation.show),
    Command("filter year=2020..2024 author=A venue=V tag=T | off", "which papers may be used", Conversation.filter),
    Command("model NAME", "which model answers", Conversation.model),
    Command("save FILE", "write the conversation as Markdown", Conversation.save),
    Command("help", "this list", Conversation.help),
    Command("quit", "end; the conversation is saved", Conversation.quit),
)


def parse_filter(text: str) -> Filter:
    """Read `year=2020..2024 author="van Gogh" venue=ACL tag=core`.

    Raises:
        UsageError: A part is not of that form.
    """
    import shlex

    years: tuple[int | None, int | None] = (None, None)
    parts: dict[str, list[str]] = {"author": [], "venue": [], "tag": []}
    try:
        words = shlex.split(text)
    except ValueError as error:
        raise UsageError(f"A quotation mark is not closed in {text!r}.") from error
    for word in words:
        name, _, value = word.partition("=")
        if name == "year" and value:
            years = years_of(value)
        elif name in parts and value:
            parts[name].append(value)
        else:
            raise UsageError(
                f"{word!r} is no filter. Write year=2020..2024, author=NAME, venue=NAME, tag=NAME, or off."
            )
    return Filter(
        first_year=years[0],
        last_year=years[1],
        authors=tuple(parts["author"]),
        venues=tuple(parts["venue"]),
        tags=tuple(parts["tag"]),
    )


def as_markdown(turns: list[Turn]) -> str:
    """The conversation as a document, without characters that act on a terminal."""
    parts = []
    for turn in turns:
        lines = [output.statement_line(one) for one in turn.answer.statements] or [turn.answer.reason]
        references = [f"- [{one.key}] {one.text}" for one in turn.answer.references]
        parts.append("\n".join([f"## {turn.question}", "", *lines, "", *references]).rstrip() + "\n")
    return output.printable("\n".join(parts))


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}{'' if number == 1 else 's'}"
