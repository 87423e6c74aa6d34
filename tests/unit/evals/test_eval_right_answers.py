"""Exact match, token F1, ROUGE-L and ALCE's string match."""

from dataclasses import replace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from assistant.types import Answer
from evals.metrics import named
from evals.types import Case, Metric, Sample, Score
from tests.fakes.evaluation import SHELF, abstention, answer, say

pytestmark = pytest.mark.slow

NAMES = ("exact_match", "token_f1", "rouge_l")


def score(name: str, said: Answer, *answers: str, answerable: bool | None = None) -> Score:
    metric = named(name)
    assert isinstance(metric, Metric)
    sample = Sample(id="1", question="q", answers=answers, answerable=answerable)
    return metric.score(Case(sample=sample, answer=said, papers=SHELF.get))


def value(name: str, text: str, *answers: str) -> float | None:
    return score(name, answer(say(text, "ant")), *answers).value


@pytest.mark.parametrize(
    ("text", "right", "expected"),
    [
        ("The Barn Owl.", "barn owl", 1),
        ("A barn\n owl", "an owl of the barn", 0),
        ("the", "a", 1),
        ("", "owl", 0),
        ("theory", "ory", 0),
    ],
)
def test_exact_match_after_squads_normalisation(text: str, right: str, expected: float) -> None:
    assert value("exact_match", text, right) == expected


@pytest.mark.parametrize(
    ("text", "right", "expected"),
    [
        ("The barn owl hunts voles", "barn owl", 2 * (2 / 4) * 1 / (2 / 4 + 1)),  # two of four words, and both wanted
        ("owl owl owl", "owl and owl", 2 * 2 / 6),  # a word counts as often as the other side has it
        ("voles", "owl", 0),
        ("the", "a", 1),  # nothing is left on either side
        ("the", "owl", 0),
    ],
)
def test_token_f1(text: str, right: str, expected: float) -> None:
    assert value("token_f1", text, right) == pytest.approx(expected)


def test_rouge_l_by_hand() -> None:
    # The longest common subsequence of "police killed the gunman" and "police kill the gunman" has 3 words of 4 and 4.
    assert value("rouge_l", "Police killed the gunman.", "police kill the gunman") == 0.75
    # "the gunman kill police": 2 of 4 and 4.
    assert value("rouge_l", "the gunman kill police", "police kill the gunman") == 0.5


WORDS = st.lists(st.sampled_from("Owls hunt, voles the in 3.5 é".split()), max_size=12).map(" ".join)
TEXTS = st.one_of(WORDS, st.text())


@settings(deadline=None)  # the first one loads what it compares
@given(TEXTS, TEXTS)
@example("Ünder the 3.5-fold löwer É", "under the 3 5 fold lower e")
@example("İstanbul is large", "istanbul is large")
@example("", "")
def test_rouge_l_is_that_of_the_package_rouge_score(said: str, right: str) -> None:
    from rouge_score.rouge_scorer import RougeScorer

    expected = RougeScorer(["rougeL"], use_stemmer=False).score(right, said)["rougeL"].fmeasure
    assert value("rouge_l", said, right) == pytest.approx(expected, abs=1e-12)


@settings(deadline=None)  # the first one loads what it compares
@given(TEXTS, TEXTS)
def test_between_0_and_1_and_the_same_both_ways(said: str, right: str) -> None:
    for name in NAMES:
        one, other = value(name, said, right), value(name, right, said)
        assert one is not None
        assert 0 <= one <= 1
        assert one == pytest.approx(other)


@given(WORDS)
def test_an_answer_that_is_right_word_for_word(right: str) -> None:
    assert value("exact_match", right, right) == 1
    assert value("token_f1", right, right) == 1


@pytest.mark.parametrize("name", NAMES)
class TestAll:
    def test_the_best_of_the_right_answers_counts(self, name: str) -> None:
        found = score(name, answer(say("barn owl")), "eagle owl", "Barn owl", "voles")
        assert found == Score(value=1, answer="barn owl", explanation="nearest: Barn owl")

    def test_all_statements_are_the_answer_without_markers(self, name: str) -> None:
        assert score(name, answer(say("Barn", "ant"), say("owl", "bee")), "barn owl").value == 1

    def test_of_a_list_the_names_alone_are_the_answer(self, name: str) -> None:
        listed = answer(say("Which owls hunt? barn owl"), say("Which owls hunt? eagle owl"))
        assert score(name, replace(listed, question="Which owls hunt?"), "barn owl eagle owl").value == 1

    @pytest.mark.parametrize("answerable", [True, None])
    def test_an_abstention_where_there_is_an_answer_is_0(self, name: str, answerable: bool | None) -> None:
        assert score(name, abstention("barn owl"), "barn owl", answerable=answerable).value == 0

    def test_does_not_apply_without_an_answer(self, name: str) -> None:
        assert score(name, answer(say("s"))).value is None
        assert score(name, answer(say("s")), "barn owl", answerable=False).value is None
        assert score(name, abstention(), answerable=False).value is None


class TestStrEm:
    def of(self, text: str, *facts: tuple[str, ...]) -> Score:
        metric = named("alce_str_em")
        assert isinstance(metric, Metric)
        sample = Sample(id="1", question="q", facts=facts)
        return metric.score(Case(sample=sample, answer=answer(say(text, "ant")), papers=SHELF.get))

    def test_share_of_facts_with_a_wording_in_the_answer(self) -> None:
        found = self.of("It is the Barn-Owl.", ("eagle", "a barnowl"), ("voles",))
        assert found == Score(value=0.5, explanation="missing: voles")

    def test_it_knows_no_borders_where_facts_stated_does(self) -> None:
        assert self.of("15 owls", ("5",)).value == 1
        assert self.of("15 owls", ("1.5",)).value == 1

    def test_a_wording_without_words_is_in_nothing(self) -> None:
        assert self.of("the owls", ("the", "!")).value == 0

    def test_an_abstention_states_nothing_and_no_facts_need_not_be_stated(self) -> None:
        metric = named("alce_str_em")
        assert isinstance(metric, Metric)
        sample = Sample(id="1", question="q", facts=(("owl",),))
        assert metric.score(Case(sample=sample, answer=abstention("owl"), papers=SHELF.get)).value == 0
        assert self.of("owl").value is None
