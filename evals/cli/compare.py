"""`citewell eval compare`: two runs beside each other."""

import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.cli import output
from assistant.cli.diagnostics import say
from assistant.cli.options import JsonOption
from evals.cli.app import app

if TYPE_CHECKING:
    from collections.abc import Iterator

    from evals.comparison.changes import Change
    from evals.comparison.compare import Comparison, Difference

__all__ = ["compare_command"]

_NAME = 22
"""Columns for a metric's name; a longer one has a line of its own."""
_WIDTH = 79
"""Of all columns together."""
_LARGE = 1_000
_MIDDLE = 10
_SMALL = 0.001


@app.command("compare", short_help="Say how two runs differ.")
def compare_command(
    first: Annotated[Path, typer.Argument(metavar="A", help="Log of a run, from `eval run --out`.")],
    second: Annotated[Path, typer.Argument(metavar="B", help="Log of the run to compare with it.")],
    metric: Annotated[
        list[str] | None, typer.Option(metavar="M", help="Compare only this metric. May be repeated.")
    ] = None,
    anyway: Annotated[
        bool, typer.Option("--anyway", help="Compare also runs whose numbers do not mean the same.")
    ] = False,
    examples: Annotated[int, typer.Option(metavar="N", min=0, help="Show so many questions that changed.")] = 5,
    seed: Annotated[int, typer.Option(metavar="N", min=0, help="Seed of the tests and intervals.")] = 0,
    as_json: JsonOption = False,
) -> None:
    """Compare two runs question by question: what differs, and whether chance would do as much.

    Runs whose judge, prompts, ways of counting or questions differ are refused (exit code 2).
    """
    from evals.comparison.compare import compare, document
    from evals.log import read

    found = compare(read(first), read(second), anyway=anyway, seed=seed, metrics=metric)
    for reason in found.reasons:
        say(f"Warning: the numbers do not mean the same; {reason}.")
    if as_json:
        output.print_json(document(found))
        return
    for line in _lines(found, first, second, examples):
        output.print_text(line)


def _lines(found: "Comparison", first: Path, second: Path, examples: int) -> "Iterator[str]":
    yield f"A: {first} ({found.first.model or 'no model named'})"
    yield f"B: {second} ({found.second.model or 'no model named'})"
    yield f"{found.n} questions of {found.first.dataset}, judged by {_judges(found)}"
    yield from (f"Differs: {one}" for one in found.stated)
    yield ""
    yield from _table(found.differences)
    yield ""
    yield from (output.wrapped(f"Note: {note}") for note in found.notes)
    yield ""
    yield from _changed(found.changes, examples)


def _judges(found: "Comparison") -> str:
    return " and ".join(dict.fromkeys([found.first.judge, found.second.judge]))


def _table(rows: "tuple[Difference, ...]") -> "Iterator[str]":
    heads = ("n", "A", "B", "B - A", "95% interval", "p adj.", "MDD")
    yield f"{'metric':{_NAME}}{_cells(heads)}"
    for verdict in ("worse", "better", "different", "no difference seen", "not tested"):
        chosen = [one for one in rows if one.verdict == verdict]
        if chosen:
            yield f"-- {verdict} in B --" if verdict in {"worse", "better"} else f"-- {verdict} --"
        for one in chosen:
            is_long = len(one.metric) > _NAME
            if is_long:
                yield one.metric
            yield f"{'' if is_long else one.metric:{_NAME}}{_cells(_row(one))}"
    same = [f"{one.metric} {_number(one.before)}" for one in rows if one.verdict == "the same"]
    if same:
        yield "-- the same in every question --"
        yield textwrap.fill(", ".join(same), _WIDTH)


def _row(one: "Difference") -> tuple[str, ...]:
    found = one.paired
    bounds = "-" if found.low is None else f"{_number(found.low, sign='+')} {_number(found.high, sign='+')}"
    p = "-" if one.adjusted is None else "<.001" if one.adjusted < _SMALL else f"{one.adjusted:.3f}"
    return (
        str(found.n),
        _number(one.before),
        _number(one.after),
        _number(found.difference, sign="+"),
        bounds,
        p,
        _number(found.detectable),
    )


def _cells(texts: tuple[str, ...]) -> str:
    return "".join(f"{text:>{width}}" for text, width in zip(texts, (5, 7, 7, 8, 16, 7, 7), strict=True))


def _number(value: float | None, *, sign: str = "") -> str:
    """A value in at most seven columns, a sign included."""
    if value is None:
        return "-"
    size = abs(value)
    if size >= _LARGE:
        return f"{value / 1_000:{sign}.0f}k" if size >= 100 * _LARGE else f"{value:{sign}.0f}"
    if size >= _MIDDLE:
        return f"{value:{sign}.1f}"
    if 0 < size < _SMALL:
        return f"{value:{sign}.1e}".replace("e-0", "e-")
    return f"{value:{sign}.3f}"


def _changed(changes: "tuple[Change, ...]", examples: int) -> "Iterator[str]":
    failed, abstained = sum(one.newly_failed for one in changes), sum(one.newly_abstained for one in changes)
    shown = f", the {examples} worst below" if len(changes) > examples > 0 else ""
    what = "question" if len(changes) == 1 else "questions"
    yield f"{len(changes)} {what} changed, {abstained} newly abstained, {failed} newly failed{shown}"
    for one in changes[:examples]:
        yield f"\n{one.id}: {one.question}"
        for name, moved in one.scores.items():
            yield f"  {name} {_number(moved.before)} -> {_number(moved.after)}"
        yield output.wrapped(f"A {one.outcome[0]}: {one.before}", "  ")
        yield output.wrapped(f"B {one.outcome[1]}: {one.after}", "  ")
