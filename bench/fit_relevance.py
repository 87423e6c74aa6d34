"""Fits the weights by which papers are kept as related work, and prints them beside the shipped ones.

    python bench/fit_relevance.py

Six kinds of libraries with topics of which it is known what belongs to them:

- surveys: the references of ten surveys in one library, and random parts of it of 6 to 1,000 papers of which all, half,
  a fifth or none are cited by the survey whose title is the topic;
- cranfield: every second of its questions as a topic;
- citebench: a paper's own abstract as the topic; the papers that a paragraph of it cites as the whole library, those of
  all paragraphs together, and five papers of others;
- narrow: the last words of a title over 60 papers of neighbouring topics;
- mixed: a few papers that belong to a topic of the first two kinds among papers of the other field;
- elsewhere: topics of one field in a library of another, where nothing belongs.

Fitted on one half (of the surveys, of the questions, of the papers), checked on the other. Each kind counts the same
but for `COUNTS`, in it each topic, and in it each paper. What counts more is most like libraries that people keep; the
labels of parts of the surveys are the least sure, for what a survey does not cite may belong to it all the same.
"""

import json
import random
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256

import numpy as np
from judged import collection
from seed_library import keep_to_this_machine
from sklearn.linear_model import LogisticRegression
from surveys import DATA, SURVEYS, Shelf, references, shelf

from assistant.planning.relevance import features, probability, relevant
from assistant.planning.wide import Candidate
from assistant.text import content_stems
from assistant.types import Filter

SIZES, SHARES = (6, 12, 30, 100, 300, 1000), (1.0, 0.5, 0.2, 0.0)
QUESTIONS, LEAST_GOLD = 30, 3
FAR = 20
NARROW, LIBRARY = 80, 60
RUN = re.compile(r"[\w-]+(?: (?!(?:a|an|and|are|as|at|by|for|from|in|is|of|on|the|to|via|with)\b)[\w-]+)+")
MIXED = ((6, 0.5), (12, 0.2), (30, 0.2), (100, 0.1), (30, 0.5))
BINS = 10
COUNTS = {"narrow": 2.0, "mixed": 2.0, "part": 0.5}
"""What a kind counts, when not 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What a wide search found for one topic."""

    kind: str
    half: int
    gold: frozenset[str]
    """Keys of what belongs to it and is in the library."""
    found: Sequence[Candidate]


def main() -> None:
    """Collect, fit and print."""
    keep_to_this_machine()
    if not SURVEYS.is_file():
        sys.exit(f"{str(SURVEYS)!r} is not there. Set CITEWELL_DATA to the folder that holds `related_work`.")
    chance = random.Random(0)  # noqa: S311 - because nothing secret is drawn
    runs = [*of_surveys(chance), *of_cranfield(), *of_mixed(chance), *of_narrow(chance), *of_citebench(chance)]
    weights = weights_of(runs)
    rows, labels, halves, counts = matrix(runs, weights)
    model = LogisticRegression(C=1000, max_iter=5000).fit(rows[halves == 0], labels[halves == 0], counts[halves == 0])
    print("bias  " + "  ".join(str(round(float(one), 2)) for one in [model.intercept_[0], *model.coef_[0]]))
    shipped = np.array([probability(one.signals) for run in runs for one in run.found])
    fitted = model.predict_proba(rows)[:, 1]
    for half, what in ((0, "fitted on"), (1, "the other half")):
        chosen = halves == half
        print(f"\n{what}: log loss, fitted {loss(fitted, labels, counts, chosen):.4f}, "
              f"shipped {loss(shipped, labels, counts, chosen):.4f}")  # fmt: skip
    print_reliability(shipped[halves == 1], labels[halves == 1], counts[halves == 1])
    print_cut([run for run in runs if run.half == 1])


