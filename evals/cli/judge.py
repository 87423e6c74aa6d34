"""`citewell eval judge`: judges against people's labels."""

import sys
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.cli import output
from assistant.cli.diagnostics import progress, say
from assistant.cli.options import (
    BaseUrlOption,
    JsonOption,
    LibraryOption,
    LocalOption,
    StructuredOption,
    library_path,
)
from assistant.errors import ServiceError, UsageError
from evals.cli.apart import refuse_same
from evals.cli.app import app
from evals.cli.files import refuse_foreign, write_text

if TYPE_CHECKING:
    from assistant.llm import Structured
    from assistant.verify import Judge
    from evals.cache import Cache
    from evals.judging.card import Card
    from evals.judging.types import PairSet
    from vectorstore.types import Embedder

__all__ = ["judge_command"]

_MOST_AT_ONCE = 64
_WIDEST = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Judging:
    """What the command line says of how pairs are judged."""

    seed: int
    parallel: int
    cache: "Cache | None"


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """What the command line says of how chat models are reached."""

    base_url: str | None
    structured: "Structured"
    local: bool


@app.command("judge", short_help="Measure judges against people.")
def judge_command(
    context: typer.Context,
    dataset: Annotated[Path, typer.Option(metavar="FILE", help="Labelled pairs, as JSON Lines.", show_default=False)],
    judge: Annotated[
        list[str] | None,
        typer.Option(
            metavar="J",
            help="embedded, overlap, cosine, onnx:FOLDER, provider:model or yes-no:provider:model. May be repeated.",
        ),
    ] = None,
    split: Annotated[str | None, typer.Option(metavar="S", help="Only pairs of this split of their source.")] = None,
    source: Annotated[str | None, typer.Option(metavar="S", help="Only pairs of this source.")] = None,
    limit: Annotated[int | None, typer.Option(metavar="N", min=1, help="Only N pairs, drawn by lot.")] = None,
    parallel: Annotated[
        int, typer.Option(metavar="N", min=1, max=_MOST_AT_ONCE, help="Pairs under way at a time.")
    ] = 1,
    cache: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Where verdicts of chat models are kept.", show_default=False)
    ] = None,
    no_cache: Annotated[bool, typer.Option("--no-cache", help="Ask everything again, keep nothing.")] = False,
    seed: Annotated[int, typer.Option(metavar="N", min=0, help="Seed of the lot and of the intervals.")] = 0,
    out: Annotated[Path | None, typer.Option(metavar="F", help="Write the JSON document here too.")] = None,
    base_url: BaseUrlOption = None,
    structured: StructuredOption = None,
    local: LocalOption = False,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Compare what judges say of labelled pairs with what people say: each judge's report card.

    The embedding model is that of the library named with --library, else the one that comes with Citewell. Pairs on
    which a judge fails are counted; when it fails on all of them, the command fails (exit code 3).
    """
    if out is not None:
        refuse_same(out, dataset, "what is judged")
        refuse_foreign(out)
    names = list(dict.fromkeys(judge or ["embedded"]))
    opening = Opening(base_url=base_url, structured=structured or "auto", local=local)
    judges = _judges(names, library_path(context, library) if library else None, opening)
    pairs = _pairs(dataset, split=split, source=source, limit=limit, seed=seed)
    from evals.cache import opened_cache

    with nullcontext() if no_cache else opened_cache(cache) as kept:
        judging = Judging(seed=seed, parallel=parallel, cache=kept)
        cards = [_card(pairs, one, judging) for one in judges]
    _print(cards, seed=seed, out=out, as_json=as_json)


def _pairs(dataset: Path, *, split: str | None, source: str | None, limit: int | None, seed: int) -> "PairSet":
    from evals.judging.pairs import open_pairs

    return open_pairs(dataset, split=split, source=source, limit=limit, seed=seed)


def _judges(names: Sequence[str], library: Path | None, opening: Opening) -> "list[Judge]":
    from assistant.wiring import configured_prompts
    from evals.judging.judges import open_judge

    prompts, embedder = configured_prompts(), _embedder(library, local=opening.local)
    found = [
        open_judge(
            one,
            embedder=embedder,
            prompts=prompts,
            base_url=opening.base_url,
            local=opening.local,
            structured=opening.structured,
        )
        for one in names
    ]
    if len({one.name for one in found}) < len(found):
        raise UsageError(f"Two of the judges {', '.join(names)} are the same; name each once.")
    return found


def _embedder(library: Path | None, *, local: bool) -> "Embedder":
    from assistant.embedders import library_embedder, named_embedder
    from assistant.library.opening import open_library

    if library is None:
        return named_embedder("embedded", local=local)
    with open_library(library) as opened:
        return library_embedder(opened, None, local=local)


def _card(pairs: "PairSet", judge: "Judge", judging: Judging) -> "Card":
    """One judge's card; only what a chat model says is worth keeping."""
    from assistant.judges.chat import ChatJudge
    from evals.judging.card import report_card

    cache = judging.cache if isinstance(judge, ChatJudge) else None
    with progress(judge.name) as update:
        card = report_card(pairs, judge, seed=judging.seed, parallel=judging.parallel, cache=cache, progress=update)
    if card.unscored == len(card.judged):
        raise ServiceError(f"The judge {judge.name} failed on all {card.unscored} pairs; {card.judged[0].error}")
    return card


def _print(cards: "Sequence[Card]", *, seed: int, out: Path | None, as_json: bool) -> None:
    import json

    from evals.judging.card import difference
    from evals.judging.report import document, tables

    differences = {other.judge: difference(cards[0], other, seed=seed) for other in cards[1:]}
    shape = document(cards, differences)
    if out is not None:
        write_text(out, json.dumps(shape, allow_nan=False, indent=2) + "\n")
        say(f"The report card is in {out}.")
    if as_json:
        output.print_json(shape)
        return
    from rich.console import Console

    # Rows are as wide as they need to be: a number that is cut off says nothing.
    Console(file=sys.stdout, highlight=False, soft_wrap=True, width=_WIDEST).print(tables(cards, differences))
