"""Are the cells of a comparison right? Measured on abstracts with headings, which are taken off first.

    python bench/roles.py          # the halves that no cue was looked at for
    python bench/roles.py --tune   # the other halves
    python bench/roles.py --tune --show data

In abstracts like `METHODS: ... RESULTS: ...` the authors say what their sentences do. The headings are taken away, the
table is filled, and a cell is right when its sentence stood under a heading of that column. Headings are rough: a
result may say how many people took part, which is data; so the figures are low for `data`, and those of PubMedQA and
SciFact are of medicine only.
"""

import argparse
import gzip
import json
import re
from collections import Counter
from collections.abc import Iterator

from seed_library import DATA, machine

from assistant.evidence.bank import sentences_of
from assistant.tables.roles import ROLES, Role, chosen, scored
from assistant.types import Paper, Record
from evals.stats import interval

METHODS = ("METHOD", "DESIGN", "INTERVENTION", "SETTING", "PARTICIPANT", "PATIENT", "MEASURE", "SUBJECT", "DATA")
RIGHT: dict[Role, tuple[str, ...]] = {
    "problem": ("BACKGROUND", "OBJECTIVE", "PURPOSE", "AIM", "CONTEXT", "INTRODUCTION", "IMPORTANCE", "RATIONALE"),
    "method": METHODS,
    "data": (*METHODS, "POPULATION", "SAMPLE"),
    "finding": ("RESULT", "FINDING", "CONCLUSION", "INTERPRETATION", "DISCUSSION"),
}
"""Parts of headings under which a sentence of each column may stand."""
HEADING = re.compile(r"([A-Z][A-Z ,/&-]{4,}?)(?::\s|\s(?=[A-Z][a-z]|A ))")
Parts = list[tuple[str, str]]
"""Heading and text, in order."""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tune", action="store_true", help="the halves that may be looked at")
    parser.add_argument("--show", choices=ROLES, help="print the sentences under other headings")
    options = parser.parse_args()
    print(f"{'tuning' if options.tune else 'reporting'} halves; {machine()}\n")
    print("| set | column | right of the filled | filled of the abstracts |")
    print("|---|---|---|---|")
    for name, abstracts in (("PubMedQA", pubmedqa()), ("SciFact", scifact())):
        measure(name, [one for at, one in enumerate(abstracts) if at % 2 != options.tune], options.show)


def pubmedqa() -> Iterator[Parts]:
    """All have headings; the answer that the authors give is their conclusion."""
    path = DATA / "qa" / "pubmedqa_dev500.json"
    for item in json.loads(path.read_text(encoding="utf-8")).values() if path.is_file() else ():
        yield [*zip(item["LABELS"], item["CONTEXTS"], strict=True), ("CONCLUSION", item["LONG_ANSWER"])]


def scifact() -> Iterator[Parts]:
    """Those marked as structured; a heading holds until the next one."""
    path = DATA / "faithfulness" / "scifact_corpus.jsonl.gz"
    if not path.is_file():
        return
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for item in map(json.loads, lines):
            parts: Parts = []
            heading = ""
            for sentence in item["abstract"] if item["structured"] else ():
                found = HEADING.match(sentence)
                heading = found[1] if found else heading
                parts.append((heading, sentence[found.end() :] if found else sentence))
            if any(heading for heading, _ in parts):
                yield [part for part in parts if part[0]]


def measure(name: str, abstracts: list[Parts], show: Role | None) -> None:
    """A row for each column."""
    right: Counter[Role] = Counter()
    filled: Counter[Role] = Counter()
    for parts in abstracts:
        texts = [" ".join(text.split()) for _, text in parts]
        headings = [heading for (heading, _), text in zip(parts, texts, strict=True) for _ in f"{text} "]
        paper = Paper(key="k", record=Record(title="T", abstract=" ".join(texts), source=name))
        for role, found in chosen(scored(sentences_of(paper))).items():
            is_right = any(word in headings[found.start] for word in RIGHT[role])
            filled[role] += 1
            right[role] += is_right
            if show == role and not is_right:
                print(f"{headings[found.start]}: {found.text}")
    for role in ROLES if abstracts else ():
        share = interval([1.0] * right[role] + [0.0] * (filled[role] - right[role]), share=True)
        low, high = share.low or 0.0, share.high or 0.0
        precision = f"{share.value or 0.0:.3f} [{low:.2f}, {high:.2f}]"
        print(f"| {name} | {role} | {precision} | {filled[role]} of {len(abstracts)} |")


if __name__ == "__main__":
    main()
