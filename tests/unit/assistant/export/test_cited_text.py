from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.export.cited_text import Bracketed, Narrative, tokens
from assistant.types import Citation, Paper, Statement, Verdict
from tests.fakes.papers import paper

VERDICT = Verdict(label="supported", score=1.0, judge="j")
PAPERS = {
    one.key: one
    for one in (
        paper("li", "Owls", by="Li, Bo; Wu, An; Ott, Eva", year=2023),
        paper("berg", "Bees", by="Berg, Cem", year=2021),
        paper("pair", "Mice", by="Wu, An; Berg, Cem", year=2021),
        paper("dutch", "Cows", by="van Dam, Jo", year=2020),
        paper("dam", "Milk", by="Dam, Ada", year=2020),
        paper("nobody", "A Report", year=2019),
        paper("undated", "Hens", by="Hen, Una"),
        paper("hens", "More Hens", by="Hen, Una; Cock, Al; Chick, Ed"),
        paper("kay1", "Ants", by="Kay, Al", year=2018),
        paper("kay2", "More Ants", by="Kay, Al", year=2018),
    )
}


def said(text: str, *keys: str, papers: dict[str, Paper] = PAPERS) -> str:
    """The tokens in one line: `<li>` for a narrative citation, `[a; b]` for a bracket."""
    citations = tuple(Citation(key=key, quote="q", start=0, end=1) for key in keys)
    found = tokens(Statement(text=text, citations=citations, verdict=VERDICT), papers)
    assert not any(isinstance(a, str) and isinstance(b, str) for a, b in pairwise(found))
    return "".join(map(_shown, found))


def _shown(token: str | Narrative | Bracketed) -> str:
    if isinstance(token, Narrative):
        return f"<{token.key}>"
    return f"[{'; '.join(token.keys)}]" if isinstance(token, Bracketed) else token


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Owls hunt.", "Owls hunt [a; b]."),
        ("Owls hunt", "Owls hunt [a; b]."),
        (" Owls \n hunt. ", "Owls hunt [a; b]."),
        ("Do they?", "Do they [a; b]?"),
        ("They do?!", "They do [a; b]?!"),
        ("They say: “Owls hunt.”", "They say: “Owls hunt” [a; b]."),
        ('They say: "Owls hunt."', 'They say: "Owls hunt" [a; b].'),
        ("They say: “we call it ‘hunting.’”", "They say: “we call it ‘hunting’” [a; b]."),
        ("They ask: “Do owls hunt?”", "They ask: “Do owls hunt?” [a; b]."),
        ("They call: “Owls!”", "They call: “Owls!” [a; b]."),
        ("They say: “Owls hunt ...”", "They say: “Owls hunt ...” [a; b]."),
        ("They say: “Owls hunt…”", "They say: “Owls hunt…” [a; b]."),
        ("They say: “shown by Li et al.”", "They say: “shown by Li et al.” [a; b]."),
        ("Owls hunt mice, hares, etc.", "Owls hunt mice, hares, etc. [a; b]."),
        ("Owls live in the U.S.", "Owls live in the U.S. [a; b]."),
        ("Owls hunt ...", "Owls hunt ... [a; b]."),
        ("Owls (by night.)", "Owls (by night.) [a; b]."),
        ("猫头鹰捕猎。", "猫头鹰捕猎 [a; b]。"),
        ("", "[a; b]."),
    ],
)
def test_the_bracket_stands_before_the_full_stop(text: str, shown: str) -> None:
    assert said(text, "a", "b", "a") == shown


@pytest.mark.parametrize("text", ["Nobody knows", "Who knows?", "“We know.”", ""])
def test_without_citations_the_text_stays(text: str) -> None:
    assert said(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Li et al. (2023) write: “Owls hunt.”", "<li> write: “Owls hunt.”"),
        ("Li et al. (2023) write: “Owls hunt”", "<li> write: “Owls hunt”."),
        ("Owls hunt, say Li et al. (2023).", "Owls hunt, say <li>."),
        ("See also Li et al. (2023)", "See also <li>."),
        ("Li et al. (2023) hunt, as Li et al. (2023) say.", "<li> hunt, as <li> say."),
        ("Similarly, Li et al. (2023) hunt.", "Similarly, <li> hunt."),
        ("As Li et al. (2023) say, owls hunt.", "As <li> say, owls hunt."),
        ("Owls hunt (Li et al. (2023) saw it).", "Owls hunt (<li> saw it)."),
        ("Both Li et al. (2023) and others hunt.", "Both <li> and others hunt."),
        ("Li et al. (2023)'s owls hunt.", "<li>'s owls hunt."),
    ],
)
def test_a_paper_that_the_text_names_is_cited_there(text: str, shown: str) -> None:
    assert said(text, "li") == shown