def of_surveys(chance: random.Random) -> Iterator[Run]:
    """Titles of surveys over all references and over parts of them, and questions of medicine."""
    texts, cited = references()
    questions = [row["QUESTION"] for row in json.loads((DATA / "qa" / "pubmedqa_dev500.json").read_text()).values()]
    with shelf(texts) as held:
        for number, (survey, own) in enumerate(cited.items()):
            yield run_of(held, survey, own, "surveys", number)
            others = sorted(texts.keys() - own)
            for size in SIZES:
                for share in SHARES:
                    taken = min(len(own), round(size * share))
                    keys = [*chance.sample(sorted(own), taken), *chance.sample(others, size - taken)]
                    yield run_of(held, survey, own, f"{share:.0%} of {size}", number, keys)
        for number, question in enumerate(questions[:QUESTIONS]):
            yield run_of(held, question, frozenset(), "elsewhere", number)
            few = chance.sample(sorted(texts), FAR)
            yield run_of(held, question, frozenset(), f"elsewhere, {FAR} papers", number, few)


def of_cranfield() -> Iterator[Run]:
    """Questions about aerodynamics, and surveys of language models."""
    texts, questions = collection("cranfield")
    with shelf(texts) as held:
        for number, (question, gains) in enumerate(questions[::2]):
            if len(gains) >= LEAST_GOLD:
                yield run_of(held, question, frozenset(gains), "cranfield", number)
        for number, survey in enumerate(references()[1]):
            yield run_of(held, survey, frozenset(), "elsewhere", number)


def of_mixed(chance: random.Random) -> Iterator[Run]:
    """Titles of surveys, and questions about aerodynamics, over a few papers of which most are of the other field."""
    (texts, cited), (others, questions) = references(), collection("cranfield")
    topics = [(survey, own, sorted(others)) for survey, own in cited.items() for _ in MIXED]
    topics += [(one, frozenset(gains), sorted(texts)) for one, gains in questions[::4] if len(gains) >= LEAST_GOLD]
    with shelf({**texts, **others}) as held:
        for number, (topic, own, far) in enumerate(topics):
            size, share = MIXED[number % len(MIXED)]
            taken = min(len(own), round(size * share))
            keys = [*chance.sample(sorted(own), taken), *chance.sample(far, size - taken)]
            half = number // len(MIXED) if own in cited.values() else number
            yield run_of(held, topic, own, "mixed", half, keys)


def of_narrow(chance: random.Random) -> Iterator[Run]:
    """Noun phrases of titles over papers of neighbouring topics, of which only that paper is sure to belong.

    Other papers that have all the phrase's words are left out of the library: they may belong as well.
    """
    texts, _ = references()
    stems = {key: frozenset(content_stems(" ".join(text))) for key, text in texts.items()}
    with shelf(texts) as held:
        for number, key in enumerate(chance.sample(sorted(texts), NARROW)):
            phrases = [one for one in RUN.findall(texts[key][0]) if len(content_stems(one)) in {2, 3}]
            if not phrases:
                continue
            words = frozenset(content_stems(phrases[-1]))
            far = [one for one in chance.sample(sorted(texts), LIBRARY) if not words <= stems[one]]
            yield run_of(held, phrases[-1], frozenset([key]), "narrow", number, [key, *far])


def of_citebench(chance: random.Random) -> Iterator[Run]:
    """Abstracts, and the abstracts that paragraphs of their papers cite."""
    rows = json.loads((DATA / "related_work" / "citebench_dev25.json").read_text("utf-8"))
    cited = [(row["input"][0], [one for one in map(plain, row["input"][1:]) if one]) for row in rows]
    texts = {key_of(one): ("", one) for _, abstracts in cited for one in abstracts}
    by_paper: defaultdict[str, set[str]] = defaultdict(set)
    for paper, abstracts in cited:
        by_paper[paper].update(map(key_of, abstracts))
    papers = list(by_paper)
    with shelf(texts) as held:
        for paper, own in by_paper.items():
            yield run_of(held, plain(paper), frozenset(own), "citebench, all", papers.index(paper))
        for paper, abstracts in cited:
            keys = [key_of(one) for one in abstracts]
            if keys:
                yield run_of(held, plain(paper), frozenset(keys), "citebench, cited", papers.index(paper), keys)
            far = chance.sample(sorted(texts.keys() - by_paper[paper]), 5)
            yield run_of(held, plain(paper), frozenset(), "citebench, others", papers.index(paper), far)


