"""Commands about the papers that are there: list, show, remove, export, reindex."""

from typing import TYPE_CHECKING, Annotated, Literal, TypeAlias

import typer

from assistant.cli import output
from assistant.cli.diagnostics import progress, say
from assistant.cli.files import path_of, refuse_folder, write_file
from assistant.cli.groups import FilterOptions
from assistant.cli.options import JsonOption, LibraryOption, StoreOption, library_path, store_of
from assistant.errors import UsageError
from assistant.export.formats import FORMATS, SUFFIXES, Format, written

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from assistant.library.store import Library
    from assistant.types import Paper

Order: TypeAlias = Literal["added", "key", "title", "author", "year", "newest"]
Lacking: TypeAlias = Literal["authors", "year", "abstract"]


def list_(
    context: typer.Context,
    words: Annotated[
        list[str] | None,
        typer.Argument(metavar="[WORD...]", help="Only papers with these in key, title, authors, venue or notes."),
    ] = None,
    *,
    filters: FilterOptions,
    lacks: Annotated[
        Lacking | None,
        typer.Option("--lacks", metavar="FIELD", help="Only papers without authors, year or abstract."),
    ] = None,
    sort: Annotated[
        Order, typer.Option("--sort", metavar="BY", help="added, key, title, author, year or newest.")
    ] = "added",
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the papers."""
    from assistant.library.opening import open_library
    from assistant.shapes import paper_shape

    with open_library(library_path(context, library)) as papers:
        found = sorted_papers(papers.papers(filters.filter), sort)
    found = [paper for paper in found if _has_words(paper, words or ())]
    if lacks:
        found = [paper for paper in found if lacks in paper.incomplete]
    if as_json:
        output.print_json({"papers": [paper_shape(paper) for paper in found]})
        return
    output.print_papers(found)
    say(f"{len(found):,} {'paper' if len(found) == 1 else 'papers'}.")


def _has_words(paper: "Paper", words: "Sequence[str]") -> bool:
    from assistant.text import fold

    record = paper.record
    people = (author.name for author in record.authors)
    told = fold("\n".join((paper.key, record.title, *people, record.venue or "", record.notes)))
    return all(fold(word) in told for word in words)


def sorted_papers(papers: "list[Paper]", order: Order) -> "list[Paper]":
    """Papers in an order; those that are alike in it stay as they were."""
    from assistant.text import fold

    if order == "newest":
        return sorted(papers, key=lambda paper: paper.record.date or str(paper.record.year or ""), reverse=True)
    keys: dict[Order, Callable[[Paper], object]] = {
        "key": lambda paper: paper.key.lower(),
        "title": lambda paper: fold(paper.title),
        "author": lambda paper: [fold(one.family) for one in paper.record.authors] or ["\uffff"],
        "year": lambda paper: (paper.record.year is None, paper.record.date or str(paper.record.year or "")),
    }
    return sorted(papers, key=keys[order]) if order in keys else papers  # type: ignore[arg-type]  # because each key is of one type


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
        paper = _named(papers, key)
        sources, aliases = papers.sources(paper.key), papers.aliases(paper.key)
    if as_json:
        origins = [{"source": source, "line": line} for source, line in sources]
        record = paper.record
        told = {
            "aliases": aliases,
            "sources": origins,
            "filled": [{"field": field, "source": source} for field, source in record.filled],
            "edited": list(record.edited),
            "extra": dict(record.extra),
        }
        output.print_json(paper_shape(paper) | told)
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
    keys: Annotated[
        list[str] | None, typer.Argument(metavar="[KEY...]", help="Cite keys of the papers; all papers without one.")
    ] = None,
    *,
    format_: Annotated[
        Format | None,
        typer.Option("--format", metavar="F", help=f"{', '.join(FORMATS)}; else by the file's name, else bibtex."),
    ] = None,
    out: Annotated[
        str | None, typer.Option("--out", "-o", metavar="FILE", help="Write to this file; else to standard output.")
    ] = None,
    filters: FilterOptions,
    library: LibraryOption = None,
) -> None:
    """Write the papers for other programs.

    What came from BibTeX goes back with the keys and fields it had; the library's own backup is `--format jsonl`.
    """
    from assistant.library.opening import open_library

    path = path_of(out) if out and out != "-" else None
    refuse_folder(path)
    chosen: Format = format_ or SUFFIXES.get(path.suffix.lower() if path else "", "bibtex")
    with open_library(library_path(context, library)) as papers:
        named = {paper.key: paper for paper in (_named(papers, key) for key in keys or ())}
        found = list(named.values()) if keys else papers.papers(filters.filter)
        aliases = {paper.key: papers.aliases(paper.key) for paper in found} if chosen == "biblatex" else {}
    if path is None:
        typer.echo(written(found, chosen, aliases), nl=False)
        return
    if not found:
        raise UsageError(f"No paper passes, so {path} was not written. `citewell list` shows what there is.")
    write_file(path, written(found, chosen, aliases))
    say(f"{len(found):,} {'paper' if len(found) == 1 else 'papers'} written to {path} as {chosen}.")


def _named(papers: "Library", key: str) -> "Paper":
    paper = papers.get(key)
    if paper is None:
        raise no_such_key(key, papers.known_keys())
    return paper


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


def no_such_key(key: str, known: list[str]) -> UsageError:
    """What to say of a key that no paper has: the nearest ones, or where to look."""
    from difflib import get_close_matches

    near = [one for one in known if one.startswith(key)][:3] or get_close_matches(key, known, n=3)
    hint = f"Did you mean {', '.join(near)}?" if near else "`citewell list` shows the keys."
    return UsageError(f"No paper has the key {key!r}. {hint}")
