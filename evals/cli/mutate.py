"""`citewell eval mutate`: labelled statements from sentences of abstracts."""

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from assistant.cli import output
from assistant.cli.diagnostics import say
from assistant.cli.options import JsonOption, LibraryOption, library_path
from assistant.errors import InputError, UsageError
from evals.cli.app import app
from evals.cli.files import refuse_unwritable, write_text

if TYPE_CHECKING:
    from evals.mutations.suite import Source
    from evals.mutations.types import Case

__all__ = ["mutate_command"]

Half = Literal["all", "fit", "report"]


@app.command("mutate", short_help="Make false statements to try judges on.")
def mutate_command(
    context: typer.Context,
    out: Annotated[Path, typer.Option(metavar="F", help="Write the statements here, as JSON Lines.")] = Path(
        "mutations.jsonl"
    ),
    papers: Annotated[
        list[Path] | None,
        typer.Option(metavar="FILE", help="Papers to make them from, instead of the library. May be repeated."),
    ] = None,
    most: Annotated[
        int | None, typer.Option(metavar="N", min=2, help="At most so many papers of each file.", show_default=False)
    ] = None,
    written: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Labelled pairs; their supported ones are added.", show_default=False),
    ] = None,
    written_source: Annotated[
        str | None, typer.Option(metavar="S", help="Only pairs of this source.", show_default=False)
    ] = None,
    per_kind: Annotated[int, typer.Option(metavar="N", min=1, max=100_000, help="Statements of each kind.")] = 50,
    honest: Annotated[
        int | None,
        typer.Option(metavar="N", min=0, help="Honest paraphrases; default: as many as others.", show_default=False),
    ] = None,
    half: Annotated[
        Half, typer.Option(help="Which half of the papers, by their titles: to fit on, or to report.")
    ] = "all",
    seed: Annotated[int, typer.Option(metavar="N", min=0, help="Seed of all that is drawn.")] = 0,
    force: Annotated[bool, typer.Option("--force", help="Replace the file if it is there.")] = False,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Make statements that abstracts do not support, each in a known way, and honest paraphrases beside them.

    Sentences of the abstracts get another number, a negation, another name, a claim too strong, or are held against
    another paper. `citewell eval judge --dataset FILE` then says how many of each kind a judge finds.
    """
    refuse_unwritable(out)
    if out.exists() and not force:
        raise InputError(f"--out {out}: is there already; name another file, or add --force to replace it.")
    if written_source and not written:
        raise UsageError("--written-source goes with --written FILE.")
    sources = _half(_sources(papers, most) if papers else _library(library_path(context, library)), half)
    cases = _made(sources, per_kind=per_kind, honest=honest, seed=seed)
    cases += _written(written, written_source) if written else []
    from evals.mutations.writing import lines

    write_text(out, lines(cases))
    _report(cases, out, len(sources), per_kind, as_json=as_json)


def _sources(papers: list[Path], most: int | None) -> "list[Source]":
    from evals.mutations.reading import sources_in

    return [source for path in papers for source in sources_in(path, most=most)]


def _library(path: Path | None) -> "list[Source]":
    from assistant.library.opening import open_library
    from evals.mutations.reading import source_of

    with open_library(path) as library:
        return [source_of(paper) for paper in library.papers() if paper.abstract]


def _half(sources: "list[Source]", half: Half) -> "list[Source]":
    from evals.mutations.suite import part_of

    return [source for source in sources if half in {"all", part_of(source.title)}]


def _made(sources: "list[Source]", *, per_kind: int, honest: int | None, seed: int) -> "list[Case]":
    from evals.mutations.suite import make_suite

    cases = make_suite(sources, per_kind=per_kind, seed=seed, paraphrases=honest)
    if not cases:
        raise InputError(
            f"The abstracts of these {len(sources)} papers have no sentence that can be changed; name more papers."
        )
    return cases


def _written(path: Path, source: str | None) -> "list[Case]":
    from evals.judging.pairs import open_pairs
    from evals.mutations.suite import written_cases

    return written_cases(open_pairs(path, source=source).pairs)


def _report(cases: "list[Case]", out: Path, papers: int, per_kind: int, *, as_json: bool) -> None:
    from evals.mutations.types import BAD_KINDS

    counts = Counter(case.kind for case in cases)
    say(f"{len(cases)} statements from {papers} papers are in {out}; `citewell eval judge --dataset {out}` uses them.")
    if few := [kind for kind in BAD_KINDS if counts[kind] < per_kind]:
        say(f"The papers do not have enough sentences for {per_kind} of: {', '.join(few)}.")
    if as_json:
        output.print_json({"out": str(out), "papers": papers, "kinds": dict(sorted(counts.items()))})
    else:
        for kind, count in sorted(counts.items()):
            typer.echo(f"{kind}: {count}")
