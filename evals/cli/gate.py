"""`citewell eval gate`: a check for continuous integration."""

import math
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from assistant.cli import output
from assistant.cli.diagnostics import say
from assistant.cli.options import JsonOption
from assistant.errors import UsageError
from evals.cli.app import app

if TYPE_CHECKING:
    from evals.comparison.gate import Check, Gate

__all__ = ["gate_command"]

BoundsOption = list[str] | None
Format = Literal["text", "json", "github"]


@app.command("gate", short_help="Check a run in continuous integration.")
def gate_command(
    run: Annotated[Path, typer.Argument(metavar="RUN", help="Log of a run, from `eval run --out`.")],
    minimum: Annotated[
        BoundsOption, typer.Option("--min", metavar="M=X", help="Metric M must be at least X. May be repeated.")
    ] = None,
    maximum: Annotated[
        BoundsOption, typer.Option("--max", metavar="M=X", help="Metric M must be at most X. May be repeated.")
    ] = None,
    baseline: Annotated[
        Path | None, typer.Option(metavar="LOG", help="Log of an earlier run, which this one must not be worse than.")
    ] = None,
    tolerance: Annotated[
        float | None,
        typer.Option(
            metavar="X",
            help="How much worse than the baseline it may be: 0.02 is 2 points of a share, 2% of seconds. [default: 0]",
        ),
    ] = None,
    metric: Annotated[
        list[str] | None,
        typer.Option(
            metavar="M", help="Hold only this metric against the baseline. May be repeated. [default: shares]"
        ),
    ] = None,
    by: Annotated[
        Literal["point", "low"],
        typer.Option(help="Check values, or the end of their 95% intervals that is nearer to failing."),
    ] = "point",
    allow_unscored: Annotated[
        int, typer.Option(metavar="N", min=0, help="A metric may leave so many questions unscored.")
    ] = 0,
    anyway: Annotated[
        bool, typer.Option("--anyway", help="Use the baseline also when its numbers do not mean the same.")
    ] = False,
    format: Annotated[  # noqa: A002 - because the command line's word is --format
        Format, typer.Option("--format", help="For people, as one JSON document, or as GitHub's annotations.")
    ] = "text",
    as_json: JsonOption = False,
) -> None:
    """Check a run against bounds and against an earlier run; exit code 1 when it is not good enough.

    A metric without a value, or with questions that could not be scored, is not good enough.
    """
    from evals.comparison.gate import Rules, gate
    from evals.log import read

    if as_json and format == "github":
        raise UsageError("--json and --format github: there is one output; leave one of the two out.")
    _refuse_idle(baseline, tolerance=tolerance, metric=metric, anyway=anyway)
    rules = Rules(
        minimum=_bounds(minimum, "--min"),
        maximum=_bounds(maximum, "--max"),
        by=by,
        tolerance=tolerance or 0.0,
        metrics=tuple(metric or ()),
        allow_unscored=allow_unscored,
    )
    found = gate(read(run), rules, baseline=read(baseline) if baseline else None, anyway=anyway)
    _print(found, "json" if as_json else format)
    if not found.is_passed:
        raise typer.Exit(1)


def _refuse_idle(baseline: Path | None, *, tolerance: float | None, metric: list[str] | None, anyway: bool) -> None:
    """An option that would do nothing is a mistake, and a gate that checks less than was meant passes too easily."""
    if baseline is None and (tolerance is not None or metric or anyway):
        raise UsageError("--tolerance, --metric and --anyway speak of a baseline. Name one with --baseline LOG.")
    if tolerance is not None and not (math.isfinite(tolerance) and tolerance >= 0):
        raise UsageError(f"--tolerance {tolerance:g}: must be 0 or more, such as 0.02.")


def _bounds(texts: list[str] | None, option: str) -> dict[str, float]:
    bounds: dict[str, float] = {}
    for text in texts or ():
        name, _, number = text.partition("=")
        try:
            bound = float(number)
        except ValueError:
            bound = math.nan
        if not math.isfinite(bound):
            raise UsageError(f"{option} {text!r}: names no bound. Write METRIC=NUMBER, such as citation_recall=0.85.")
        if name.strip() in bounds:
            raise UsageError(f"{option} {text!r}: {name.strip()} has a bound already. Give one.")
        bounds[name.strip()] = bound
    return bounds


def _print(found: "Gate", form: Format) -> None:
    if form == "json":
        from evals.comparison.document import document

        output.print_json(document(found))
        return
    if form == "github":
        from evals.comparison.annotations import annotations, summary

        for line in annotations(found):
            output.print_text(line)
        _append_summary(summary(found))
        return
    for warning in found.warnings:
        say(f"Warning: the baseline's numbers do not mean the same; {warning}.")
    for check in found.checks:
        _print_check(check)
    missed = sum(not check.is_met for check in found.checks)
    output.print_text(f"{missed} of {len(found.checks)} rules not met." if missed else "All rules are met.")
    for note in found.notes:
        say(f"Note: {note}")


def _print_check(check: "Check") -> None:
    from evals.comparison.annotations import example_line

    value = "-" if check.value is None else f"{check.value:.4g}"
    value += "" if check.baseline is None else f", baseline {check.baseline:.4g}"
    why = f": {check.reason}" if check.reason else ""
    output.print_text(f"{'ok  ' if check.is_met else 'FAIL'} {check.metric} {value}, {check.rule}{why}")
    for one in check.failing:
        output.print_text(output.wrapped(example_line(one), "       "))


def _append_summary(text: str) -> None:
    path = os.environ.get("GITHUB_STEP_SUMMARY")
    if not path:
        return
    try:
        with Path(path).open("a", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        say(f"Warning: the summary could not be written to {path} ({error.strerror}).")
