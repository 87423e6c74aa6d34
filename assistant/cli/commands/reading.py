"""Commands that look at an answer: /sources, /show, /why, /dropped."""

from typing import TYPE_CHECKING

from assistant.cli import output
from assistant.cli.commands.command import Command
from assistant.cli.diagnostics import say
from assistant.cli.explaining import print_why, print_why_answer
from assistant.cli.papers import no_such_key
from assistant.cli.showing import counted, print_quote, print_reasons, print_references
from assistant.errors import UsageError
from assistant.types import Answer

if TYPE_CHECKING:
    from assistant.cli.conversation import Conversation


def _answer(conversation: "Conversation") -> Answer:
    """The last answer; after a question that has none, which one that is is said."""
    answer = conversation.last
    if conversation.unanswered:
        say(f"The last question has no answer; this is about: {answer.question}")
    return answer


def _sources(conversation: "Conversation", _argument: str) -> None:
    answer, citer = _answer(conversation), conversation.citer
    print_references(answer.references, citer)
    shown = set()
    for statement in answer.statements:
        for one in statement.citations:
            if one not in shown:
                print_quote(one, indent="  ")
                shown.add(one)
    if not answer.references:
        output.print_text("The last answer cites nothing.")


def _show(conversation: "Conversation", argument: str) -> None:
    name = argument.strip("[]@ ")
    if not name:
        raise UsageError("Write /show KEY; /sources lists those of the last answer.")
    library = conversation.assistant.library
    paper = library.get(name)
    if paper is None and conversation.turns:
        paper = library.get(conversation.citer.key_of(name) or "")
    if paper is None:
        raise no_such_key(name, library.known_keys())
    output.print_paper(paper, library.sources(paper.key), library.aliases(paper.key))


def _why(conversation: "Conversation", argument: str) -> None:
    answer = _answer(conversation)
    if not argument:
        print_why_answer(answer)
        return
    count = len(answer.statements)
    number = int(argument) if argument.isdecimal() and len(argument) <= len(str(count)) else 0
    if not 1 <= number <= count:
        if not count:
            raise UsageError("The last answer has no statements. Write /why for the whole answer.")
        has = f"The last answer has {counted(count, 'statement')}"
        raise UsageError(f"{has}, and none is {argument!r}. Write /why N, or /why for the whole answer.")
    print_why(number, answer.statements[number - 1], conversation.citer, whole_names=conversation.verbose)


def _dropped(conversation: "Conversation", _argument: str) -> None:
    answer = _answer(conversation)
    if not answer.dropped:
        output.print_text("Nothing was dropped from the last answer.")
        return
    output.print_text(f"{counted(len(answer.dropped), 'statement')} dropped:")
    print_reasons(answer.dropped)


READING = (
    Command(usage="sources", what="references and quotes of the last answer", run=_sources),
    Command(usage="show KEY", what="a paper with its abstract", run=_show, completes="key"),
    Command(
        usage="why [N]",
        what="why statement N says what it says; without N, the whole answer",
        more="Its quotes with their places in the abstract, the verdict, the score, who judged, the reason, and what "
        "was changed before it was shown.",
        run=_why,
    ),
    Command(usage="dropped", what="what was left out of the last answer, and why", run=_dropped),
)
