"""Commands that set what the next answers are made with: /filter, /model, /judge, /style, /evidence, /limits."""

from dataclasses import replace
from typing import TYPE_CHECKING

from assistant.cli import output
from assistant.cli.citing import STYLES, style_named
from assistant.cli.commands.command import Command
from assistant.cli.diagnostics import say_model
from assistant.cli.explaining import judge_name, limits_line
from assistant.cli.filtering import filter_text, parse_filter
from assistant.cli.showing import counted
from assistant.errors import UsageError
from assistant.types import Filter, Limits

if TYPE_CHECKING:
    from assistant.cli.conversation import Conversation

_OFF = frozenset({"off", "none", "clear"})


def _filter(conversation: "Conversation", argument: str) -> None:
    if argument:
        conversation.where = Filter() if argument in _OFF else parse_filter(argument)
    where = conversation.where
    count = counted(len(conversation.assistant.library.keys(where)), "paper")
    name = "No filter" if where.is_empty else f"Filter set ({filter_text(where)})"
    output.print_text(output.wrapped(f"{name}: {count} can be used."))


def _model(conversation: "Conversation", argument: str) -> None:
    if argument:
        conversation.assistant.use_model(argument, local=conversation.local)
    say_model(conversation.assistant.choice)


def _judge(conversation: "Conversation", argument: str) -> None:
    if argument:
        conversation.assistant.use_judge(argument)
    name = conversation.assistant.judge.name
    output.print_text(output.wrapped(f"Sentences are checked by {name if conversation.verbose else judge_name(name)}."))


def _style(conversation: "Conversation", argument: str) -> None:
    if argument:
        conversation.view = replace(conversation.view, style=style_named(argument))
    styles = f"The styles are: {', '.join(STYLES)}."
    output.print_text(output.wrapped(f"Citations are written by style {conversation.view.style}. {styles}"))


def _evidence(conversation: "Conversation", argument: str) -> None:
    if argument not in {"", "on", "off"}:
        raise UsageError(f"/evidence takes on or off, not {argument!r}.")
    if argument:
        conversation.view = replace(conversation.view, evidence=argument == "on")
    output.print_text(f"Quotes under each sentence: {'on' if conversation.view.evidence else 'off'}.")


def _limits(conversation: "Conversation", argument: str) -> None:
    if argument:
        before = conversation.assistant.limits
        conversation.assistant.limits = Limits() if argument in _OFF else _limits_with(before, argument)
    output.print_text(limits_line(conversation.assistant.limits))


def _limits_with(limits: Limits, text: str) -> Limits:
    """The limits with those changed that `tokens=2000 usd=0.05 timeout=30` names.

    Raises:
        UsageError: A part is not of that form.
    """
    for word in text.split():
        name, _, value = word.partition("=")
        try:
            limits = _with_limit(limits, name, None if value in _OFF else value)
        except (ValueError, UsageError) as error:
            raise UsageError(f"{word!r} is no limit. Write tokens=2000, usd=0.05, timeout=30, or off.") from error
    return limits


def _with_limit(limits: Limits, name: str, value: str | None) -> Limits:
    match name:
        case "tokens":
            return replace(limits, max_tokens=None if value is None else int(value))
        case "usd":
            return replace(limits, max_usd=None if value is None else float(value))
        case "timeout":
            return replace(limits, timeout=None if value is None else float(value))
        case _:
            raise ValueError(name)


SETTINGS = (
    Command(usage="filter year=2020..2024 author=A venue=V tag=T | off", what="which papers may be used", run=_filter),
    Command(usage="model [NAME]", what="which model answers", run=_model, completes="model"),
    Command(usage="judge [NAME]", what="who checks the sentences", run=_judge, completes="judge"),
    Command(usage=f"style [{'|'.join(STYLES)}]", what="how citations are written", run=_style, completes="style"),
    Command(usage="evidence [on|off]", what="the quote under each sentence", run=_evidence, completes="switch"),
    Command(usage="limits [tokens=N usd=X timeout=S] | off", what="what an answer may cost", run=_limits),
)
