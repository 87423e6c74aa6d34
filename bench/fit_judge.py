"""Fit the weights of the embedded judge and write them where it reads them.

    python bench/fit_judge.py                 # fit, cross-validate, write assistant/judges/embedded_weights.json
    python bench/fit_judge.py --dry-run       # fit and print only

Fitted on claims that people have labelled (the data folder: $CITEWELL_DATA, else `../shared/data` beside the project)
and on statements made from abstracts by `evals.mutations`, from the half of all papers that is for fitting. A set
counts as much as its share below says, whatever its size, and its supported pairs as much as the others. Thresholds are
chosen on predictions for claims and papers that a fit has not seen.
"""

import argparse
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from seed_library import DATA, keep_to_this_machine

from assistant.judges.embedded import VERSION, EmbeddedJudge
from assistant.judges.scoring import WEIGHTS, Feature, Linear, Scoring, digest_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from evals.judging.types import Pair

FOLDER = DATA / "faithfulness"
CLAIMS = FOLDER / "claim_pairs.jsonl.gz"
FREE = {
    "scifact/train": 3.0,
    "check_covid/train": 2.0,
    "covidfact": 0.3,
    "climate_fever": 0.3,
    "sick/train": 0.3,
    "made": 0.5,
}
COPIED = {"scifact/train": 0.5, "check_covid/train": 0.5, "sick/train": 0.3, "made": 4.0}
"""Source to how much it counts, for statements in words of their own and for near copies. Sets that are only measured
with (every `dev`, HealthVer, AttributionBench, SNLI, WiCE, Citation-Integrity, press releases) are not here."""
MOST = 1_000
"""Pairs of one source, drawn by lot."""
STRENGTH = 0.02
"""sklearn's C: the smaller, the closer the weights stay to 0."""
FOLDS = 5
FALSE_ALARMS = 0.05
"""Share of honest statements below the threshold at which recall is printed."""
LOST = 0.02
"""Share of honest statements that may fall below `partly`: what is below is not shown to a reader."""
PER_KIND = 400
ABSTRACTS = 1_500


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A labelled pair as the fit sees it."""

    source: str
    group: str
    """What must not stand on both sides of a fold: the paper, or the claim."""
    kind: str
    supported: bool
    features: dict[str, float]


def main() -> None:
    """Fit, print and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--dry-run", action="store_true", help="write nothing")
    parser.add_argument("--out", type=Path, default=WEIGHTS, help="where to write")
    options = parser.parse_args()
    keep_to_this_machine()
    if not CLAIMS.is_file():
        print(f"Skipped: {str(CLAIMS)!r} is not there (set CITEWELL_DATA).")
        return
    rows = list(read_rows(judge_without_weights()))
    names = list(rows[0].features)
    unseen = predictions(rows, names)
    thresholds = chosen_thresholds(rows, unseen)
    scoring = fitted(rows, names)
    report(rows, unseen, thresholds)
    shape = document(scoring, thresholds, rows)
    if not options.dry_run:
        options.out.write_text(json.dumps(shape, indent=1) + "\n", encoding="utf-8")
        print(f"Written: {options.out}")


def judge_without_weights() -> EmbeddedJudge:
    """A judge that is only asked for features."""
    from vectorstore.embed import open_embedder

    nothing = Linear(features={}, intercept=0.0)
    return EmbeddedJudge(open_embedder(), Scoring(free=nothing, copied=nothing, supported=1.0, partly=1.0))


def read_rows(judge: EmbeddedJudge) -> Iterator[Row]:
    """The features of everything that is fitted on."""
    from evals.judging.pairs.opening import open_pairs

    for source in FREE:
        if source != "made":
            found = open_pairs(CLAIMS, source=source, limit=MOST).pairs
            yield from rows_of(source, [(one, "", group_of(one)) for one in found], judge)
    yield from rows_of("made", made_pairs(), judge)


def group_of(pair: "Pair") -> str:
    """The text that pairs of one paper share."""
    return pair.evidence[-1][:200] if len(pair.evidence[-1]) > 400 else pair.statement


