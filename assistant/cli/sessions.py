"""The command sessions: conversations, listed and searched."""

from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.cli import output
from assistant.cli.diagnostics import say
from assistant.cli.options import JsonOption, LibraryOption, library_path

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.session import SavedSession


def sessions(
    context: typer.Context,
    words: Annotated[
        list[str] | None,
        typer.Argument(metavar="WORDS", help="Only those whose questions or answers have all of these."),
    ] = None,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the conversations; `citewell chat --session ID` goes on with one."""
    from assistant.library.opening import open_library
    from assistant.session import Sessions

    with open_library(library_path(context, library)) as papers:
        found = Sessions(papers.database).saved(" ".join(words or ()))
    if as_json:
        output.print_json({"sessions": [asdict(one) for one in found]})
        return
    print_sessions(found)
    say(f"{len(found)} session{'' if len(found) == 1 else 's'}.")


def print_sessions(found: "Sequence[SavedSession]") -> None:
    """A line for each: id, when it was last spoken in, number of turns, first question."""
    width = max((len(str(one.id)) for one in found), default=1)
    for one in found:
        label = f"  {one.id:>{width}}  {_local(one.asked)}  {one.turns:>2} turn{'s' if one.turns > 1 else ' '}  "
        output.print_text(output.hanging(label, " ".join(one.title.split())))


def _local(moment: str) -> str:
    """A moment in the time of this place, to the minute; as it stands when it is none."""
    try:
        return f"{datetime.fromisoformat(moment).astimezone():%Y-%m-%d %H:%M}"
    except ValueError:
        return moment
