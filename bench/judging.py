"""Report cards of judges over sets that people have labelled.

    python bench/judging.py                                            # embedded, overlap and cosine
    python bench/judging.py --main                                     # the four sets that are reported, whole
    python bench/judging.py --judge openai:NAME --base-url URL --limit 60
    python bench/judging.py --judge onnx:FOLDER --out cards.json

The sets are read from the data folder ($CITEWELL_DATA, else `../shared/data` beside the project). Pairs are drawn by
lot, the same ones every time and for every judge, so that rows of one set can be compared. Sets differ in what is wrong
in them: in some a wrong source was cited, in some the right one was misread.
"""

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from seed_library import DATA, keep_to_this_machine, machine

if TYPE_CHECKING:
    from assistant.verify import Judge
    from evals.judging.card import Card
    from evals.judging.types import PairSet

FOLDER = DATA / "faithfulness"
CLAIMS = "claim_pairs.jsonl.gz"
SETS = (
    ("SciFact, dev", CLAIMS, "scifact/dev"),
    ("Check-COVID, dev", CLAIMS, "check_covid/dev"),
    ("HealthVer, dev", CLAIMS, "healthver/dev"),
    ("AttributionBench, dev", CLAIMS, "attributionbench"),
    ("NLI4CT, dev", CLAIMS, "nli4ct/dev"),
    ("WiCE, dev", CLAIMS, "wice_claim/dev"),
    ("Climate-FEVER", CLAIMS, "climate_fever"),
    ("COVID-Fact", CLAIMS, "covidfact"),
    ("SICK, trial", CLAIMS, "sick/trial"),
    ("SNLI, dev", CLAIMS, "snli/dev"),
    ("Citation-Integrity, dev", "citation_integrity_dev.jsonl", None),
    ("Press releases", "exaggeration_train.jsonl", None),
)
"""(name, file, source)."""
MAIN = frozenset({"SciFact, dev", "Check-COVID, dev", "AttributionBench, dev", "Citation-Integrity, dev"})
SHOWN = ("balanced_accuracy", "precision", "recall", "kappa", "auroc", "ece")
HEADINGS = ("balanced accuracy", "precision", "recall", "kappa", "AUROC", "ECE")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--judge", action="append", help="as `citewell eval judge` takes it; repeatable")
    parser.add_argument("--base-url", help="a server that speaks OpenAI's protocol")
    parser.add_argument("--main", action="store_true", help="the four sets that are reported, all of their pairs")
    parser.add_argument("--limit", type=int, default=300, help="pairs of each set (300)")
    parser.add_argument("--parallel", type=int, default=1, help="pairs under way at a time (1)")
    parser.add_argument("--only", help="only sets with this in their name")
    parser.add_argument("--out", type=Path, help="write the numbers here as JSON")
    options = parser.parse_args()
    keep_to_this_machine()
    if not FOLDER.is_dir():
        print(f"Skipped: {str(FOLDER)!r} is not there (set CITEWELL_DATA).")
        return
    judges = opened(options.judge or ["embedded", "overlap", "cosine"], options.base_url)
    limit = None if options.main else options.limit
    print(f"{machine()}; {f'at most {limit}' if limit else 'all'} pairs of each set; 95% intervals in brackets\n")
    print("| set | pairs | supported | judge |", " | ".join(HEADINGS), "| unscored | ms a pair |")
    print("|---" * (6 + len(HEADINGS)) + "|")
    measured = []
    wanted = [one for one in SETS if one[0] in MAIN or not options.main]
    chosen = [one for one in wanted if options.only is None or options.only.lower() in one[0].lower()]
    for name, card in cards(judges, chosen, limit=limit, parallel=options.parallel):
        print(row(name, card), flush=True)
        measured.append({"set": name} | numbers(card))
    means(measured)
    if options.out:
        options.out.write_text(json.dumps(measured, indent=2, allow_nan=False) + "\n", encoding="utf-8")


def opened(names: Sequence[str], base_url: str | None) -> "list[Judge]":
    """The judges, with the embedding model that comes with Citewell."""
    from evals.judging.judges import open_judge
    from prompts import Prompts
    from vectorstore.embed import open_embedder

    embedder = open_embedder()
    return [open_judge(one, embedder=embedder, prompts=Prompts(), base_url=base_url) for one in names]


def cards(
    judges: "Sequence[Judge]", chosen: Sequence[tuple[str, str, str | None]], *, limit: int | None, parallel: int
) -> "Iterator[tuple[str, Card]]":
    """The card of each judge for each set."""
    from evals.judging.card import report_card

    for judge in judges:
        judge.judge("Warm up.", ["The first call loads what is needed."])
    for name, pairs in sets(chosen, limit):
        for judge in judges:
            yield name, report_card(pairs, judge, parallel=parallel, progress=progress(name, judge.name))


def sets(chosen: Sequence[tuple[str, str, str | None]], limit: int | None) -> "Iterator[tuple[str, PairSet]]":
    """The labelled pairs, set by set."""
    from evals.judging.pairs import open_pairs

    for name, file, source in chosen:
        yield name, open_pairs(FOLDER / file, source=source, limit=limit)


def progress(name: str, judge: str) -> Any:  # noqa: ANN401 - because it is told two numbers
    """Tell on a terminal how far it is."""

    def tell(done: int, total: int) -> None:
        if sys.stderr.isatty():
            sys.stderr.write(f"\r{name}, {judge}: {done} of {total}\033[K" + ("\r\033[K" if done == total else ""))

    return tell


def row(name: str, card: "Card") -> str:
    """One line of the table."""
    from evals.judging.report import cell

    rate = f"{sum(one.pair.supported for one in card.judged) / len(card.judged):.0%}"
    speed = "-" if card.ms_per_pair is None else f"{card.ms_per_pair:,.1f}"
    cells = [name, str(len(card.judged)), rate, card.judge.partition("@")[0]]
    cells += [cell(card.metrics[one]) for one in SHOWN]
    return "| " + " | ".join([*cells, str(card.unscored), speed]) + " |"


def numbers(card: "Card") -> dict[str, Any]:
    """What is kept of a card: no text and no single pair."""
    from evals.judging.report import document

    shape = document([card], {})["cards"][0]
    return {name: value for name, value in shape.items() if name != "pairs"}


def means(measured: Sequence[dict[str, Any]]) -> None:
    """Mean balanced accuracy over the sets, as LLM-AggreFact reports it."""
    print()
    for judge in dict.fromkeys(one["judge"] for one in measured):
        found = [one["metrics"]["balanced_accuracy"]["value"] for one in measured if one["judge"] == judge]
        known = [value for value in found if value is not None]
        if known:
            print(f"{judge}: mean balanced accuracy over {len(known)} sets {sum(known) / len(known):.3f}")


if __name__ == "__main__":
    main()
