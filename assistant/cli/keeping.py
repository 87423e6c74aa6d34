"""Commands that keep a library in order: edit, tag, note, dedupe, undo."""

from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.cli import output
from assistant.cli.diagnostics import say
from assistant.cli.editor import edited
from assistant.cli.files import path_of, read_file, read_standard_input
from assistant.cli.options import JsonOption, LibraryOption, StoreOption, library_path, store_of
from assistant.cli.papers import no_such_key
from assistant.errors import CitewellError, InputError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from assistant.types import Paper
    from assistant.wiring import Assistant

_EDIT_HELP = (
    "# Change what is wrong, save, and close. A field that is deleted is emptied. What you change is yours: no file\n"
    "# that is read later overwrites it. Close with nothing left to change nothing.\n"
)


def edit(
    context: typer.Context,
    key: Annotated[str, typer.Argument(metavar="KEY", help="Cite key of a paper.")],
    set_: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="FIELD=VALUE", help="Change this field, and open no editor. May be repeated."),
    ] = None,
    from_: Annotated[
        str | None, typer.Option("--from", metavar="FILE", help="Take the fields from a file instead of an editor.")
    ] = None,
    library: LibraryOption = None,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Change what is known of a paper.

    $VISUAL or $EDITOR opens with its fields, unless --set or --from has them. The key stays, and what you change no
    source overwrites.
    """
    from assistant.export.form import from_form, others_of, record_with, to_form
    from assistant.shapes import paper_shape

    with _opened(context, library, store) as assistant:
        paper, text = _paper(assistant, key), None
        if set_:
            record = record_with(paper.record, _settings(set_), only_these=True)
        elif from_:
            record = from_form(read_file(path_of(from_)), paper.record)
        else:
            instead = f"`citewell edit {key} --set year=2023` changes one field, and --from FILE reads them all."
            text = edited(
                _EDIT_HELP + others_of(paper.record) + to_form(paper.record), instead=instead, extension=".yaml"
            )
            if text is None:
                say("Nothing was left, so nothing was changed.")
                return
            try:
                record = from_form(text, paper.record)
            except InputError as error:
                raise InputError(f"{error} Nothing was changed; {_kept(text, paper.key)}") from error
        with _not_lost(partial(_kept, text, paper.key) if text else None):
            changed = assistant.edit(paper.key, record, base=paper.record)
    if as_json:
        output.print_json(paper_shape(changed))
    elif changed == paper:
        output.print_text(f"Nothing was changed in {paper.key}.")
    else:
        output.print_text(f"Changed: {paper.key}. `citewell undo` takes it back.")


def tag(
    context: typer.Context,
    keys: Annotated[list[str], typer.Argument(metavar="KEY...", help="Cite keys of papers.")],
    add: Annotated[
        list[str] | None, typer.Option("--add", metavar="T", help="Put this tag on them. May be repeated.")
    ] = None,
    remove: Annotated[
        list[str] | None, typer.Option("--remove", metavar="T", help="Take this tag off them. May be repeated.")
    ] = None,
    library: LibraryOption = None,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Put tags on papers, or take them off."""
    if not (add or remove):
        raise UsageError("Name a tag: --add TAG puts it on the papers, --remove TAG takes it off.")
    with _opened(context, library, store) as assistant:
        papers = assistant.tag([_paper(assistant, key).key for key in keys], add=add or (), remove=remove or ())
    if as_json:
        output.print_json({"papers": [{"key": one.key, "tags": list(one.record.tags)} for one in papers]})
        return
    for one in papers:
        output.print_text(f"{one.key}: {', '.join(one.record.tags) or 'no tags'}")


