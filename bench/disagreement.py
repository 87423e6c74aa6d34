"""Does it notice that papers contradict each other, and is it quiet when they do not?

    python bench/disagreement.py                # the halves that are for reporting
    python bench/disagreement.py --tune --show  # the other halves, with what was found

Our own cases (`evals/data/disagreements.json`): a question, a few abstracts, and which of them contradict each other
about it, if any: other populations, doses or outcomes, older methods that newer ones beat, and what was only supposed
are no contradictions. A conflict found is right when the papers on its sides are those of the case.

Claims beside abstracts: a claim of SciFact or HealthVer as what one paper says, the text that people have compared it
with as the other paper. Where they found that it refutes the claim there is a conflict, where it supports the claim
there is none.

HealthVer and Climate-FEVER: claims that people have compared with sentences of several sources. Each source counts as a
paper, and the question is whether the claim is true. Claims with sources on both sides should be found, those with two
sources or more on one side only should not. A conflict found is right when what it quotes for the claim does support
it, by the labels, and what it quotes against it does not. And the built-in benchmark: its library holds no known
contradiction, so whatever is found there is a false alarm.
"""

import argparse
import gzip
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any

from seed_library import DATA, QUESTIONS, ROOT, keep_to_this_machine, machine, open_assistant

from assistant.evidence.bank import EvidenceBank
from assistant.evidence.remembering import Remembering
from assistant.reading.disagreement import conflicts
from assistant.reading.extract import Extractor
from assistant.retrieve import Found, find_papers
from assistant.types import Conflict, Filter, Paper, Record
from vectorstore.embed import EmbeddedModel

PAIRS = DATA / "faithfulness" / "claim_pairs.jsonl.gz"
SETS = ("healthver", "climate_fever")
CASES = QUESTIONS / "disagreements.json"
MOST_SOURCES = 10


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tune", action="store_true", help="the halves that thresholds were chosen on")
    parser.add_argument("--show", action="store_true", help="print what was found")
    options = parser.parse_args()
    keep_to_this_machine()
    embedder = Remembering(EmbeddedModel())
    print(f"{'tuning' if options.tune else 'reporting'} halves; {machine()}\n")
    print_cases(embedder, tune=options.tune, show=options.show)
    if PAIRS.is_file():
        print("| set | refuted / supported claims | found, refuted | found, supported (false) | precision |")
        print("|---|---|---|---|---|")
        for name in ("scifact", "healthver"):
            print_beside(name, embedder, tune=options.tune, show=options.show)
        print("\n| set | claims, both sides / one side | found, both sides | found, one side (false) | pairs right |")
        print("|---|---|---|---|---|")
        for name in SETS:
            print_claims(name, embedder, tune=options.tune, show=options.show)
    else:
        print(f"Skipped: {str(PAIRS)!r} is not there (set CITEWELL_DATA).")
    print_false_alarms(embedder, show=options.show)


def print_cases(embedder: Remembering, *, tune: bool, show: bool) -> None:
    """What becomes of our own cases."""
    cases = [one for one in json.loads(CASES.read_text("utf-8")) if (one["half"] == "tune") == tune]
    right, wrong, alarms = 0, 0, 0
    for case in cases:
        papers = [
            Paper(key=one["key"], record=Record(title=one["title"], abstract=one["abstract"])) for one in case["papers"]
        ]
        seen = disagreement(case["question"], papers, embedder)
        wanted = {frozenset(side) for side in case["sides"]}
        for one in seen:
            sides = {frozenset(cited.key for cited in side) for side in (one.supporting, one.opposing)}
            right += sides == wanted
            wrong += bool(wanted) and sides != wanted
        alarms += bool(seen) and not wanted
        if show and (bool(seen) != bool(wanted) or wrong):
            print(f"[{case['id']}, {case['kind']}] {case['question']}")
            for one in seen:
                print(f"  + {one.supporting[0].quote}\n  - {one.opposing[0].quote}")
    conflicting = sum(bool(one["sides"]) for one in cases)
    found = right + wrong + alarms
    print("| own cases, in conflict / not | found with the right sides | with other sides | false alarms | precision |")
    print("|---|---|---|---|---|")
    precision = f"{right / found:.2f}" if found else "-"
    print(f"| {conflicting} / {len(cases) - conflicting} | {right} | {wrong} | {alarms} | {precision} |\n")


