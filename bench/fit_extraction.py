"""Fits the weights by which the embedded default chooses sentences, and prints them beside the shipped ones.

    python bench/fit_extraction.py

It reads the questions of `evals/data` that are for tuning (train and dev), never those of test. A sentence of the gold
paper is a positive when it holds one of the facts asked for. The share of questions all of whose facts are among the
best sentences is cross-validated by question.
"""

import json
from typing import TYPE_CHECKING

import numpy as np
from seed_library import QUESTIONS, SEEDS, keep_to_this_machine, open_assistant
from sklearn.linear_model import LogisticRegression

from assistant.evidence.bank import EvidenceBank
from assistant.reading.extract import SENTENCE_WEIGHTS, Extractor, sentence_features
from assistant.retrieve import find_papers
from assistant.types import Filter
from evals.facts import states

if TYPE_CHECKING:
    from assistant import Assistant

FOLDS = 10
NAMES = tuple(SENTENCE_WEIGHTS)
Rows = list[tuple[list[float], str]]
Question = tuple[Rows, list[tuple[str, ...]]]


def main() -> None:
    """Collect, fit and print."""
    keep_to_this_machine()
    if not SEEDS.is_dir():
        print(f"Skipped: {str(SEEDS)!r} is not there (set CITEWELL_DATA).")
        return
    with open_assistant(SEEDS) as assistant:
        questions = [one for name in ("train", "dev") for one in collect(assistant, name)]
    labels = [[any(states(text, fact) for fact in facts) for _, text in rows] for rows, facts in questions]
    matrix = np.array([features for rows, _ in questions for features, _ in rows])
    flat = np.array([label for one in labels for label in one])
    groups = np.array([index for index, (rows, _) in enumerate(questions) for _ in rows])
    fitted = fit(matrix, flat)
    print(f"{len(questions)} factual questions, {len(flat)} sentences, {int(flat.sum())} of them state a fact\n")
    print("feature          shipped  fitted")
    for name, weight in zip(NAMES, fitted, strict=True):
        print(f"{name:15}  {SENTENCE_WEIGHTS[name]:7.1f}  {weight:6.2f}")
    shipped = matrix @ np.array([SENTENCE_WEIGHTS[name] for name in NAMES])
    validated = cross_validated(matrix, flat, groups, len(questions))
    print("\nshare of questions whose facts are all among the best 3 / 4 / 5 sentences of the right paper")
    for what, scores in (
        ("shipped", shipped),
        ("cross-validated", validated),
        ("first sentences", -np.arange(len(flat))),
    ):
        shares = (all_stated(questions, groups, scores, most) for most in (3, 4, 5))
        print(f"{what:15}  " + "  ".join(f"{share:.3f}" for share in shares))


def collect(assistant: "Assistant", name: str) -> list[Question]:
    """Features and text of the sentences of the gold paper, and the facts, for each factual question."""
    parts = assistant.parts
    collected: list[Question] = []
    for line in (QUESTIONS / f"seeds_{name}.jsonl").read_text("utf-8").splitlines():
        sample = json.loads(line)
        if sample["kind"] != "fact":
            continue
        found = find_papers(sample["question"], search=parts.search, lookup=parts.lookup, limit=10, where=Filter())
        bank = EvidenceBank([one.paper for one in found], parts.embedder)
        reading = Extractor(bank, parts.rarity).read(sample["question"], found)
        (key,) = sample["gold_keys"]
        if key in reading.sentences:
            rows = [
                ([features[feature] for feature in NAMES], sentence.text)
                for sentence, features in sentence_features(reading, key)
            ]
            collected.append((rows, [tuple(fact) for fact in sample["facts"]]))
    return collected


def fit(matrix: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Weights of the features."""
    model = LogisticRegression(C=3, class_weight="balanced", max_iter=1000).fit(matrix, labels)
    weights: np.ndarray = model.coef_[0]
    return weights


def cross_validated(matrix: np.ndarray, labels: np.ndarray, groups: np.ndarray, number: int) -> np.ndarray:
    """Scores of each sentence by weights fitted without its question."""
    folds = np.random.default_rng(0).integers(FOLDS, size=number)[groups]
    scores = np.zeros(len(labels))
    for fold in range(FOLDS):
        scores[folds == fold] = matrix[folds == fold] @ fit(matrix[folds != fold], labels[folds != fold])
    return scores


def all_stated(questions: list[Question], groups: np.ndarray, scores: np.ndarray, most: int) -> float:
    """Share of questions whose facts are all stated by the best sentences."""
    whole = 0
    for index, (rows, facts) in enumerate(questions):
        best = np.argsort(-scores[groups == index])[:most]
        text = " ".join(rows[row][1] for row in best)
        whole += all(states(text, fact) for fact in facts)
    return whole / len(questions)


if __name__ == "__main__":
    main()
