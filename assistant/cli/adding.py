"""The command add: reading papers into the library, and saying what became of each."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.cli import output
from assistant.cli.diagnostics import say, stages
from assistant.cli.files import path_of
from assistant.cli.options import JsonOption, LibraryOption, LocalOption, StoreOption, library_path, store_of
from assistant.errors import InputError, ServiceError, UsageError

if TYPE_CHECKING:
    from assistant.library.report import AddReport, Duplicate
    from assistant.types import Skipped
    from assistant.wiring import Assistant

_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"")
"""What a reason says of one record only."""
_LINES_NAMED = 5
_SHOWN = 20
"""Lines said about each kind of thing; --json has all."""


def add(
    context: typer.Context,
    sources: Annotated[
        list[str],
        typer.Argument(
            metavar="FILE|FOLDER|-|SERVICE:QUERY...",
            help="What to read: files, folders, archives, - for standard input, or papers of a service: "
            'openalex:"citation faithfulness", arxiv:2305.14627, doi:10.1000/x, crossref:, pubmed:, s2:.',
        ),
    ],
    format_: Annotated[
        str | None, typer.Option("--format", metavar="F", help="The format, when it cannot be told from the content.")
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
    most: Annotated[int, typer.Option("--max", metavar="N", min=1, help="Papers of each query at most.")] = 200,
    contact: Annotated[
        str | None,
        typer.Option("--contact", metavar="EMAIL", help="Sent to the services, which prefer who can be reached."),
    ] = None,
    fresh: Annotated[bool, typer.Option("--fresh", help="Ask again for what was fetched within a day.")] = False,
    offline: Annotated[bool, typer.Option("--offline", help="Refuse queries: nothing is sent anywhere.")] = False,
    library: LibraryOption = None,
    store: StoreOption = None,
    local: LocalOption = False,
    as_json: JsonOption = False,
) -> None:
    """Read papers into the library.

    Read are BibTeX, RIS, PubMed's nbib and XML, EndNote's XML and enw, Web of Science, CSL-JSON, tables (CSV, XLSX),
    JSON of OpenAlex, Semantic Scholar and Crossref, arXiv's Atom, MODS, JSON Lines, author listings and PDFs; also in
    folders, zip and gz. What a paper's other copies say fills in what it lacks; `citewell undo` takes it all back.
    """
    from assistant.config import load_config
    from assistant.fetching import contact_of, is_query
    from assistant.library.opening import has_library
    from assistant.library.sources.files import check_sources
    from assistant.wiring import Assistant

    store = None if dry_run else store_of(context, store)
    named = [one if one == "-" or is_query(one) else _path(one) for one in sources]
    path = library_path(context, library)
    is_new = path is None and not (dry_run or has_library())
    # Refuses what is not there before a library is made.
    check_sources([one for one in named if isinstance(one, Path)], format=format_)
    with (
        _folder_for(path, dry_run=dry_run) as folder,
        Assistant.open(folder, model="embedded", embedding=embedding, store=store, local=local) as assistant,
        stages() as stage,
    ):
        fetched, read, indexed = stage("Fetching"), stage("Reading"), stage("Indexing")
        if is_new:
            say(f"A library is made in {assistant.library.folder}.")
        with _interruption_told(assistant):
            report = assistant.add(
                named,
                format=format_,
                tags=tuple(tag or ()),
                dry_run=dry_run,
                index=not no_index,
                most=most,
                contact=contact_of(contact, load_config()),
                offline=offline or local,
                fresh=fresh,
                on_fetch=fetched,
                on_note=say,
                on_record=lambda count: read(count, None),
                on_progress=indexed,
            )
    if as_json:
        output.print_json(_add_shape(report))
    else:
        _print_report(report, dry_run=dry_run)
    _refuse_nothing(report, as_json=as_json)


@contextmanager
def _interruption_told(assistant: "Assistant") -> Iterator[None]:
    """Say what was done when somebody stops it: an import is in the library wholly or not at all."""
    before = assistant.changes()[:1]
    try:
        yield
    except KeyboardInterrupt:
        is_kept = assistant.changes()[:1] != before
        say("The papers are in the library; the next search indexes them." if is_kept else "Nothing was added.")
        raise


def _path(name: str) -> Path:
    if not name.strip():
        raise UsageError("One of the sources is an empty name. Name a file, a folder, - or SERVICE:QUERY.")
    if "://" in name:
        raise InputError(f"{name!r} is not read from the web: save it, and name the file. Papers are named SERVICE:ID.")
    return path_of(name)


def _refuse_nothing(report: "AddReport", *, as_json: bool) -> None:
    """End with an error when a service failed, or when nothing at all could be read."""
    failed = [one for one in report.skipped if one.failed]
    if failed:
        raise ServiceError(
            f"{failed[0].source}: {failed[0].reason}" if as_json else "Not all could be fetched; the reason is above."
        )
    if report.skipped and not report.papers:
        raise InputError("Nothing could be read; the reasons are above." if not as_json else "Nothing could be read.")


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
        "duplicates": [_duplicate_shape(one) for one in report.duplicates],
        "possible_duplicates": [_duplicate_shape(one) for one in report.possible],
        "skipped": [{"source": one.source, "line": one.line, "reason": one.reason} for one in report.skipped],
        "renamed": [{"key": one.key, "wanted": one.wanted} for one in report.renamed],
        "updated_papers": list(report.changed),
        "papers": list(report.papers),
    }


def _duplicate_shape(one: "Duplicate") -> dict[str, object]:
    return {
        "key": one.key,
        "of": one.of,
        "why": one.why,
        "filled": list(one.filled),
        "source": one.source,
        "line": one.line,
        "title": one.title,
    }


def _print_report(report: "AddReport", *, dry_run: bool) -> None:
    counts = (
        (report.added, "added"),
        (report.updated, "updated"),
        (report.unchanged, "unchanged"),
        (len(report.duplicates), "duplicate" if len(report.duplicates) == 1 else "duplicates"),
        (len(report.skipped), "skipped"),
    )
    said = ", ".join(f"{count:,} {word}" for count, word in counts if count or word == "added")
    output.print_text(("Would be: " if dry_run else "") + said + ".")
    if report.changed:
        more = f" and {len(report.changed) - _SHOWN:,} more" if len(report.changed) > _SHOWN else ""
        say(f"Updated: {', '.join(report.changed[:_SHOWN])}{more}.")
    duplicates = [f"Duplicate: {_named(one)} is {one.of} ({one.why}{_filled(one)})." for one in report.duplicates]
    _say_some(duplicates, "duplicates")
    renamed = [
        f"Renamed: {_place(one.source, one.line)}: {one.wanted} is {one.key} here: "
        + ("another paper has that key." if one.is_taken else "a key like that cannot be cited.")
        for one in report.renamed
    ]
    _say_some(renamed, "renamed")
    _say_some(_skipped_lines(report.skipped), "lines like these")
    if report.possible:
        count = len(report.possible)
        say(
            f"{count:,} of the new papers may be {'a duplicate' if count == 1 else 'duplicates'}: `citewell dedupe` "
            "shows them side by side."
        )


def _named(one: "Duplicate") -> str:
    """A record by its own key, else by where it stands and its title."""
    where = f"{_place(one.source, one.line)}: "
    return where + (one.key if one.key != one.of else f"“{output.shortened(one.title)}”")


def _filled(one: "Duplicate") -> str:
    return f"; took over its {', '.join(map(output.field_name, one.filled))}" if one.filled else ""


def _place(source: str, line: int | None) -> str:
    name = "standard input" if source == "-" else source
    return f"{name}, line {line}" if line else name


def _say_some(lines: Sequence[str], what: str) -> None:
    for line in lines[:_SHOWN]:
        say(line)
    if len(lines) > _SHOWN:
        say(f"and {len(lines) - _SHOWN:,} more {what}; --json lists all.")


def _skipped_lines(skipped: "Sequence[Skipped]") -> list[str]:
    """One line for what was skipped of one source for one reason, whichever names stand in it."""
    kinds: dict[tuple[str, str], list[Skipped]] = {}
    for one in skipped:
        kinds.setdefault((one.source, _QUOTED.sub("", one.reason)), []).append(one)
    lines: list[str] = []
    for same in kinds.values():
        first, *others = same
        more = ""
        if others:
            numbers = [f"{one.line:,}" for one in others[:_LINES_NAMED] if one.line]
            where = f", lines {', '.join(numbers)}{', …' if len(others) > len(numbers) else ''}" if numbers else ""
            more = f" (and {len(others):,} more like it{where})"
        lines.append(f"Skipped: {_place(first.source, first.line)}: {first.reason}{more}")
    return lines