def print_beside(name: str, embedder: Remembering, *, tune: bool, show: bool) -> None:
    """A line of the table of claims beside abstracts."""
    found: dict[str, list[bool]] = {"REFUTE": [], "SUPPORT": []}
    for one in pairs_of(name, tune=tune):
        if one["label"] not in found:
            continue
        papers = [
            Paper(key="claim", record=Record(title="A claim", abstract=f"{one['claim'].rstrip('. ')}.")),
            Paper(key="text", record=Record(title=one["title"] or "-", abstract=" ".join(one["evidence_sentences"]))),
        ]
        seen = disagreement(f"Is it true that {one['claim'].rstrip('. ')}?", papers, embedder)
        found[one["label"]].append(bool(seen))
        for conflict in seen if show and one["label"] == "SUPPORT" else ():
            print(f"[false] {conflict.supporting[0].quote}\n  - {conflict.opposing[0].quote}")
    right, wrong = sum(found["REFUTE"]), sum(found["SUPPORT"])
    cells = (
        f"{len(found['REFUTE'])} / {len(found['SUPPORT'])}",
        f"{right} ({right / max(1, len(found['REFUTE'])):.1%})",
        f"{wrong} ({wrong / max(1, len(found['SUPPORT'])):.1%})",
        f"{right / (right + wrong):.2f}" if right + wrong else "-",
    )
    print(f"| {name} | {' | '.join(cells)} |")


def pairs_of(name: str, *, tune: bool) -> list[dict[str, Any]]:
    """Claims with one text each, of one half of a set; SciFact's halves are its own train and dev claims."""
    lines = gzip.decompress(PAIRS.read_bytes()).decode().splitlines()
    pairs = [one for one in map(json.loads, lines) if one["dataset"] == name]
    if name == "scifact":
        return [one for one in pairs if (one["split"] == "train") == tune]
    return [one for one in pairs if (sha256(one["claim"].encode()).digest()[0] % 2 == 0) == tune]


def print_claims(name: str, embedder: Remembering, *, tune: bool, show: bool) -> None:
    """A line of the table."""
    found: dict[bool, list[bool]] = {True: [], False: []}
    right: list[bool] = []
    for claim, sources in labelled(name, tune=tune).items():
        sides = {one["label"] for one in sources} & {"SUPPORT", "REFUTE"}
        papers = [
            Paper(key=f"s{index}", record=Record(title=f"Source {index}", abstract=" ".join(one["evidence_sentences"])))
            for index, one in enumerate(sources)
        ]
        labels = {paper.key: one["label"] for paper, one in zip(papers, sources, strict=True)}
        seen = disagreement(f"Is it true that {claim.rstrip('. ')}?", papers, embedder)
        found[len(sides) > 1].append(bool(seen))
        for one in seen:
            right.append(is_right(one, labels))
            if show:
                print(f"[{'right' if right[-1] else 'wrong'}] {claim}\n  + {one.supporting[0].quote}")
                print(f"  - {one.opposing[0].quote}")
    cells = (
        f"{len(found[True])} / {len(found[False])}",
        *(f"{sum(found[side])} ({sum(found[side]) / max(1, len(found[side])):.1%})" for side in (True, False)),
        f"{sum(right)} of {len(right)}",
    )
    print(f"| {name} | {' | '.join(cells)} |")


def labelled(name: str, *, tune: bool) -> Mapping[str, Sequence[dict[str, Any]]]:
    """Claims of one half of a set with two sources or more that support or refute them."""
    by_claim: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for one in pairs_of(name, tune=tune):
        by_claim[one["claim"]].append(one)
    return {
        claim: sources[:MOST_SOURCES]
        for claim, sources in by_claim.items()
        if sum(one["label"] in {"SUPPORT", "REFUTE"} for one in sources[:MOST_SOURCES]) > 1
    }


def disagreement(question: str, papers: Sequence[Paper], embedder: Remembering) -> tuple[Conflict, ...]:
    """Conflicts among papers that were all found."""
    bank = EvidenceBank(papers, embedder)
    found = [Found(paper=paper, passages=(), score=0.0, dense=None) for paper in papers]
    reading = Extractor(bank, lambda words: dict.fromkeys(words, 1.0)).read(question, found)
    return conflicts(question, reading, bank)


def is_right(conflict: Conflict, labels: Mapping[str, str]) -> bool:
    """One side supports the claim by the labels, the other refutes it; either way round."""
    sides = [{labels[one.key] for one in side} for side in (conflict.supporting, conflict.opposing)]
    return sides in ([{"SUPPORT"}, {"REFUTE"}], [{"REFUTE"}, {"SUPPORT"}])


def print_false_alarms(embedder: Remembering, *, show: bool) -> None:
    """How many answerable questions of the benchmark come with a conflict."""
    samples = [json.loads(line) for line in (QUESTIONS / "builtin.jsonl").read_text("utf-8").splitlines()]
    questions = [one["question"] for one in samples if one["answerable"]]
    alarms = 0
    with open_assistant(ROOT / "examples" / "library.bib") as assistant:
        index, lookup = assistant.index, assistant.library.get
        for question in questions:
            found = find_papers(question, search=index.search, lookup=lookup, limit=10, where=Filter())
            bank = EvidenceBank([one.paper for one in found], embedder)
            seen = conflicts(question, Extractor(bank, index.rarity).read(question, found), bank)
            alarms += bool(seen)
            for one in seen if show else ():
                print(f"[alarm] {question}\n  + {one.supporting[0].quote}\n  - {one.opposing[0].quote}")
    print(f"\nbuilt-in benchmark: {alarms} of {len(questions)} answerable questions with a conflict, all false alarms")


if __name__ == "__main__":
    main()
