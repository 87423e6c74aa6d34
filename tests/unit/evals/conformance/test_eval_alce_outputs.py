"""A file of ALCE's shape, scored by Citewell and by a second implementation that shares nothing with it.

Below, sentences are cut and markers are read by plain splitting, which the file allows, and recall and precision are
written as sets of (sentence, document) pairs, after the formulas of Gao et al. (2023) and what their script adds.
"""

import json
import re
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from assistant.types import Label
from evals.metrics import conventions_of, named
from evals.outputs import open_outputs
from evals.support import check
from evals.types import Case, Metric, Outputs
from tests.fakes.judge import FakeJudge

FILE = Path(__file__).parent / "alce_outputs.json"
ITEMS: list[dict[str, Any]] = json.loads(FILE.read_text("utf-8"))["data"]
USED = 3  # citations of a sentence, by the script


def words(text: str) -> set[str]:
    found = re.findall(r"\d[\d,]*\b|\w+", text.lower())
    return {word for word in found if len(word) > 3} - {"both", "they", "this", "while"}


def entails(texts: Sequence[str], sentence: str) -> bool:
    """What both sides take for entailment: every longer word of the sentence stands in the texts."""
    return words(sentence) <= set().union(*map(words, texts), set())


class Read(NamedTuple):
    sentence: str
    cited: tuple[int, ...]


def second_reading(output: str) -> list[Read]:
    pieces = re.findall(r"[^.]+\.(?:\s*\[\d+\])*", output)
    return [
        Read(
            sentence=re.sub(r"\s*\[[\d, ]+\]", "", piece).strip(),
            cited=tuple(
                dict.fromkeys(int(one) for group in re.findall(r"\[([\d, ]+)\]", piece) for one in group.split(","))
            ),
        )
        for piece in pieces
    ]


def by_definition(item: dict[str, Any]) -> tuple[Fraction, Fraction] | None:
    """The paper's recall and precision: an unknown document supports nothing, with whatever it is put together."""
    return in_sets(item, [Read(one.sentence, one.cited) for one in second_reading(item["output"])], spares=False)


def by_script(item: dict[str, Any]) -> tuple[Fraction, Fraction] | None:
    """What the script makes of it: three citations, and none of a sentence with one out of range."""
    there = set(range(1, len(item["docs"]) + 1))
    read = [
        Read(one.sentence, one.cited[:USED] if there.issuperset(one.cited) else one.cited)
        for one in second_reading(item["output"])
    ]
    return in_sets(item, read, spares=True)


def in_sets(item: dict[str, Any], read: list[Read], *, spares: bool) -> tuple[Fraction, Fraction] | None:
    documents = {number: f"{one['title']}\n{one['text']}" for number, one in enumerate(item["docs"], start=1)}

    def follows(sentence: str, cited: set[int]) -> bool:
        return bool(cited) and cited <= documents.keys() and entails([documents[one] for one in cited], sentence)

    sentences = set(range(len(read)))
    recalled = {at for at in sentences if follows(read[at].sentence, set(read[at].cited))}
    spared = {at for at in sentences if spares and not documents.keys() >= set(read[at].cited)}
    pairs = {(at, one) for at in sentences - spared for one in read[at].cited}
    irrelevant = {
        (at, one)
        for at, one in pairs
        if not follows(read[at].sentence, {one}) and follows(read[at].sentence, set(read[at].cited) - {one})
    }
    precise = {(at, one) for at, one in pairs if at in recalled} - irrelevant
    if not sentences:
        return None
    return Fraction(len(recalled), len(sentences)), Fraction(len(precise), len(pairs) or 1)


def second_str_em(item: dict[str, Any]) -> Fraction:
    def plain(text: str) -> str:
        kept = re.sub(r"[^a-z0-9\s]", "", re.sub(r"\[[\d, ]+\]", "", text.lower()))
        return " ".join(word for word in kept.split() if word not in {"a", "an", "the"})

    hits = [any(plain(one) in plain(item["output"]) for one in pair["short_answers"]) for pair in item["qa_pairs"]]
    return Fraction(sum(hits), len(hits))


