"""Commands about papers: add, list, show, remove, export, reindex."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from assistant.cli import output
from assistant.cli.diagnostics import progress, say
from assistant.cli.groups import FilterOptions
from assistant.cli.options import (
    JsonOption,
    LibraryOption,
    LocalOption,
    StoreOption,
    library_path,
    store_of,
)
from assistant.errors import InputError, UsageError

if TYPE_CHECKING:
    from assistant.library.ingest import AddReport

_SKIPPED_SHOWN = 20


def add(
    context: typer.Context,
    sources: Annotated[
        list[str], typer.Argument(metavar="FILE|FOLDER|-...", help="What to read; - is standard input.")
    ],
    format_: Annotated[
        str | None, typer.Option("--format", metavar="F", help="bibtex, jsonl or listing, when it cannot be told.")
    ] = None,
    tag: Annotated[
        list[str] | None, typer.Option("--tag", metavar="T", help="Put on every paper. May be repeated.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Report what would be done, and change nothing.")] = False,
    no_index: Annotated[
        bool, typer.Option("--no-index", help="Leave the indexing to `citewell embed`, or to the next search.")
    ] = False,
    embedding: Annotated[
        str | None, typer.Option("--embedding", metavar="M", help="Embedding model of a new library, provider:model.")
    ] = None,
    library: LibraryOption = None,
    store: StoreOption = None,
    local: LocalOption = False,
    as_json: JsonOption = False,
) -> None:
    """Read papers into the library."""
    from assistant.library.readers.files import read_sources
    from assistant.wiring import Assistant

    store = None if dry_run else store_of(context, store)

    # Refuses what is not there before a library is made.
    records = read_sources(["-" if one == "-" else Path(one) for one in sources], format=format_)
    with (
        _folder_for(library_path(context, library), dry_run=dry_run) as folder,
        Assistant.open(folder, model="embedded", embedding=embedding, store=store, local=local) as assistant,
        progress("Indexing") as on_progress,
    ):
        report = assistant.add_records(
            records, tags=tuple(tag or ()), dry_run=dry_run, index=not no_index, on_progress=on_progress
        )
    if as_json:
        output.print_json(_add_shape(report))
    else:
        _print_report(report, dry_run=dry_run)
    if report.skipped and not report.papers:
        raise InputError("Nothing could be read; the reasons are above." if not as_json else "Nothing could be read.")


def list_(
    context: typer.Context,
    *,
    filters: FilterOptions,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the papers."""
    from assistant.library.opening import open_library
    from assistant.shapes import paper_shape

    with open_library(library_path(context, library)) as papers:
        found = papers.papers(filters.filter)
    if as_json:
        output.print_json({"papers": [paper_shape(paper) for paper in found]})
        return
    output.print_papers(found)
    say(f"{len(found)} papers.")


