"""Commands about what was said: /undo, /retry, /new, /load, /sessions, /tokens, /cost."""

from typing import TYPE_CHECKING

from assistant.cli import output
from assistant.cli.commands.command import Command
from assistant.cli.commands.writing import RELATED, draft_into
from assistant.cli.conversation import Unanswered
from assistant.cli.diagnostics import say, say_model
from assistant.cli.explaining import cost_line, limits_line, time_line, usd
from assistant.cli.files import path_of, read_file
from assistant.cli.sessions import print_sessions
from assistant.cli.showing import counted
from assistant.errors import InputError, UsageError
from assistant.types import Usage

if TYPE_CHECKING:
    from assistant.cli.conversation import Conversation

_LONGEST_ID = 18


def _undo(conversation: "Conversation", _argument: str) -> None:
    turn = conversation.undo()
    output.print_text(f"Forgotten: {' '.join(turn.question.split())}")


def _retry(conversation: "Conversation", argument: str) -> None:
    asked = conversation.unanswered or Unanswered(question=conversation.last.question, instead=True)
    keep = argument == "keep"
    if argument and not keep:
        conversation.assistant.use_model(argument, local=conversation.local)
        say_model(conversation.assistant.choice)
    if asked.question.startswith(RELATED):
        draft_into(conversation, asked.question.removeprefix(RELATED), instead=asked.instead)
    else:
        conversation.ask(asked.question, instead=asked.instead, keep_unsupported=keep)


def _new(conversation: "Conversation", _argument: str) -> None:
    conversation.go_on([], None)
    output.print_text("A new conversation.")


def _load(conversation: "Conversation", argument: str) -> None:
    if not argument:
        raise UsageError("Write /load ID or /load FILE; /sessions lists the ids.")
    if argument.isdecimal() and len(argument) <= _LONGEST_ID:
        conversation.resume(int(argument))
        return
    from assistant.export.conversation import read_conversation

    path = path_of(argument)
    try:
        turns = read_conversation(read_file(path))
    except ValueError as error:
        raise InputError(f"{path} is no conversation that /export FILE.json wrote. Name another file.") from error
    conversation.go_on([], None)
    for turn in turns:
        conversation.add(conversation.held(turn))
    say(f"{path}: {counted(len(turns), 'turn')}.")


def _sessions(conversation: "Conversation", argument: str) -> None:
    found = conversation.assistant.sessions.saved(argument)
    print_sessions(found)
    if not found:
        output.print_text(f"No conversation has {argument!r}." if argument else "No conversation is saved yet.")


def _tokens(conversation: "Conversation", _argument: str) -> None:
    answers = [turn.answer for turn in conversation.turns]
    lost = conversation.lost
    if answers or not lost.prompt:
        last = conversation.last
        output.print_text(output.hanging("Last answer:  ", f"{cost_line(last.usage)}; {time_line(last)}"))
    what = counted(len(answers), "answer") + (" and what was stopped or failed" if lost.prompt else "")
    output.print_text(output.hanging("Conversation: ", f"{cost_line(_total(conversation))} for {what}"))


def _cost(conversation: "Conversation", _argument: str) -> None:
    is_answered = bool(conversation.turns or not conversation.lost.prompt)
    last = f"Last answer {usd(conversation.last.usage.usd)}, conversation" if is_answered else "Conversation"
    output.print_text(f"{last} {usd(_total(conversation).usd)}.")
    output.print_text(limits_line(conversation.assistant.limits))


def _total(conversation: "Conversation") -> Usage:
    """What the conversation cost, with what was stopped or failed in this chat."""
    return sum((turn.answer.usage for turn in conversation.turns), conversation.lost)


TURNS = (
    Command(usage="undo", what="forget the last question and its answer", run=_undo),
    Command(
        usage="retry [MODEL|keep]",
        what="answer the last question again",
        more="Also one that was stopped or failed. With another model, which stays; with keep, sentences that no paper "
        "supports are shown too, and marked. The new answer takes the place of the old one.",
        run=_retry,
        completes="model",
    ),
    Command(usage="new", what="begin a new conversation; this one is saved", run=_new),
    Command(usage="load ID|FILE", what="go on with a conversation", run=_load, completes="session or file"),
    Command(usage="sessions [WORDS]", what="list the conversations, or those that have these words", run=_sessions),
    Command(usage="tokens", what="tokens, dollars and seconds of the last answer", run=_tokens),
    Command(usage="cost", what="dollars spent, and the limits", run=_cost),
)
