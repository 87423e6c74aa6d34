"""`citewell eval run`: answers, scored."""

import sys
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.cli import output
from assistant.cli.diagnostics import progress, say
from assistant.cli.options import BaseUrlOption, JsonOption, LibraryOption, LocalOption, ModelOption, library_path
from assistant.errors import CitewellError, UsageError
from evals.cli import tasks
from evals.cli.app import app
from evals.cli.files import refuse_foreign, write
from evals.systems import SystemOptions

if TYPE_CHECKING:
    from evals.cache import Cache
    from evals.task import Task
    from evals.types import Dataset, EvalLog, Outputs, Result

__all__ = ["run_command"]

_METRIC_SETS = ("citewell", "alce", "scholarqa", "autosurvey")
_MOST_AT_ONCE = 64


@app.command("run", short_help="Score answers and their citations.")
def run_command(
    context: typer.Context,
    dataset: Annotated[
        str | None,
        typer.Option(metavar="D", help="Questions: builtin, a file, or a folder of a data set.", show_default=False),
    ] = None,
    format: Annotated[  # noqa: A002 - because the command line's word is --format
        str | None,
        typer.Option(
            "--format",
            metavar="F",
            help="jsonl, alce, scholarqabench, scifact, pubmedqa, beir; else told from content.",
        ),
    ] = None,
    outputs: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Score these answers of some system instead of asking.", show_default=False),
    ] = None,
    outputs_format: Annotated[
        str | None, typer.Option(metavar="F", help="Format of the answers: alce, scholarqa, ragas, citewell.")
    ] = None,
    first_id: Annotated[
        int | None,
        typer.Option(metavar="N", min=0, max=1, help="Number of the first document in the answers: 0 or 1."),
    ] = None,
    metric_set: Annotated[
        list[str] | None, typer.Option(metavar="S", help="citewell, alce, scholarqa, autosurvey. Repeatable.")
    ] = None,
    judge: Annotated[
        str, typer.Option(metavar="J", help="embedded, overlap, cosine, onnx:FOLDER or provider:model.")
    ] = "embedded",
    judge_url: Annotated[
        str | None, typer.Option(metavar="URL", help="Server of a judge that is a chat model.", show_default=False)
    ] = None,
    claims: Annotated[
        str, typer.Option(metavar="C", help="Who splits statements into claims: sentences, provider:model or none.")
    ] = "sentences",
    kind: Annotated[
        list[str] | None, typer.Option(metavar="K", help="Ask only questions of this kind. May be repeated.")
    ] = None,
    limit: Annotated[int | None, typer.Option(metavar="N", min=1, help="Ask only the first N questions.")] = None,
    parallel: Annotated[
        int, typer.Option(metavar="N", min=1, max=_MOST_AT_ONCE, help="Questions under way at a time.")
    ] = 1,
    cache: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Where answers, verdicts and, beside it, libraries of data sets are kept.",
            show_default=False,
        ),
    ] = None,
    no_cache: Annotated[bool, typer.Option("--no-cache", help="Ask everything again, keep nothing.")] = False,
    seed: Annotated[int, typer.Option(metavar="N", min=0, help="Seed of the intervals.")] = 0,
    out: Annotated[Path | None, typer.Option(metavar="F", help="Write the JSON document here too.")] = None,
    model: ModelOption = None,
    base_url: BaseUrlOption = None,
    local: LocalOption = False,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Ask every question of a data set, or read somebody's answers, judge them and score them.

    A run that was stopped goes on where it was when the same command is given again. Questions without an answer are
    counted; when no question gets one, the command fails (exit code 3, or that of the errors).
    """
    if dataset is None and outputs is None:
        raise UsageError("Nothing to evaluate: add --dataset builtin, --dataset FILE, or --outputs FILE.")
    sets = _metric_sets(metric_set or ["citewell"])
    if out is not None:
        refuse_foreign(out)
    found = _outputs(outputs, outputs_format, first_id) if outputs else None
    questions = _dataset(dataset, format, found)
    questions = _selected(questions, kinds=kind or [], limit=limit)
    options = SystemOptions(library=library_path(context, library), model=model, base_url=base_url, local=local)
    scoring = tasks.Scoring(judge=judge, judge_url=judge_url, claims=claims, metric_sets=sets, local=local)
    from evals.cache import opened_cache

    with ExitStack() as opened:
        kept = None if no_cache else opened.enter_context(opened_cache(cache))
        if found is not None:
            task = opened.enter_context(tasks.task_of_outputs(found, questions, scoring, options))
        else:
            task = opened.enter_context(tasks.task_of_system(questions, options, scoring, cache))
        log = _run(task, seed=seed, parallel=parallel, cache=kept)
    if out is not None:
        write(out, log)
    _print(log, as_json=as_json)


def _metric_sets(names: list[str]) -> tuple[str, ...]:
    for name in names:
        if name not in _METRIC_SETS:
            raise UsageError(f"--metric-set {name!r}: there is none of that name; there are {', '.join(_METRIC_SETS)}.")
    return tuple(dict.fromkeys(names))


def _outputs(path: Path, format: str | None, first: int | None) -> "Outputs":  # noqa: A002 - because the command line's word is --format
    from evals.outputs import open_outputs

    return open_outputs(path, format=format, first=None if first is None else (1 if first else 0))


def _dataset(name: str | None, format: str | None, outputs: "Outputs | None") -> "Dataset":  # noqa: A002 - because the command line's word is --format
    """The data set named, else the questions that the outputs answer."""
    if name is None:
        assert outputs is not None  # noqa: S101 - because one of the two is given
        return outputs.dataset
    if name == "builtin":
        from evals.datasets.builtin import builtin

        if format is not None:
            raise UsageError(f"--format {format!r}: the built-in data set has none; leave --format out.")
        dataset = builtin()
    else:
        from evals.datasets import open_dataset

        dataset = open_dataset(Path(name), format=format)
    return dataset if outputs is None else tasks.joined(dataset, outputs)


def _selected(dataset: "Dataset", *, kinds: list[str], limit: int | None) -> "Dataset":
    present = dict.fromkeys(sample.kind for sample in dataset.samples)
    for kind in kinds:
        if kind not in present:
            known = ", ".join(repr(one) for one in present)
            raise UsageError(f"--kind {kind!r}: no question of {dataset.name} is of that kind; it has {known}.")
    samples = tuple(sample for sample in dataset.samples if not kinds or sample.kind in kinds)
    return replace(dataset, samples=samples[:limit])


def _run(task: "Task", *, seed: int, parallel: int, cache: "Cache | None") -> "EvalLog":
    from evals.run import run

    answered = 0

    with progress("Questions") as update:

        def tell(done: int, total: int, result: "Result") -> None:
            nonlocal answered
            answered += result.answer is not None
            update(done, total)

        try:
            return run(task, seed=seed, parallel=parallel, cache=cache, progress=tell)
        except (KeyboardInterrupt, CitewellError):
            if cache is not None and answered:
                say(f"{answered} of {len(task.dataset.samples)} questions are done and kept: give the command again.")
            raise


def _print(log: "EvalLog", *, as_json: bool) -> None:
    from evals.log import document
    from evals.table import table

    if as_json:
        output.print_json(document(log))
        for note in log.notes:
            say(f"Note: {note}")
    else:
        from rich.console import Console

        Console(file=sys.stdout, highlight=False, soft_wrap=True).print(table(log))
        for note in log.notes:
            output.print_text(output.wrapped(f"Note: {note}"))
    say(_spent(log))


def _spent(log: "EvalLog") -> str:
    """Time, calls and costs of a run in one line."""
    from evals.log import totals
    from evals.table import cost

    calls, sums = log.calls, totals(log)
    kept = f" ({calls['answers_kept']:,} answers known already)" if calls["answers_kept"] else ""
    parts = [
        f"{len(log.results):,} questions in {log.wall_seconds:.1f} s{kept}",
        cost("answers", sums["tokens"], sums["usd"]) if calls["answers"] else "",
        f"{calls['verdicts']:,} verdicts asked for",
        cost("judge", sums["judge_tokens"], sums["judge_usd"]) if calls["verdicts"] else "",
    ]
    return "; ".join(part for part in parts if part) + "."
