import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.facts import states


@pytest.mark.parametrize(
    ("text", "wording"),
    [
        ("It gains 14.66 points.", "14.66"),
        ("It gains 5.", "5"),
        ("It gains (5), no more.", "5"),
        ("Between 3-5 layers", "5"),
        ("Between 3-5 layers", "3"),
        ("Between 3%-5% of them", "5%"),
        ("Between 3--5 layers", "5"),
        ("Between 3\u20135 layers", "3-5"),
        ("It gains 5 %.", "5%"),
        ("It gains 5\\% there.", "5%"),
        ("It gains 5%.", "5\\%"),
        ("with 1,210 videos", "1210"),
        ("with 1210 videos", "1,210"),
        ("with 1,234,567 videos", "1234567"),
        ("p<.05 holds", "0.05"),
        ("a change of \u22125 points", "-5"),
        ("10\u2075 papers", "10^5"),
        ("gains\u20145 points\u2014of F1", "5"),
        ("a 4-bit model", "4 bit"),
        ("State-of-the-art results", "state of the art"),
        ("state of the art results", "State\u2011of\u2011the\u2011Art"),
        ("in a k-nearest\n  neighbours graph", "k-nearest neighbours"),
        ("several improvements", "improvement"),
        ("na\u00efve Bayes", "naive"),
        ("the \ufb01rst of them", "first"),
        ("20\u00d7 faster", "20x"),
        ("co\u00adoperation", "cooperation"),
        ("the model\u2019s size", "model's"),
        ("on COUNTERFACT and zsRE", "counterfact"),
        ("uses C++ here", "C++"),
    ],
)
def test_states(text: str, wording: str) -> None:
    assert states(text, [wording])


@pytest.mark.parametrize(
    ("text", "wording"),
    [
        ("It gains 15.", "5"),
        ("It gains 51.", "5"),
        ("It gains 5.2.", "5"),
        ("It gains 1.5.", "5"),
        ("It gains 5,000.", "5"),
        ("It gains 2,5 in places.", "5"),
        ("10\u2075 papers", "105"),
        ("10^5 papers", "5"),
        ("10\u207b\u2075 papers", "5"),
        ("5k papers", "5"),
        ("as T5 does", "5"),
        ("as GPT-5 does", "5"),
        ("as GPT-4o does", "GPT-4"),
        ("as GPT-41 does", "GPT-4"),
        ("a change of -5 points", "5"),
        ("(-5 points)", "5"),
        ("r=\u22120.5 in all", "0.5"),
        ("in [-0.5, 0.3]", "0.5"),
        ("about ~-5 points", "5"),
        ("between 3-5 layers", "-5"),
        ("an unsupervised method", "supervised"),
        ("It gains 0.50.", "0.5"),
        ("", "5"),
        ("anything", " \u200b "),
    ],
)
def test_does_not_state(text: str, wording: str) -> None:
    assert not states(text, [wording])


def test_any_wording_will_do() -> None:
    assert states("It is 20 times faster.", ["20x", "20 times"])
    assert not states("It is faster.", ["20x", "20 times"])
    assert not states("It is faster.", [])


@given(st.integers(0, 10**7), st.integers(0, 10**7))
def test_a_number_is_found_only_as_itself(asked: int, written: int) -> None:
    assert states(f"It reaches {written} in all.", [str(asked)]) == (asked == written)
    assert states(f"It reaches {written:,} in all.", [str(asked)]) == (asked == written)


@given(st.text(), st.text())
def test_any_text_can_be_looked_for_in_any_text(text: str, wording: str) -> None:
    assert states(text, [wording]) in {True, False}


@given(st.lists(st.from_regex(r"[a-z]{1,8}|[0-9]{1,4}", fullmatch=True), min_size=1, max_size=5))
def test_a_text_states_its_own_words(words: list[str]) -> None:
    text = " ".join(words)
    assert states(f"So {text}, it says.", [text.upper()])