def note(
    context: typer.Context,
    key: Annotated[str, typer.Argument(metavar="KEY", help="Cite key of a paper.")],
    text: Annotated[
        str | None, typer.Argument(metavar="[TEXT|-]", help="The note; - reads it from standard input.")
    ] = None,
    append: Annotated[bool, typer.Option("--append", help="Add to the note that is there.")] = False,
    clear: Annotated[bool, typer.Option("--clear", help="Delete the note.")] = False,
    library: LibraryOption = None,
    store: StoreOption = None,
) -> None:
    """Keep a note of your own with a paper.

    It is written in $VISUAL or $EDITOR unless it is given, and takes the place of the note before.
    Notes are yours: no source overwrites them, and they are never quoted as the paper's.
    """
    with _opened(context, library, store) as assistant:
        paper, written = _paper(assistant, key), None
        if clear:
            text = ""
        elif text == "-":
            text = read_standard_input()
        elif text is None:
            instead = f"`citewell note {key} TEXT` takes the note from the command line, and - from standard input."
            text = written = edited(paper.record.notes, instead=instead)
            if text is None:
                say("Nothing was written, so the note stays as it is; --clear deletes it.")
                return
        before = paper.record.notes
        if append and before:
            text = f"{before}\n{text}"
        with _not_lost(partial(_kept_note, written, paper.key) if written else None):
            assistant.note(paper.key, text)
    output.print_text(f"{'Noted with' if text.strip() else 'No note is kept with'} {paper.key}.")
    if before and before not in text:
        say("The note before it is gone; `citewell undo` brings it back, and --append adds to a note.")


def undo(
    context: typer.Context,
    list_: Annotated[bool, typer.Option("--list", help="Show what can be taken back, the last change first.")] = False,
    library: LibraryOption = None,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Take back the last change of the library.

    Again, the one before it: the last 50 can be taken back.
    """
    if list_:
        _list_changes(library_path(context, library), as_json=as_json)
        return
    with _opened(context, library, store) as assistant:
        undone = assistant.undo()
    if undone is None:
        raise UsageError("There is nothing to take back: the library's changes are kept for the last 50 of them.")
    if as_json:
        shape = {"what": undone.what, "at": undone.at, "restored": list(undone.back), "removed": list(undone.gone)}
        output.print_json({"undone": shape})
        return
    output.print_text(f"Taken back: {undone.what} ({_when(undone.at)}).")
    for count, what in ((len(undone.back), "as before"), (len(undone.gone), "gone again")):
        if count:
            say(f"{count:,} {'paper is' if count == 1 else 'papers are'} {what}.")


def _list_changes(path: Path | None, *, as_json: bool) -> None:
    from assistant.library.opening import open_library

    with open_library(path) as papers:
        changes = papers.changes()
    if as_json:
        output.print_json({"changes": [{"at": one.at, "what": one.what, "papers": one.papers} for one in changes]})
        return
    for one in changes:
        output.print_text(f"{_when(one.at)}  {one.what} ({one.papers:,} {'paper' if one.papers == 1 else 'papers'})")
    if not changes:
        say("No change can be taken back.")


def _when(at: str) -> str:
    """A time of the journal in the reader's own zone."""
    from datetime import datetime

    return datetime.fromisoformat(at).astimezone().strftime("%Y-%m-%d %H:%M")


def _opened(context: typer.Context, library: Path | None, store: str | None) -> "closing[Assistant]":
    from assistant.wiring import Assistant

    path, store = library_path(context, library), store_of(context, store)
    return closing(Assistant.open(path, model="embedded", store=store, must_exist=True))


def _paper(assistant: "Assistant", key: str) -> "Paper":
    paper = assistant.paper(key)
    if paper is None:
        raise no_such_key(key, assistant.library.known_keys())
    return paper


def _settings(given: list[str]) -> dict[str, str]:
    settings: dict[str, str] = {}
    for one in given:
        name, equals, value = one.partition("=")
        if not equals:
            raise UsageError(f"{one!r} sets nothing. Write --set FIELD=VALUE, as in --set year=2023.")
        settings[name.strip()] = value
    return settings


@contextmanager
def _not_lost(kept: "Callable[[], str] | None") -> "Iterator[None]":
    """Say where what was written in an editor is kept, should it fail to be stored: its library may be in use."""
    try:
        yield
    except CitewellError:
        if kept:
            where = kept()
            say(where[0].upper() + where[1:])
        raise


def _kept(text: str, key: str) -> str:
    """Where what somebody wrote in vain is kept, as a half sentence."""
    file = _file_of(text, key, ".yaml")
    return f"your text is in {file}: mend it, and `citewell edit {key} --from {file}` reads it."


def _kept_note(text: str, key: str) -> str:
    file = _file_of(text, key, ".md")
    return f"your text is in {file}: `citewell note {key} - < {file}` reads it."


def _file_of(text: str, key: str, suffix: str) -> str:
    import tempfile

    with tempfile.NamedTemporaryFile(
        "w", encoding="utf-8", prefix=f"citewell-{key}-".replace("/", "-"), suffix=suffix, delete=False
    ) as file:
        file.write(text)
    return file.name
