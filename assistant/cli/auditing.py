"""Commands that keep a draft honest as the library grows: coverage, refresh."""

import json
import sys
from datetime import date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from assistant.cli import output
from assistant.cli.catching_up import catch_up
from assistant.cli.diagnostics import say
from assistant.cli.draft_input import DRAFT_HELP, Markup, MarkupOption, read_draft, say_unread
from assistant.cli.explaining import cost_line
from assistant.cli.files import refuse_folder, write_bytes, write_file
from assistant.cli.options import (
    JsonOption,
    JudgeOption,
    LibraryOption,
    LocalOption,
    StoreOption,
    is_verbose,
    library_path,
    store_of,
)
from assistant.cli.waiting import waiting
from assistant.errors import InputError, UsageError

if TYPE_CHECKING:
    from assistant.types import Document
    from assistant.types.audits import Refresh
    from assistant.wiring import Assistant

_SOMETHING = 1
DraftArgument = Annotated[str, typer.Argument(metavar="DRAFT|-", help=DRAFT_HELP)]


def coverage(
    context: typer.Context,
    draft: DraftArgument,
    *,
    most: Annotated[int, typer.Option("--max", min=0, metavar="N", help="Name at most so many papers.")] = 20,
    check: Annotated[bool, typer.Option("--check", help="Exit with 1 when there is something to tell.")] = False,
    markup: MarkupOption = None,
    form: Annotated[Literal["text", "json"], typer.Option("--format", metavar="F", help="text or json.")] = "text",
    out: Annotated[Path | None, typer.Option("--out", metavar="F", help="Write the result here.")] = None,
    judge: JudgeOption = None,
    local: LocalOption = False,
    library: LibraryOption = None,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say what of the library a draft leaves out, and where it cites too little.

    Relevant papers that it does not cite; sentences that need a citation and have none; paragraphs that lean on one
    paper; papers that are cited in rows only; keys that no paper has.
    """
    from assistant.export.audits import coverage_shape, coverage_text

    refuse_folder(out)
    document = _read(draft, markup)
    with _opened(context, library, store, judge=judge, local=local) as assistant:
        with waiting("reading the draft …"):
            report = assistant.coverage(document, most=most)
        _say_cost(context, assistant)
    is_json = as_json or form == "json"
    if out:
        shape = coverage_shape(report)
        text = json.dumps(shape, ensure_ascii=False, indent=2) if is_json else output.printable(coverage_text(report))
        write_file(out, text + "\n")
        say(f"Written: {out}")
    elif is_json:
        output.print_json(coverage_shape(report))
    else:
        output.print_text(coverage_text(report))
    if check and not report.is_clean:
        raise typer.Exit(_SOMETHING)


def refresh(
    context: typer.Context,
    draft: DraftArgument,
    *,
    since: Annotated[
        str | None,
        typer.Option("--since", metavar="DATE", help="Look only at papers that were added on this day or later."),
    ] = None,
    apply: Annotated[bool, typer.Option("--apply", help="Change the files, and print no patch.")] = False,
    out: Annotated[Path | None, typer.Option("--out", metavar="F", help="Write the patch here.")] = None,
    markup: MarkupOption = None,
    judge: JudgeOption = None,
    local: LocalOption = False,
    library: LibraryOption = None,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Print a patch of what should change in a draft now that other papers are in the library.

    Papers that say what a cited sentence says are cited too; one that says the opposite is named in a comment;
    preprints that have appeared are cited as published. `git apply` and `patch -p1` take the patch. What it cannot
    change is listed on stderr.
    """
    if apply and out:
        raise UsageError("--apply changes the files, --out writes a patch in place of that. Choose one.")
    refuse_folder(out)
    document = _read(draft, markup)
    day = _day(since) if since else None
    with _opened(context, library, store, judge=judge, local=local) as assistant:
        new = assistant.library.added_since(day) if day else None
        with waiting("reading the draft …"):
            result = assistant.refresh(document, new=new)
        _say_cost(context, assistant)
    if apply:
        _apply(result)
    _print_refresh(result, out, is_applied=apply, as_json=as_json)


def _print_refresh(result: "Refresh", out: Path | None, *, is_applied: bool, as_json: bool) -> None:
    from assistant.auditing.patching import unified_diff
    from assistant.export.audits import refresh_shape, told

    diff = unified_diff(result.files)
    if out and diff:
        write_bytes(out, diff)
        say(f"Written: {out}")
    if as_json:
        output.print_json(refresh_shape(result, diff.decode("utf-8", errors="replace"), is_applied=is_applied))
        return
    has_patch = bool(result.files)
    for line in told(result.changes):
        # Without a patch the list is the result.
        (say if has_patch else output.print_text)(output.printable(line))
    if not result.changes:
        say(f"{result.document.name}: nothing to change.")
    if diff and not (out or is_applied):
        _print_bytes(diff)


def _print_bytes(content: bytes) -> None:
    """A patch as it is, in whatever encoding its files are; on a terminal without what acts on it."""
    if sys.stdout.isatty():
        output.print_text(content.decode("utf-8", errors="replace").removesuffix("\n"))
    else:
        typer.echo(content, nl=False)


def _apply(result: "Refresh") -> None:
    """Write the files, if all of them are still what was read.

    Raises:
        InputError: One changed meanwhile, or cannot be written.
    """
    for file in result.files:
        try:
            is_same = file.path.read_bytes() == file.before
        except OSError as error:
            raise InputError(f"{file.name} cannot be read: {error.strerror}. Nothing was changed.") from error
        if not is_same:
            raise InputError(f"{file.name} was changed meanwhile. Nothing was written; run the command again.")
    for file in result.files:
        write_bytes(file.path, file.after)
        say(f"Changed: {file.name}")


def _read(draft: str, markup: Markup | None) -> "Document":
    document = read_draft(draft, markup)
    say_unread(document)
    return document


def _opened(
    context: typer.Context, library: Path | None, store: str | None, *, judge: str | None, local: bool
) -> "Assistant":
    from assistant.wiring import Assistant

    assistant = Assistant.open(
        library_path(context, library), store=store_of(context, store), judge=judge, local=local, must_exist=True
    )
    catch_up(assistant)
    return assistant


def _day(text: str) -> datetime:
    """The beginning of a day, here.

    Raises:
        UsageError: It is no day.
    """
    try:
        return datetime.combine(date.fromisoformat(text.strip()), time()).astimezone()
    except ValueError as error:
        raise UsageError(f"{text!r} is no day. Write it as 2026-01-31.") from error


def _say_cost(context: typer.Context, assistant: "Assistant") -> None:
    if is_verbose(context):
        say(cost_line(assistant.spent))
