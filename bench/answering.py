"""How well the embedded default answers, on the question sets over the seeds.

    python bench/answering.py    # both sets; the table that bench/RESULTS.md shows

The seeds are read from the data folder ($CITEWELL_DATA, else `../shared/data` beside the project). Only sums are
printed: no single answer of the test set is shown, because nothing may be tuned on them. For the failures of the other
set: `citewell eval run --dataset evals/data/seeds_dev.jsonl --json`.
"""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from seed_library import QUESTIONS, SEEDS, keep_to_this_machine, machine, open_assistant

if TYPE_CHECKING:
    from assistant import Assistant
    from evals.types import EvalLog

WANTED = (
    ("fact", "right_paper", "right paper cited", 0.95),
    ("fact", "cited_relevant", "cited papers relevant", 0.70),
    ("fact", "all_facts", "every fact stated", 0.85),
    ("comparison", "gold_recall", "gold papers cited", None),
    ("comparison", "cited_relevant", "cited papers relevant", None),
    ("comparison", "all_facts", "every fact stated", None),
    ("unanswerable", "abstained_when_unanswerable", "abstained", 0.80),
    ("", "answered_when_answerable", "answerable ones answered", None),
    ("", "quote_exactness", "quotes exact", 1.0),
    ("", "seconds_p50", "seconds, median", None),
    ("", "seconds_p95", "seconds, 95th percentile", None),
)
"""(kind, metric, words, least value that is wanted)."""


def main() -> None:
    """Measure and print."""
    argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter).parse_args()
    keep_to_this_machine()
    if SEEDS.is_dir():
        answering()
    else:
        print(f"Skipped: {str(SEEDS)!r} is not there (set CITEWELL_DATA).")


def answering() -> None:
    """Run both question sets and print them side by side."""
    names = ("seeds_test", "seeds_dev")
    print(f"embedded default, 60 papers; {machine()}")
    with open_assistant(SEEDS) as assistant:
        assistant.ask("What is warmed up by this question?")
        reports = [run(assistant, QUESTIONS / f"{name}.jsonl") for name in names]
    print(f"{'kind':13} {'measure':26} {'wanted':>6}" + "".join(f" {name:>26}" for name in names))
    for kind, metric, words, least in WANTED:
        cells = "".join(f" {cell(report, kind, metric):>26}" for report in reports)
        print(f"{kind or 'all':13} {words:26} {'' if least is None else f'{least:.0%}':>6}{cells}")
    for note in dict.fromkeys(note for report in reports for note in report.notes):
        print(f"Note: {note}")


def run(assistant: "Assistant", dataset: Path) -> "EvalLog":
    """What `citewell eval run` does."""
    from evals.datasets.jsonl import read
    from evals.run import run as run_dataset
    from evals.task import Task

    task = Task(dataset=read(dataset), system=assistant, judge=assistant.judge, papers=assistant.library.get)
    return run_dataset(task)


def cell(report: "EvalLog", kind: str, metric: str) -> str:
    """Value, 95% interval and number of questions."""
    one = (report.by_kind[kind] if kind else report.metrics)[metric]
    if one.value is None or one.low is None or one.high is None:
        return "-"
    if metric.startswith("seconds"):
        return f"{one.value:.2f}  n {one.n}"
    return f"{one.value:.3f} ({one.low:.2f} to {one.high:.2f})  n {one.n}"


if __name__ == "__main__":
    main()