@pytest.fixture(scope="module")
def outputs() -> Outputs:
    return open_outputs(FILE)


def case_of(outputs: Outputs, number: int) -> Case:
    sample = outputs.dataset.samples[number]

    def rule(statement: str, evidence: Sequence[str]) -> Label:
        return "supported" if entails(evidence, statement) else "unsupported"

    said = outputs.answers[sample.id]
    checks = check(said, FakeJudge(rule), outputs.papers.get, conventions_of(["citewell", "alce"]))
    return Case(sample=sample, answer=said, papers=outputs.papers.get, checks=checks, gives_quotes=False)


def value(name: str, case: Case) -> float | None:
    metric = named(name)
    assert isinstance(metric, Metric)
    return metric.score(case).value


@pytest.mark.parametrize("number", range(len(ITEMS)), ids=lambda number: ITEMS[number]["id"])
@pytest.mark.parametrize(("prefix", "second"), [("", by_definition), ("alce_", by_script)])
def test_recall_and_precision_of_each(outputs: Outputs, number: int, prefix: str, second: Any) -> None:
    expected = second(ITEMS[number])
    case = case_of(outputs, number)
    found = value(f"{prefix}citation_recall", case), value(f"{prefix}citation_precision", case)
    if expected is None:
        assert found == (None, None)
    else:
        assert found == pytest.approx([float(one) for one in expected], abs=1e-9)


@pytest.mark.parametrize("number", range(len(ITEMS)), ids=lambda number: ITEMS[number]["id"])
def test_str_em_of_each(outputs: Outputs, number: int) -> None:
    assert value("alce_str_em", case_of(outputs, number)) == pytest.approx(
        float(second_str_em(ITEMS[number])), abs=1e-9
    )


@pytest.mark.parametrize(("prefix", "second"), [("", by_definition), ("alce_", by_script)])
def test_means_of_the_file(outputs: Outputs, prefix: str, second: Any) -> None:
    expected = [found for item in ITEMS if (found := second(item)) is not None]
    cases = [case_of(outputs, number) for number in range(len(ITEMS))]
    for place, name in enumerate(("recall", "precision")):
        values = [found for case in cases if (found := value(f"{prefix}citation_{name}", case)) is not None]
        mean = sum(one[place] for one in expected) / len(expected)
        assert sum(values) / len(values) == pytest.approx(float(mean), abs=1e-9)


def test_the_file_has_what_the_two_ways_of_counting_differ_in() -> None:
    assert len(ITEMS) >= 10
    definition, script = [list(map(way, ITEMS)) for way in (by_definition, by_script)]
    assert sum(one != other for one, other in zip(definition, script, strict=True)) >= 4
    assert len({one for one in definition + script if one}) >= 10
    assert None in definition


def test_some_of_it_by_hand() -> None:
    """So that not both are wrong in the same way."""
    # "... [2, 1]": 2 alone supports, 1 is irrelevant; "Barn owls rest inside old barns [1]" is not supported by owls.
    assert by_definition(ITEMS[1]) == (Fraction(1, 2), Fraction(1, 3))
    # [1][2] only together support; [1][1] is one citation, which supports.
    assert by_definition(ITEMS[2]) == (1, 1)
    # [1][5]: 5 is not there. [1] supports the second sentence. By the script [1] and [5] are in no denominator.
    assert by_definition(ITEMS[5]) == (Fraction(1, 2), Fraction(1, 3))
    assert by_script(ITEMS[5]) == (Fraction(1, 2), 1)
    # [1][2][3][4]: only the fourth supports, and the script does not use it; [4] supports the second sentence.
    assert by_definition(ITEMS[4]) == (1, Fraction(2, 5))
    assert by_script(ITEMS[4]) == (Fraction(1, 2), Fraction(1, 4))
    # Nothing is cited.
    assert by_definition(ITEMS[6]) == (0, 0)
