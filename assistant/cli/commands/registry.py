"""All slash commands, by name."""

from difflib import get_close_matches
from typing import TYPE_CHECKING

from assistant.cli import output
from assistant.cli.commands.command import Command
from assistant.cli.commands.reading import READING
from assistant.cli.commands.settings import SETTINGS
from assistant.cli.commands.turns import TURNS
from assistant.cli.commands.writing import WRITING
from assistant.errors import UsageError

if TYPE_CHECKING:
    from assistant.cli.conversation import Conversation

_LONGEST_USAGE = 32
"""Columns; what a longer one does stands on the next line."""


def _help(_conversation: "Conversation", argument: str) -> None:
    if not argument:
        for command in COMMANDS:
            _print_usage(command)
        more = "Anything else is a question; @KEY in it names a paper. /help NAME says more of a command."
        output.print_text(output.wrapped(more))
        return
    command = command_named(argument.lstrip("/"))
    output.print_text(f"/{command.usage}")
    output.print_text(output.wrapped(f"{command.what[0].upper()}{command.what[1:]}. {command.more}".rstrip(), "  "))
    if command.aliases:
        output.print_text(f"  The same: {', '.join(f'/{alias}' for alias in command.aliases)}")


def _print_usage(command: Command) -> None:
    usage = f"  /{command.usage}"
    if len(usage) > _LONGEST_USAGE:
        output.print_text(usage)
        usage = ""
    output.print_text(output.hanging(f"{usage:<{_LONGEST_USAGE}}  ", command.what))


def _quit(conversation: "Conversation", _argument: str) -> None:
    conversation.is_over = True


COMMANDS: tuple[Command, ...] = (
    *READING,
    *SETTINGS,
    *TURNS,
    *WRITING,
    Command(usage="help [COMMAND]", what="this list, or more of one command", run=_help, completes="command"),
    Command(usage="quit", what="end; the conversation is saved", run=_quit, aliases=("exit", "q")),
)
_BY_NAME = {name: command for command in COMMANDS for name in (command.name, *command.aliases)}


def find_command(name: str) -> Command | None:
    """The command of this name, in any case."""
    return _BY_NAME.get(name.lower())


def command_named(name: str) -> Command:
    """The command of this name, in any case.

    Raises:
        UsageError: There is none; the message names the nearest.
    """
    if command := find_command(name):
        return command
    near = get_close_matches(name.lower(), _BY_NAME, n=1)
    hint = f"Did you mean /{near[0]}? " if near else ""
    raise UsageError(f"There is no command /{name}. {hint}/help lists them; a question does not begin with a slash.")
