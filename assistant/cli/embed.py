"""The command embed: the vectors of a large import, made by many workers."""

from time import perf_counter
from typing import Annotated

import typer

from assistant.cli import output
from assistant.cli.diagnostics import progress, say
from assistant.cli.options import JsonOption, LibraryOption, LocalOption, StoreOption, library_path, store_of
from vectorstore.engines import Engine


def embed(
    context: typer.Context,
    engine: Annotated[
        Engine, typer.Option("--engine", help="In this process, over processes, or over machines through Ray.")
    ] = "processes",
    workers: Annotated[
        int | None,
        typer.Option(
            "--workers", metavar="N", min=1, max=4096, help="Workers; default: one to a core.", show_default=False
        ),
    ] = None,
    library: LibraryOption = None,
    store: StoreOption = None,
    local: LocalOption = False,
    as_json: JsonOption = False,
) -> None:
    """Index what `add --no-index` left, in many processes.

    Each worker holds the embedding model (about 150 MB) and runs it with one thread. What is embedded is stored as it
    comes: when this is stopped, running it again goes on from there. With four cores or fewer, or some hundred
    abstracts, `citewell add` alone is as fast.

    `--engine ray` uses the cluster at $RAY_ADDRESS, or starts Ray on this machine; it needs
    `pip install 'citewell[ray]'` here and on every machine.
    """
    from assistant.embedding import Spread
    from assistant.wiring import Assistant

    path, store = library_path(context, library), store_of(context, store)
    spread = None if engine == "threads" else Spread(engine=engine, workers=workers)
    began = perf_counter()
    with (
        Assistant.open(path, model="embedded", store=store, local=local, must_exist=True) as assistant,
        progress("Embedding") as on_progress,
    ):
        chunks = assistant.index.bring_up_to_date(on_progress, spread=spread)
        name = assistant.index.embedder.name
    seconds = perf_counter() - began
    if as_json:
        output.print_json({"chunks": chunks, "embedding": name, "engine": engine, "seconds": round(seconds, 3)})
    else:
        say(f"{chunks} chunks embedded with {name} in {seconds:.1f} seconds.")
