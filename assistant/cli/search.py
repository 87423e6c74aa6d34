"""The command search: passages with what found them."""

from dataclasses import asdict, fields
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.cli import output
from assistant.cli.catching_up import catch_up
from assistant.cli.diagnostics import say
from assistant.cli.groups import FilterOptions
from assistant.cli.options import (
    JsonOption,
    LibraryOption,
    Mode,
    RerankOption,
    StoreOption,
    library_path,
    store_of,
    text_of,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.types import Paper
    from vectorstore.types import Passage


def search(
    context: typer.Context,
    query: Annotated[str, typer.Argument(metavar="QUERY", help="What to look for.")],
    *,
    k: Annotated[int, typer.Option("-k", min=1, max=1000, help="Number of passages.")] = 10,
    mode: Annotated[Mode, typer.Option("--mode", help="By words, by meaning, or both.")] = "hybrid",
    rerank: RerankOption = None,
    explain: Annotated[bool, typer.Option("--explain", help="Show which index found a passage, and how well.")] = False,
    filters: FilterOptions,
    library: LibraryOption = None,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Find passages."""
    from assistant.wiring import Assistant

    where = filters.filter
    query = text_of(query)
    path, store = library_path(context, library), store_of(context, store)
    with Assistant.open(path, model="embedded", reranker=rerank, store=store, must_exist=True) as assistant:
        catch_up(assistant)
        passages = assistant.search(query, k, where=where, mode=mode)
        papers = {one.chunk.key: assistant.library.get(one.chunk.key) for one in passages}
    if as_json:
        output.print_json({"query": query, "passages": [_shape(one) for one in passages]})
        return
    for number, one in enumerate(passages, start=1):
        _print(number, one, papers[one.chunk.key], query)
    if explain and passages:
        _print_scores(passages)
    if not passages:
        say("Nothing found.")


def _shape(passage: "Passage") -> dict[str, object]:
    """The JSON form of a passage; fields may be added, never renamed."""
    chunk = passage.chunk
    return {
        "key": chunk.key,
        "title": chunk.title,
        "chunk": chunk.id,
        "text": chunk.text,
        "start": chunk.start,
        "end": chunk.end,
        "score": round(passage.score, 6),
        "scores": asdict(passage.scores),
    }


def _print(number: int, passage: "Passage", paper: "Paper | None", query: str) -> None:
    from assistant.cli.marking import best_sentence, marked

    chunk = passage.chunk
    output.print_text(output.wrapped(f"{number}. {chunk.title}"))
    output.print_text(f"   {_byline(paper)}[{chunk.key}]")
    if chunk.text:
        start, end = best_sentence(chunk.text, query)
        before, after = "… " if start else "", " …" if end < len(chunk.text) else ""
        shown = output.printable(output.wrapped(f"{before}{chunk.text[start:end]}{after}", "   "))
    else:
        shown = "   (no abstract)"
    output.print_marked(marked(shown, query) + "\n")


def _byline(paper: "Paper | None") -> str:
    """`Lewis et al. 2020 `, of what is known."""
    if paper is None:
        return ""
    parts = (output.people(paper), str(paper.record.year or ""))
    return "".join(f"{part} " for part in parts if part)


def _print_scores(passages: "Sequence[Passage]") -> None:
    """A line for each passage: its score and what each index said, with its rank there among those shown.

    The fused score is left out where it is the score, that is without a reranker.
    """
    ranks = {field.name: _ranks(passages, field.name) for field in fields(passages[0].scores)}
    if all(one.scores.fused == one.score for one in passages):
        ranks.pop("fused")
    rows = [["#", "score", *(name for name, found in ranks.items() if found)]]
    for at, one in enumerate(passages):
        cells = (_cell(getattr(one.scores, name), ranks[name].get(at)) for name in rows[0][2:])
        rows.append([str(at + 1), f"{one.score:.3f}", *cells])
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row, key in zip(rows, ("key", *(one.chunk.key for one in passages)), strict=True):
        cells = (cell.rjust(width) for cell, width in zip(row, widths, strict=True))
        output.print_text("  ".join(("", *cells, key)))


def _ranks(passages: "Sequence[Passage]", name: str) -> dict[int, int]:
    """Place of each passage in the order of one score; those without it are left out."""
    values = [(getattr(one.scores, name), at) for at, one in enumerate(passages)]
    found = sorted((-value, at) for value, at in values if isinstance(value, float))
    return {at: rank for rank, (_, at) in enumerate(found, start=1)}


def _cell(value: object, rank: int | None) -> str:
    return f"{value:.3f} (#{rank})" if isinstance(value, float) else "-"
