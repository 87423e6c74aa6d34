"""How well the embedded default answers, on the question sets over the seeds.

    python bench/answering.py                  # both sets; the table that bench/RESULTS.md shows
    python bench/answering.py --calibration    # does its confidence hold on another domain (PubMedQA)?

The seeds are read from the data folder ($CITEWELL_DATA, else `../shared/data` beside the project). Only sums are
printed: no single answer of the test set is shown, because nothing may be tuned on them. For the failures of the other
set: `citewell eval run --dataset evals/data/seeds_dev.jsonl --json`.
"""

import argparse
import json
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import numpy as np
from seed_library import DATA, QUESTIONS, SEEDS, keep_to_this_machine, machine, open_assistant

if TYPE_CHECKING:
    from assistant import Assistant
    from evals.types import EvalLog
    from vectorstore.types import Embedder, Vectors

PUBMEDQA = DATA / "qa" / "pubmedqa_dev500.json"
ASKED, HELD = 300, 200
THRESHOLDS = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
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
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--calibration", action="store_true", help="measure the confidence on PubMedQA")
    keep_to_this_machine()
    if parser.parse_args().calibration:
        calibration()
    elif SEEDS.is_dir():
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    """The confidence that the library answers a question, and whether its paper is there."""

    confidence: float
    answered: bool
    held: bool
    found_first: bool
    """The question's own paper was taken to be the most relevant one."""


def calibration() -> None:
    """Ask about 300 abstracts of which the library holds 200."""
    if not PUBMEDQA.is_file():
        print(f"Skipped: {str(PUBMEDQA)!r} is not there (set CITEWELL_DATA).")
        return
    print(f"PubMedQA: {ASKED} questions, the library holds the abstracts of the first {HELD}; {machine()}")
    weighed = list(pubmedqa())
    held, absent = [one for one in weighed if one.held], [one for one in weighed if not one.held]
    print(f"AUC of the confidence, held against absent: {auc(held, absent):.3f}")
    answered, abstained = share([one.answered for one in held]), share([not one.answered for one in absent])
    print(f"at the shipped threshold: {answered:.1%} of the held answered, {abstained:.1%} of the absent abstained")
    print(f"own paper most relevant: {share([one.found_first for one in held]):.1%} of the held")
    print(f"{'confidence of at least':>22} {'held answered':>14} {'absent abstained':>17}")
    for least in THRESHOLDS:
        row = share([one.confidence >= least for one in held]), share([one.confidence < least for one in absent])
        print(f"{least:22.1f} {row[0]:14.1%} {row[1]:17.1%}")


def pubmedqa() -> Iterator[Weighed]:
    """Weigh every question as `ask` does, without choosing sentences."""
    from assistant import Assistant
    from assistant.evidence.bank import EvidenceBank
    from assistant.jobs.ask import _PAPERS_READ
    from assistant.reading.extract import Extractor
    from assistant.reading.standing import standing
    from assistant.retrieve import find_papers
    from assistant.types import Filter, Record

    samples = list(json.loads(PUBMEDQA.read_text("utf-8")).items())[:ASKED]
    with TemporaryDirectory(prefix="citewell-bench-") as folder, closing(Assistant.open(folder)) as assistant:
        assistant.add_records(
            Record(
                # The question is the paper's own title, so the library must not have it.
                title=f"Abstract {number}",
                key=f"pmid{number}",
                year=int(sample["YEAR"]) if sample.get("YEAR") else None,
                abstract=" ".join([*sample["CONTEXTS"], sample["LONG_ANSWER"]]),
            )
            for number, sample in samples[:HELD]
        )
        keys = {paper.title: paper.key for paper in assistant.papers()}
        embedder = RememberingEmbedder(assistant.index.embedder)
        for index, (number, sample) in enumerate(samples):
            found = find_papers(
                sample["QUESTION"],
                search=assistant.index.search,
                lookup=assistant.library.get,
                limit=_PAPERS_READ,
                where=Filter(),
            )
            bank = EvidenceBank([one.paper for one in found], embedder)
            reading = Extractor(bank, assistant.index.rarity).read(sample["QUESTION"], found)
            own, said = keys.get(f"Abstract {number}"), standing(reading)
            yield Weighed(
                confidence=said.confidence,
                answered=said.outcome != "not-in-library",
                held=index < HELD,
                found_first=reading.papers[0].paper.key == own,
            )


class RememberingEmbedder:
    """Embeds no sentence twice: the same abstracts are read for many questions."""

    def __init__(self, embedder: "Embedder") -> None:
        self._embedder = embedder
        self._vectors: dict[str, Vectors] = {}
        self.name = embedder.name
        self.dimensions = embedder.dimensions

    def embed_documents(self, texts: Sequence[str]) -> "Vectors":
        """As the embedder does."""
        lacking = [text for text in dict.fromkeys(texts) if text not in self._vectors]
        if lacking:
            self._vectors.update(zip(lacking, self._embedder.embed_documents(lacking), strict=True))
        return np.stack([self._vectors[text] for text in texts])

    def embed_query(self, text: str) -> "Vectors":
        """As the embedder does."""
        return self._embedder.embed_query(text)


def auc(held: Sequence[Weighed], absent: Sequence[Weighed]) -> float:
    """Probability that a held question has the higher confidence of a random pair; ties count half."""
    above = sum(one.confidence > other.confidence for one in held for other in absent)
    equal = sum(one.confidence == other.confidence for one in held for other in absent)
    return (above + equal / 2) / (len(held) * len(absent))


def share(marks: Sequence[bool]) -> float:
    """Of those that hold, 0 to 1."""
    return sum(marks) / len(marks)


if __name__ == "__main__":
    main()