def test_papers_that_are_not_named_follow_in_brackets() -> None:
    assert said("Li et al. (2023) and Berg (2021) hunt.", "berg", "li") == "<li> and <berg> hunt."
    assert said("Like Berg (2021), owls hunt.", "li", "berg", "dam") == "Like <berg>, owls hunt [li; dam]."
    assert said("As in Berg (2021).", "li", "berg") == "As in <berg> [li]."
    assert said("Berg (2021)", "li", "berg") == "<berg> [li]."


@pytest.mark.parametrize(
    "text",
    [
        "Li et al.'s (2023) owls hunt",
        "Owls hunt, as “Li et al. (2023) say”",
        'Owls hunt, as "Li et al. (2023) say"',
        "Owls hunt, as «Li et al. (2023) say»",
        "Wu and Li et al. (2023) hunt",
        "Wu, Li et al. (2023) hunt",
        "Wu & Li et al. (2023) hunt",
        "Van Li et al. (2023) hunt",
        "Here van Li et al. (2023) hunt",
        "B. Li et al. (2023) hunt",
        "O'Li et al. (2023) hunt",
        "Wu-Li et al. (2023) hunt",
        "McLi et al. (2023) hunt",
        "Li et al. (2023a) hunt",
        "Li et al. (2022) hunt",
    ],
)
def test_what_may_be_another_paper_is_no_citation(text: str) -> None:
    close = text[-1] if text.endswith(("”", '"', "»")) else ""
    assert said(text + ".", "li") == f"{text.removesuffix(close)}{close} [li]."


def test_the_longest_name_is_meant() -> None:
    assert said("Wu and Berg (2021) hunt.", "berg", "pair") == "<pair> hunt [berg]."
    assert said("In 2020 van Dam (2020) hunts.", "dutch", "dam") == "In 2020 <dutch> hunts [dam]."
    assert said("In 2020 van Dam (2020) hunts.", "dam") == "In 2020 van Dam (2020) hunts [dam]."


def test_a_name_that_two_papers_of_the_draft_have_means_the_one_that_is_cited() -> None:
    assert said("Kay (2018) hunts.", "kay1") == "<kay1> hunts."
    assert said("Kay (2018) hunts.", "kay2", "li") == "<kay2> hunts [li]."


def test_a_name_that_may_mean_either_paper_means_none() -> None:
    assert said("Kay (2018) hunts.", "kay1", "kay2") == "Kay (2018) hunts [kay1; kay2]."
    assert said("Kay (2018) hunts, unlike Kay (2018).", "kay1") == "Kay (2018) hunts, unlike Kay (2018) [kay1]."


@pytest.mark.parametrize(("key", "name"), [("nobody", "“A Report” (2019)"), ("undated", "Hen")])
def test_without_an_author_or_a_year_the_place_is_not_sure(key: str, name: str) -> None:
    assert said(f"{name} says owls hunt.", key) == f"{name} says owls hunt [{key}]."


def test_several_authors_are_a_name_without_a_year() -> None:
    assert said("Hen et al. hunt.", "hens") == "<hens> hunt."
    assert said("Owls hunt, say Hen et al.", "hens") == "Owls hunt, say <hens>."
    for other in ("Hen et al. (2020) hunt", "Hen et al.'s (2020) owls hunt"):
        assert said(f"{other}.", "hens") == f"{other} [hens]."


def test_a_key_without_a_paper_is_still_shown() -> None:
    assert said("Owls hunt.", "gone", papers={}) == "Owls hunt [gone]."


_pieces = st.sampled_from(
    [
        "Li et al. (2023)",
        "Berg (2021)",
        "Wu and Berg (2021)",
        "van Dam (2020)",
        " ",
        ".",
        "”",
        "“",
        '"',
        "and",
        "x",
        "?",
    ]
)


@settings(max_examples=50)
@given(st.lists(_pieces, max_size=9).map("".join), st.lists(st.sampled_from(sorted(PAPERS)), unique=True, max_size=4))
def test_every_key_is_there_and_no_word_is_lost(text: str, keys: list[str]) -> None:
    citations = tuple(Citation(key=key, quote="q", start=0, end=1) for key in keys)
    found = tokens(Statement(text=text, citations=citations, verdict=VERDICT), PAPERS)
    shown = [key for one in found for key in (one.keys if isinstance(one, Bracketed) else _key(one))]
    assert set(shown) == set(keys)
    assert sum(isinstance(one, Bracketed) for one in found) <= 1
    letters = "".join(one if isinstance(one, str) else getattr(one, "text", "") for one in found)
    assert "".join(filter(str.isalnum, letters)) == "".join(filter(str.isalnum, text))


def _key(token: str | Narrative | Bracketed) -> list[str]:
    return [token.key] if isinstance(token, Narrative) else []