def show(
    context: typer.Context,
    key: Annotated[str, typer.Argument(metavar="KEY", help="Cite key of a paper.")],
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show a paper with its abstract and where it came from."""
    from assistant.library.opening import open_library
    from assistant.shapes import paper_shape

    with open_library(library_path(context, library)) as papers:
        paper = papers.get(key)
        if paper is None:
            raise no_such_key(key, papers.known_keys())
        sources, aliases = papers.sources(paper.key), papers.aliases(paper.key)
    if as_json:
        origins = [{"source": source, "line": line} for source, line in sources]
        output.print_json(paper_shape(paper) | {"aliases": aliases, "sources": origins})
    else:
        output.print_paper(paper, sources, aliases)


def remove(
    context: typer.Context,
    keys: Annotated[list[str], typer.Argument(metavar="KEY...", help="Cite keys of papers.")],
    library: LibraryOption = None,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Remove papers from the library and its indexes."""
    from assistant.wiring import Assistant

    path, store = library_path(context, library), store_of(context, store)
    with Assistant.open(path, model="embedded", store=store, must_exist=True) as assistant:
        assistant.remove(keys)
    if as_json:
        output.print_json({"removed": keys})
    else:
        output.print_text(f"Removed: {', '.join(keys)}")


def export(
    context: typer.Context,
    *,
    format_: Annotated[Literal["bibtex", "jsonl"], typer.Option("--format", help="What to write.")] = "bibtex",
    filters: FilterOptions,
    library: LibraryOption = None,
) -> None:
    """Write the papers to standard output, for other programs."""
    from assistant.export.bibtex import to_bibtex
    from assistant.export.jsonl import to_jsonl
    from assistant.library.opening import open_library

    with open_library(library_path(context, library)) as papers:
        found = papers.papers(filters.filter)
    typer.echo(to_bibtex(found) if format_ == "bibtex" else to_jsonl(found), nl=False)


def reindex(
    context: typer.Context,
    embedding: Annotated[
        str | None,
        typer.Option("--embedding", metavar="M", help="Another embedding model: embedded or provider:model."),
    ] = None,
    library: LibraryOption = None,
    store: StoreOption = None,
) -> None:
    """Make the indexes anew from the library.

    With --embedding, another model makes the vectors from then on.
    """
    from assistant.upkeep import reindex as make_anew

    path, store = library_path(context, library), store_of(context, store)
    with progress("Indexing") as on_progress:
        made = make_anew(path, embedding=embedding, store=store, on_progress=on_progress)
    where = "" if made.store == "local" else f"; the vectors are at {made.store}"
    say(f"{made.chunks} chunks indexed with {made.embedder}{where}.")


@contextmanager
def _folder_for(path: Path | None, *, dry_run: bool) -> Iterator[Path | None]:
    """Where to add: a dry run that finds no library tries in a temporary one, so that none is made."""
    from assistant.library.opening import has_library

    if not dry_run or has_library(path):
        yield path
        return
    from tempfile import TemporaryDirectory

    with TemporaryDirectory(prefix="citewell-") as folder:
        yield Path(folder)


def _add_shape(report: "AddReport") -> dict[str, object]:
    return {
        "added": report.added,
        "updated": report.updated,
        "unchanged": report.unchanged,
        "duplicates": [{"key": one.key, "of": one.of, "why": one.why} for one in report.duplicates],
        "skipped": [{"source": one.source, "line": one.line, "reason": one.reason} for one in report.skipped],
        "renamed": [{"key": one.key, "wanted": one.wanted} for one in report.renamed],
        "papers": list(report.papers),
    }


def _print_report(report: "AddReport", *, dry_run: bool) -> None:
    counts = (
        (report.added, "added"),
        (report.updated, "updated"),
        (report.unchanged, "unchanged"),
        (len(report.duplicates), "duplicates"),
        (len(report.skipped), "skipped"),
    )
    said = ", ".join(f"{count} {word}" for count, word in counts if count or word == "added")
    output.print_text(("Would be: " if dry_run else "") + said + ".")
    for one in report.duplicates:
        say(f"Duplicate: {one.key} is {one.of} ({one.why}).")
    for renamed in report.renamed:
        say(f"Renamed: {renamed.wanted} is {renamed.key} here: that key is taken, or cannot be cited.")
    for skipped in report.skipped[:_SKIPPED_SHOWN]:
        where = f"{skipped.source}, line {skipped.line}" if skipped.line else skipped.source
        say(f"Skipped: {where}: {skipped.reason}")
    if len(report.skipped) > _SKIPPED_SHOWN:
        say(f"and {len(report.skipped) - _SKIPPED_SHOWN} more skipped; --json lists all.")


def no_such_key(key: str, known: list[str]) -> UsageError:
    """What to say of a key that no paper has: the nearest ones, or where to look."""
    from difflib import get_close_matches

    near = [one for one in known if one.startswith(key)][:3] or get_close_matches(key, known, n=3)
    hint = f"Did you mean {', '.join(near)}?" if near else "`citewell list` shows the keys."
    return UsageError(f"No paper has the key {key!r}. {hint}")
