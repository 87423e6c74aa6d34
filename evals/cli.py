"""`citewell eval`: a Typer app that the command line finds through an entry point."""

import sys
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.cli import output
from assistant.cli.diagnostics import progress, say, say_model
from assistant.cli.options import BaseUrlOption, JsonOption, LibraryOption, LocalOption, ModelOption, library_path
from assistant.errors import InputError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from evals.types import Dataset, Report, Setup

__all__ = ["app"]

app = typer.Typer(
    name="eval",
    help="Measure answers and their citations.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SystemOptions:
    """What the command line says of the system to evaluate."""

    library: Path | None
    model: str | None
    base_url: str | None
    local: bool


@app.callback()
def _group() -> None:
    """Measure answers and their citations."""


@app.command("run")
def run_command(
    context: typer.Context,
    dataset: Annotated[Path, typer.Option(metavar="FILE", help="Questions, as JSON Lines.", show_default=False)],
    kind: Annotated[
        list[str] | None, typer.Option(metavar="K", help="Ask only questions of this kind. May be repeated.")
    ] = None,
    limit: Annotated[int | None, typer.Option(metavar="N", min=1, help="Ask only the first N questions.")] = None,
    seed: Annotated[int, typer.Option(metavar="N", min=0, help="Seed of the intervals.")] = 0,
    out: Annotated[Path | None, typer.Option(metavar="F", help="Write the JSON document here too.")] = None,
    model: ModelOption = None,
    base_url: BaseUrlOption = None,
    local: LocalOption = False,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Ask every question of a data set, judge the answers and score them.

    Questions without an answer are counted; when no question gets one, the command fails (exit code 3, or that of
    the errors).
    """
    questions = _selected(_read(dataset), kinds=kind or [], limit=limit)
    if out is not None:
        _refuse_unwritable(out)
    options = SystemOptions(library=library_path(context, library), model=model, base_url=base_url, local=local)
    with _open_system(options) as setup:
        report = _run(questions, setup, seed)
    if out is not None:
        _write(out, report)
    _print(report, as_json=as_json)


@contextmanager
def _open_system(options: SystemOptions) -> "Iterator[Setup]":
    """Open the user's library and what answers from it."""
    from assistant.wiring import Assistant
    from evals.types import Setup

    with Assistant.open(
        options.library, model=options.model, base_url=options.base_url, local=options.local, must_exist=True
    ) as assistant:
        say_model(assistant.choice)
        yield Setup(
            system=assistant,
            judge=assistant.judge,
            papers=assistant.library.get,
            prompts=assistant.prompts.digests(),
        )


def _read(path: Path) -> "Dataset":
    from evals.datasets.jsonl import read

    return read(path)


def _selected(dataset: "Dataset", *, kinds: list[str], limit: int | None) -> "Dataset":
    present = dict.fromkeys(sample.kind for sample in dataset.samples)
    for kind in kinds:
        if kind not in present:
            known = ", ".join(repr(one) for one in present)
            raise UsageError(f"--kind {kind!r}: no question of {dataset.name} is of that kind; it has {known}.")
    samples = tuple(sample for sample in dataset.samples if not kinds or sample.kind in kinds)
    return replace(dataset, samples=samples[:limit])


def _run(dataset: "Dataset", setup: "Setup", seed: int) -> "Report":
    from evals.run import run

    with progress("Questions") as update:
        return run(dataset, setup, seed=seed, progress=lambda done, total, _id: update(done, total))


def _refuse_unwritable(path: Path) -> None:
    """Found out before the questions are asked, not after."""
    try:
        is_folder, has_folder = path.is_dir(), path.parent.is_dir()
    except OSError as error:
        raise _unwritable(path, error) from error
    if is_folder:
        raise InputError(f"--out {path}: is a folder; name a file in it.")
    if not has_folder:
        raise InputError(f"--out {path}: there is no folder {path.parent}; make it first.")


def _write(path: Path, report: "Report") -> None:
    from evals.report import to_json

    try:
        path.write_text(to_json(report) + "\n", encoding="utf-8")
    except OSError as error:
        raise _unwritable(path, error) from error
    say(f"The report is in {path}.")


def _unwritable(path: Path, error: OSError) -> InputError:
    return InputError(f"--out {path}: cannot be written ({error.strerror}); name another file.")


def _print(report: "Report", *, as_json: bool) -> None:
    from evals.report import document, table

    if as_json:
        output.print_json(document(report))
        for note in report.notes:
            say(f"Note: {note}")
        return
    from rich.console import Console

    Console(file=sys.stdout, highlight=False, soft_wrap=True).print(table(report))
