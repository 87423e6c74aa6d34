from dataclasses import replace

import pytest

from assistant.auditing.versions import is_withdrawn, years_of_preprint, years_said
from tests.fakes.papers import paper

PAPER = paper("mott2021owls", "Owls that Hunt at Night", by="Mott, Ida; Li, Bo", year=2021)
PAPER = replace(PAPER, record=replace(PAPER.record, venue="Birds", arxiv_id="1912.00001"))


@pytest.mark.parametrize(
    ("title", "is_it"),
    [
        ("RETRACTED: Owls", True),
        ("[Retracted] Owls", True),
        ("Retracted article: Owls", True),
        ("WITHDRAWN: Owls", True),
        ("Retracted Papers and Who Cites Them", False),
        ("Removed sludge: a study", False),
        ("Owls", False),
    ],
)
def test_what_was_withdrawn_says_so_in_its_title(title: str, is_it: bool) -> None:
    assert is_withdrawn(paper("k", title)) is is_it


def test_years_by_which_a_preprint_may_be_called() -> None:
    preprint = replace(PAPER.record, venue="arXiv", year=2020)
    assert years_of_preprint(PAPER, [preprint]) == {2019, 2020}
    assert years_of_preprint(PAPER, [replace(PAPER.record, year=2018)]) == {2019}
    assert years_of_preprint(replace(PAPER, record=replace(PAPER.record, year=None)), [preprint]) == frozenset()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Mott et al. (2019) hear owls.", ["2019"]),
        ("Owls hear (Mott and Li, 2019).", ["2019"]),
        ("Mott & Li~(2019) hear owls, and Mott's (2019) too.", ["2019", "2019"]),
        ("Mott hears owls. In 2019 it rained.", []),
        ("Mott (2021) and Mott (2019b) hear.", []),
        ("Mottram (2019) hears.", []),
    ],
)
def test_years_beside_the_first_author(text: str, found: list[str]) -> None:
    places = years_said(text, 0, len(text), PAPER, frozenset({2019}), [])
    assert [text[start:end] for start, end in places] == found


def test_not_when_somebody_else_of_that_name_is_cited() -> None:
    other = paper("other", "Mice", by="Roe, Jo; Mott, Al")
    assert list(years_said("Mott et al. (2019)", 0, 18, PAPER, frozenset({2019}), [other])) == []