def rows_of(source: str, pairs: "Sequence[tuple[Pair, str, str]]", judge: EmbeddedJudge) -> Iterator[Row]:
    """Rows of pairs with their kinds and groups."""
    for pair, kind, group in pairs:
        if compared := judge.compared(pair.statement, pair.evidence):
            yield Row(
                source=source, group=group, kind=kind or pair.problem, supported=pair.supported,
                features=compared.features,
            )  # fmt: skip


def made_pairs() -> "list[tuple[Pair, str, str]]":
    """Mutations and honest paraphrases of sentences from the half of all papers that is for fitting."""
    from evals.judging.types import Pair
    from evals.mutations.suite import Source, make_suite, part_of

    sources = [Source(title=title, abstract=text) for title, text in abstracts() if part_of(title) == "fit"]
    cases = make_suite(sources[:ABSTRACTS], per_kind=PER_KIND, seed=1)
    return [
        (
            Pair(
                id=case.id, statement=case.statement, evidence=case.evidence, supported=case.label == "SUPPORT",
                problem="" if case.label == "SUPPORT" else case.kind,
            ),
            case.kind,
            case.paper,
        )
        for case in cases
    ]  # fmt: skip


def abstracts() -> Iterator[tuple[str, str]]:
    """Titles and abstracts of three collections in turns, in an order that does not depend on their files."""
    import gzip

    found: list[list[tuple[str, str]]] = []
    for path in (DATA / "faithfulness/scifact_corpus.jsonl.gz", *sorted((DATA / "scale").glob("*.jsonl.gz"))):
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            some = [json.loads(line) for _, line in zip(range(6_000), lines, strict=False)]
        texts = [(one["title"] or "", joined(one.get("abstract"))) for one in some]
        long_enough = [one for one in texts if one[0] and len(one[1]) > 300]
        found.append(sorted(long_enough, key=lambda one: sha256(one[0].encode("utf-8", "replace")).digest()))
    for some_of_each in zip(*found, strict=False):
        yield from some_of_each


def joined(abstract: str | list[str] | None) -> str:
    """An abstract as one text."""
    return " ".join(abstract) if isinstance(abstract, list) else abstract or ""


def weights_of(rows: Sequence[Row], shares: Mapping[str, float]) -> "NDArray[np.float64]":
    """How much each row counts; they add up to the number of rows."""
    import numpy as np

    sizes: dict[tuple[str, bool], int] = {}
    for row in rows:
        sizes[row.source, row.supported] = sizes.get((row.source, row.supported), 0) + 1
    found = np.array([shares[row.source] / sizes[row.source, row.supported] for row in rows])
    scaled: NDArray[np.float64] = found * len(rows) / found.sum()
    return scaled


def fitted(rows: Sequence[Row], names: Sequence[str]) -> Scoring:
    """Both functions; the one for free words has no features that only matter in copies."""
    plain = [name for name in names if not name.startswith("copied_")]
    return Scoring(free=linear(rows, plain, FREE), copied=linear(rows, names, COPIED), supported=1.0, partly=1.0)


def linear(rows: Sequence[Row], names: Sequence[str], shares: Mapping[str, float]) -> Linear:
    """A logistic regression over standardised features."""
    import numpy as np
    from sklearn.linear_model import LogisticRegression

    rows = [row for row in rows if row.source in shares]
    values = np.array([[row.features[name] for name in names] for row in rows])
    counts = weights_of(rows, shares)
    means = np.average(values, axis=0, weights=counts)
    scales = np.maximum(np.sqrt(np.average((values - means) ** 2, axis=0, weights=counts)), 1e-3)
    model = LogisticRegression(C=STRENGTH, max_iter=2_000)
    model.fit((values - means) / scales, [row.supported for row in rows], sample_weight=counts)
    features = {
        name: Feature(weight=round(float(weight), 4), mean=round(float(mean), 4), scale=round(float(scale), 4))
        for name, weight, mean, scale in zip(names, model.coef_[0], means, scales, strict=True)
    }
    return Linear(features=features, intercept=round(float(model.intercept_[0]), 4))