def plain(text: str) -> str:
    """An abstract without its mark."""
    return text.removeprefix("<abs>").strip()


def key_of(text: str) -> str:
    """The same for the same abstract."""
    return sha256(text.encode()).hexdigest()[:12]


def run_of(
    held: Shelf, topic: str, gold: frozenset[str], kind: str, number: int, keys: Sequence[str] | None = None
) -> Run:
    """Search for a topic, in these papers only when given."""
    found = held.wide(topic, Filter(keys=tuple(keys or ())), limit=len(held.papers))
    return Run(kind=kind, half=number % 2, gold=gold.intersection(keys or held.papers), found=found)


def weights_of(runs: Sequence[Run]) -> list[float]:
    """What a paper of each run counts."""
    kinds = Counter((family(run), run.half) for run in runs)
    return [COUNTS.get(family(run), 1.0) / max(1, len(run.found)) / kinds[family(run), run.half] for run in runs]


def family(run: Run) -> str:
    """Kinds that count as one: parts of the surveys, whose labels are the least sure, and what lies elsewhere."""
    return "part" if "% of " in run.kind else run.kind.partition(",")[0] if "elsewhere" in run.kind else run.kind


def matrix(runs: Sequence[Run], weights: Sequence[float]) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Features, whether it belongs, which half, and what it counts, a row for each candidate."""
    rows = np.array([features(one.signals) for run in runs for one in run.found])
    labels = np.array([one.paper.key in run.gold for run in runs for one in run.found])
    halves = np.array([run.half for run in runs for _ in run.found])
    counts = np.array([weight for run, weight in zip(runs, weights, strict=True) for _ in run.found])
    return rows, labels, halves, counts / counts.mean()


def loss(said: np.ndarray, labels: np.ndarray, counts: np.ndarray, chosen: np.ndarray) -> float:
    """Mean log loss."""
    right = np.where(labels, said, 1.0 - said)[chosen]
    return float(-np.average(np.log(right.clip(1e-9)), weights=counts[chosen]))


def print_reliability(said: np.ndarray, labels: np.ndarray, counts: np.ndarray) -> None:
    """What was said beside what is."""
    print("\nthe other half     papers   said     is")
    places = np.minimum((said * BINS).astype(int), BINS - 1)
    for place in range(BINS):
        here = places == place
        if here.any():
            means = (float(np.average(one[here], weights=counts[here])) for one in (said, labels.astype(float)))
            print(f"{place / BINS:.1f} to {(place + 1) / BINS:.1f}  {int(here.sum()):12,}  " + "   ".join(
                f"{one:.2f}" for one in means))  # fmt: skip


def print_cut(runs: Sequence[Run]) -> None:
    """What the shipped cut keeps, by kind of library."""
    print(
        f"\n{'the other half':24} {'topics':>6} {'found':>7} {'kept':>6} {'precision':>9} {'recall':>6} {'nothing':>7}"
    )
    by_kind: defaultdict[str, list[tuple[float, ...]]] = defaultdict(list)
    for run in runs:
        kept = {one.paper.key for one in relevant(run.found)}
        hits = len(kept & run.gold)
        precision, recall = hits / len(kept) if kept else np.nan, hits / len(run.gold) if run.gold else np.nan
        by_kind[run.kind].append((len(run.found), len(kept), precision, recall, not kept))
    for kind, rows in by_kind.items():
        columns = np.array(rows, dtype=float).T
        found, kept, precision, recall, nothing = (mean(one) for one in columns)
        print(f"{kind:24} {len(rows):6} {found:>7} {kept:>6} {precision:>9} {recall:>6} {nothing:>7}")


def mean(values: np.ndarray) -> str:
    """Mean of those that there are."""
    there = values[~np.isnan(values)]
    return f"{there.mean():.2f}" if len(there) else "-"


if __name__ == "__main__":
    main()
