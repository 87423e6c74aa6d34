"""`citewell eval label`: a person says whether cited papers support what is said; and how far two people agree."""

import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.cli import output
from assistant.cli.diagnostics import say
from assistant.cli.options import JsonOption
from assistant.errors import UsageError
from evals.cli.apart import refuse_same
from evals.cli.app import app
from evals.cli.files import refuse_unwritable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evals.labelling.agreement import Agreement
    from evals.labelling.file import LabelFile
    from evals.labelling.sitting import Item


@app.command("label", short_help="Label statements, to measure judges by.")
def label_command(
    source: Annotated[
        Path | None,
        typer.Argument(metavar="RUN|PAIRS", help="A run's document, or pairs as JSON Lines.", show_default=False),
    ] = None,
    out: Annotated[Path, typer.Option(metavar="F", help="Where the labels go, and are gone on with.")] = Path(
        "labels.jsonl"
    ),
    limit: Annotated[int | None, typer.Option(metavar="N", min=1, help="Label N of the pairs only.")] = None,
    seed: Annotated[int, typer.Option(metavar="N", min=0, help="Seed of the order.")] = 0,
    show_judge: Annotated[
        bool, typer.Option("--show-judge", help="Show the judge's verdict before you have given yours.")
    ] = False,
    agreement: Annotated[
        tuple[Path, Path] | None,
        typer.Option(metavar="A B", help="Compare two people's labels instead.", show_default=False),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Say, pair by pair, whether the cited text supports the statement.

    Keys: s supported, p partly, c contradicted, u unsupported, ? skip, b back, q quit. Every label is saved at once;
    the same command goes on where it stopped. Where there is no terminal, keys are read from standard input, one a
    line. `citewell eval judge` takes the labels.
    """
    if agreement:
        if source:
            raise UsageError(f"--agreement compares two files of labels and labels nothing: leave {source} out.")
        _print_agreement(*agreement, as_json=as_json)
        return
    if source is None:
        raise UsageError("Nothing to label: name a file that `citewell eval run --out` wrote.")
    _label(source, out, limit=limit, seed=seed, show_judge=show_judge, as_json=as_json)


def _label(source: Path, out: Path, *, limit: int | None, seed: int, show_judge: bool, as_json: bool) -> None:
    from evals.labelling.file import LabelFile
    from evals.labelling.items import items_in
    from evals.labelling.screen import label_from_lines, label_on_screen
    from evals.labelling.sitting import Labelling, in_order

    refuse_same(out, source, "what is labelled")
    refuse_unwritable(out)
    labels = LabelFile(out)
    items = in_order(items_in(source), seed=seed, limit=limit)
    labelling = Labelling(items, labels)
    if labelling.labelled:
        say(f"{labelling.labelled} of {len(items)} pairs have a label in {out} already.")
    if sys.stdin.isatty() and sys.stdout.isatty():
        label_on_screen(labelling, show_judge=show_judge)
    else:
        label_from_lines(labelling, sys.stdin, say, show_judge=show_judge)
    _print_labels(items, labels, out, as_json=as_json)


def _print_labels(items: "Sequence[Item]", labels: "LabelFile", out: Path, *, as_json: bool) -> None:
    counts = Counter(label for item in items if (label := labels.label_of(item.id)))
    left = len(items) - counts.total()
    if as_json:
        output.print_json({"out": str(out), "pairs": len(items), "left": left, "labels": dict(counts)})
    else:
        output.print_text(f"{counts.total()} of {len(items)} pairs labelled" + _listed(counts) + ".")
    if left:
        say("The same command goes on with the rest.")
    if counts:
        say(f"Next: citewell eval judge --dataset {out} shows how far a judge agrees with you.")


def _listed(counts: Counter[str]) -> str:
    return ": " + ", ".join(f"{count} {label}" for label, count in counts.most_common()) if counts else ""


def _print_agreement(first: Path, second: Path, *, as_json: bool) -> None:
    from evals.labelling.agreement import agreement

    found = agreement(first, second)
    if as_json:
        output.print_json(_agreement_document(found))
        return
    output.print_text(f"{found.n} pairs labelled by both, {found.only_one} by one only")
    output.print_text(f"same label: {found.agree:.1%}")
    output.print_text(f"Cohen's kappa: {_kappa(found.kappa)}")
    output.print_text(f"Cohen's kappa, supported or not: {_kappa(found.kappa_supported)}")
    for (one, other), count in found.confusion.items():
        if one != other:
            output.print_text(f"  {count:4}  {one} / {other}")


def _kappa(value: float | None) -> str:
    return "not defined (one label only)" if value is None else f"{value:.3f}"


def _agreement_document(found: "Agreement") -> dict[str, object]:
    return {
        "n": found.n,
        "only_one": found.only_one,
        "agree": found.agree,
        "kappa": found.kappa,
        "kappa_supported": found.kappa_supported,
        "confusion": [{"first": one, "second": other, "n": count} for (one, other), count in found.confusion.items()],
    }
