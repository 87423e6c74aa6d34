"""How much of what is false judges find: sentences of real abstracts, changed in known ways.

    python bench/mutations.py                                  # embedded, overlap and cosine
    python bench/mutations.py --judge openai:NAME --base-url URL --per-kind 20

Statements are made from abstracts of three kinds (medicine, language technology, machine learning) in the data folder
($CITEWELL_DATA, else `../shared/data` beside the project): a number, a negation, a name, a claim too strong, a sentence
of another paper; half of them are paraphrased as well. Beside them stand honest paraphrases by rule, and claims that
people wrote and found supported. Only the half of the papers is used on which no judge is fitted (`--half fit` uses the
other), and only claims of splits for development. Of each judge the bench tells how much it finds with the score from
which 5% of the honest paraphrases are taken for false, and how much with its own threshold.
"""

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from judging import numbers, opened
from seed_library import DATA, keep_to_this_machine, machine

if TYPE_CHECKING:
    from evals.judging.alarms import Alarms
    from evals.judging.card import Card
    from evals.judging.types import Measure, PairSet
    from evals.mutations.types import Case

PAPERS = (
    DATA / "faithfulness" / "scifact_corpus.jsonl.gz",
    DATA / "scale" / "acl_anthology.jsonl.gz",
    DATA / "scale" / "paperlists.jsonl.gz",
)
CLAIMS = DATA / "faithfulness" / "claim_pairs.jsonl.gz"
WRITTEN = ("scifact/dev", "check_covid/dev")
EACH = 1_000
"""Papers of each file."""


def main() -> None:
    """Make, judge and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--judge", action="append", help="as `citewell eval judge` takes it; repeatable")
    parser.add_argument("--base-url", help="a server that speaks OpenAI's protocol")
    parser.add_argument("--per-kind", type=int, default=150, help="false statements of each kind (150)")
    parser.add_argument("--seed", type=int, default=2026, help="of what is drawn (2026)")
    parser.add_argument("--half", choices=("report", "fit"), default="report", help="of the papers (report)")
    parser.add_argument("--out", type=Path, help="write the numbers here as JSON")
    options = parser.parse_args()
    keep_to_this_machine()
    if missing := [str(path) for path in (*PAPERS, CLAIMS) if not path.is_file()]:
        print(f"Skipped: {', '.join(missing)} not there (set CITEWELL_DATA).")
        return
    judges = opened(options.judge or ["embedded", "overlap", "cosine"], options.base_url)
    cases = made(options.per_kind, options.seed, options.half)
    pairs = as_pairs(cases)
    from evals.judging.card import report_card

    cards = [report_card(pairs, judge) for judge in judges]
    print(f"{machine()}; {len(cases)} statements, seed {options.seed}; 95% intervals in brackets")
    for lines in tables(cards):
        print("\n" + "\n".join(lines))
    if options.out:
        shape = json.dumps([numbers(card) for card in cards], indent=2, allow_nan=False)
        options.out.write_text(shape + "\n", encoding="utf-8")


def made(per_kind: int, seed: int, half: str) -> "list[Case]":
    """False statements of each kind, four times as many honest ones by rule, and all that people wrote."""
    from evals.judging.pairs import open_pairs
    from evals.mutations.reading import sources_in
    from evals.mutations.suite import make_suite, part_of, written_cases

    sources = [one for path in PAPERS for one in sources_in(path, most=EACH) if part_of(one.title) == half]
    found = make_suite(sources, per_kind=per_kind, seed=seed, paraphrases=4 * per_kind)
    if half == "report":
        found += [case for source in WRITTEN for case in written_cases(open_pairs(CLAIMS, source=source).pairs)]
    return found


def as_pairs(cases: "Sequence[Case]") -> "PairSet":
    """The statements by the way of the file that `citewell eval mutate` writes."""
    from evals.judging.pairs import open_pairs
    from evals.mutations.writing import lines

    with TemporaryDirectory(prefix="citewell-bench-") as folder:
        path = Path(folder) / "mutations.jsonl"
        path.write_text(lines(cases), encoding="utf-8")
        return open_pairs(path)


def tables(cards: "Sequence[Card]") -> Iterator[list[str]]:
    """A table for each sort of honest statements, one at the judges' own thresholds, and one of problems named."""
    from evals.judging.alarms import RATE

    known = [(card, card.made) for card in cards if card.made]
    if len(known) < len(cards):
        print("A judge scored no honest statement and is left out.", file=sys.stderr)
    for among in dict.fromkeys(one.among for _, made in known for one in made.at_rate):
        columns = [(card, at(made.at_rate, among)) for card, made in known]
        yield table(f"found at {RATE:.0%} false alarms among {among}", columns)
    own = [(card, dict(made.false_alarms) | dict(card.by_problem)) for card, made in known]
    yield table("not called supported, at the judge's own threshold", own)
    yield table("problem named rightly, where not called supported", [(card, made.named) for card, made in known])


def at(alarms: "Sequence[Alarms]", among: str) -> "dict[str, Measure]":
    """The rate of false alarms, and what is found at it."""
    one = next(one for one in alarms if one.among == among)
    return {"(false alarms)": one.rate} | dict(one.recall)


def table(heading: str, columns: "Sequence[tuple[Card, Any]]") -> list[str]:
    """A row for each kind, a column for each judge."""
    from evals.judging.report import cell

    judges = [card.judge.partition("@")[0] for card, _ in columns]
    found = [f"| {heading} | n |" + "".join(f" {judge} |" for judge in judges), "|---" * (2 + len(columns)) + "|"]
    for name in dict.fromkeys(name for _, column in columns for name in column):
        row = [column.get(name) for _, column in columns]
        count = max(one.n for one in row if one)
        found.append(f"| {name} | {count} |" + "".join(f" {cell(one)} |" for one in row))
    return found


if __name__ == "__main__":
    main()