def predictions(rows: Sequence[Row], names: Sequence[str]) -> "NDArray[np.float64]":
    """Probabilities from fits that have not seen the row's group."""
    import numpy as np

    folds = np.array([sha256(row.group.encode("utf-8", "replace")).digest()[0] % FOLDS for row in rows])
    found = np.zeros(len(rows))
    for fold in range(FOLDS):
        scoring = fitted([row for row, one in zip(rows, folds, strict=True) if one != fold], names)
        for at in np.flatnonzero(folds == fold):
            found[at] = scoring.probability(rows[at].features)
    return found


def chosen_thresholds(rows: Sequence[Row], unseen: "NDArray[np.float64]") -> dict[str, float]:
    """Where `supported` and `partly` begin."""
    import numpy as np

    honest = np.array([row.source == "made" and row.supported for row in rows])
    partly = float(np.quantile(unseen[honest], LOST))

    def mean_accuracy(threshold: float) -> float:
        return sum(accuracy(rows, unseen, one, threshold) for one in ("scifact/train", "check_covid/train")) / 2

    supported = max((float(one) for one in np.arange(0.3, 0.8, 0.01) if one > partly), key=mean_accuracy)
    return {"supported": round(supported, 3), "partly": round(partly, 3)}


def accuracy(rows: Sequence[Row], unseen: "NDArray[np.float64]", source: str, threshold: float) -> float:
    """Balanced accuracy of one source."""
    inside = [
        (row.supported, score >= threshold) for row, score in zip(rows, unseen, strict=True) if row.source == source
    ]
    right = [said for gold, said in inside if gold]
    wrong = [said for gold, said in inside if not gold]
    return (sum(right) / len(right) + 1 - sum(wrong) / len(wrong)) / 2


def report(rows: Sequence[Row], unseen: "NDArray[np.float64]", thresholds: dict[str, float]) -> None:
    """Print what the fit does with what it has not seen."""
    from sklearn.metrics import roc_auc_score

    honest = [score for row, score in zip(rows, unseen, strict=True) if row.source == "made" and row.supported]
    at_false_alarms = sorted(honest)[int(FALSE_ALARMS * len(honest))]
    thresholds = thresholds | {f"{FALSE_ALARMS:.0%} false alarms": round(at_false_alarms, 3)}
    print("thresholds", thresholds)
    for source in FREE:
        some = [(row, score) for row, score in zip(rows, unseen, strict=True) if row.source == source]
        auroc = roc_auc_score([row.supported for row, _ in some], [score for _, score in some])
        parts = [f"{source}: {len(some)} pairs, AUROC {auroc:.3f}, balanced accuracy"]
        parts += [f"{name} {accuracy(rows, unseen, source, value):.3f}" for name, value in thresholds.items()]
        print(*parts)
        for kind in sorted({row.kind for row, _ in some}):
            scores = [score for row, score in some if row.kind == kind]
            shares = [f"{name} {share(scores, value):.3f}" for name, value in thresholds.items()]
            print(f"   {kind or 'supported'}: {len(scores)}, share at or above", *shares)


def share(scores: Sequence[float], threshold: float) -> float:
    """Share of scores at or above a threshold."""
    return sum(score >= threshold for score in scores) / len(scores)


def shape_of(function: Linear) -> dict[str, Any]:
    """One function as the file has it."""
    features = {name: asdict(one) for name, one in function.features.items()}
    return {"intercept": function.intercept, "features": features}


def document(scoring: Scoring, thresholds: dict[str, float], rows: Sequence[Row]) -> dict[str, Any]:
    """What the weights file holds."""
    shape: dict[str, Any] = {
        "judge": VERSION,
        "made_by": "bench/fit_judge.py",
        "formula": "log-odds = intercept + sum of weight * (value - mean) / scale; see assistant/judges/scoring.py",
        "fitted_on": {source: sum(row.source == source for row in rows) for source in FREE},
        "shares": {"free": FREE, "copied": COPIED},
        "thresholds": thresholds,
        "free": shape_of(scoring.free),
        "copied": shape_of(scoring.copied),
    }
    return shape | {"digest": digest_of(shape)}


if __name__ == "__main__":
    main()
