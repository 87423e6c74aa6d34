from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.library.blocking import blocking_keys
from assistant.library.sameness.judging import Verdict, judge
from assistant.library.sameness.works import Work
from assistant.types import Record
from tests.fakes.duplicates import CASES, Outcome, paper
from tests.fakes.shelf import any_records

_IDS = [f"{outcome}: {name}" for name, _, _, outcome in CASES]
_PAIRS = [case[1:] for case in CASES]


@pytest.mark.parametrize(("one", "other", "outcome"), _PAIRS, ids=_IDS)
class TestHardPairs:
    def test_outcome(self, one: Record, other: Record, outcome: Outcome) -> None:
        verdict = judge(Work(one), Work(other))
        assert verdict.outcome == outcome, verdict
        assert bool(verdict.why) == (outcome != "different")

    def test_the_order_makes_no_difference(self, one: Record, other: Record, outcome: Outcome) -> None:
        assert judge(Work(one), Work(other)) == judge(Work(other), Work(one))

    def test_they_are_looked_up_together(self, one: Record, other: Record, outcome: Outcome) -> None:
        if outcome != "different":
            assert set(blocking_keys(one)) & set(blocking_keys(other))


_word = st.sampled_from("owls hearing dark woods feathers sound winter mice flight map brain prey nest moon".split())
_titles = st.lists(_word, min_size=5, max_size=9, unique=True).map(" ".join)
_spellings = st.sampled_from(
    [
        str.upper,
        str.title,
        lambda title: title + ".",
        lambda title: f"[{title}]",
        lambda title: f"{{{title.title()}}}",
        lambda title: title.replace("o", "ö"),
        lambda title: title.replace("o", r"{\"o}"),
        lambda title: title.replace("o", "o\u0308"),
        lambda title: title.replace("o", "&ouml;"),
        lambda title: title.replace("e", r"\'e"),
        lambda title: title.replace(" ", "-", 1),
        lambda title: title.replace(" ", "  \n"),
        lambda title: f"<b>{title}</b>",
        lambda title: rf"\textit{{{title}}}",
    ]
)


class TestAnyTitle:
    @given(title=_titles, one=_spellings, other=_spellings)
    def test_case_accents_and_markup_make_no_difference(
        self, title: str, one: Callable[[str], str], other: Callable[[str], str]
    ) -> None:
        verdict = judge(Work(paper(one(title))), Work(paper(other(title))))
        assert verdict == Verdict(outcome="same", why="same title, authors and year", rank=3)

    @given(title=_titles, rest=_titles, mark=st.sampled_from([": ", " - ", " – ", "—", "? ", ". "]))
    def test_nor_does_a_subtitle(self, title: str, rest: str, mark: str) -> None:
        whole = paper(title + mark + rest)
        assert judge(Work(whole), Work(paper(title))).outcome == "same"
        assert judge(Work(whole), Work(paper(f"{title}: {rest}"))).outcome == "same"


@given(one=any_records, other=any_records)
def test_any_two_records(one: Record, other: Record) -> None:
    assert judge(Work(one), Work(other)) == judge(Work(other), Work(one))
