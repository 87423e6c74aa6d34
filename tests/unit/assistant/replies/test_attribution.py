import pytest

from assistant.replies.attribution import others_called, without_attribution
from tests.fakes.papers import BY_KEY, paper

LANTERN = BY_KEY["orbin2021lantern"]
QUILL = BY_KEY["malk2022quillgraph"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Orbin et al. (2021) propose a memory.", "propose a memory."),
        ("Orbin et al. propose a memory.", "propose a memory."),
        ("Orbin et al., 2021 propose a memory.", "propose a memory."),
        ("Orbin, Malk and Sund (2021) propose a memory.", "propose a memory."),
        ("Orbin, Malk, and Sund propose a memory.", "propose a memory."),
        ("Orbin and colleagues propose a memory.", "propose a memory."),
        ("Orbin (2021a) proposes a memory.", "proposes a memory."),
        ("In 2021, Orbin et al. proposed a memory.", "proposed a memory."),
        ("Orbin et al.'s memory replays.", "memory replays."),
        ("A memory (Orbin et al., 2021) replays.", "A memory ( ) replays."),
    ],
)
def test_names_and_years_of_the_paper_are_left_out(text: str, expected: str) -> None:
    assert without_attribution(text, [LANTERN]) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Orbin proposes a memory.",
        "Kranz et al. (2021) propose a memory.",
        "Recall rises by 2021 points.",
        "In 2021, memories were flat.",
        "Sundays are quiet, Malkovich et al. say.",
    ],
)
def test_the_rest_stays(text: str) -> None:
    assert without_attribution(text, [LANTERN]) == text


def test_another_year_stays_to_be_checked() -> None:
    assert without_attribution("Orbin et al. (2019) propose a memory.", [LANTERN]) == "(2019) propose a memory."


def test_each_paper_is_left_out() -> None:
    text = "Orbin et al. (2021) replay while Malk and Terrell (2022) draw."
    assert without_attribution(text, [LANTERN, QUILL]) == "replay while draw."


def test_of_two_papers_by_the_same_people_each_loses_its_own_year() -> None:
    later = paper("orbin2023later", "Later Lanterns", by="Orbin, Tessa; Sund, Per", year=2023)
    text = "Both Orbin et al. (2021) and Orbin et al. (2023) replay, and Orbin et al. (2019) does not."
    for order in ([LANTERN, later], [later, LANTERN]):
        assert without_attribution(text, order) == "Both and replay, and (2019) does not."


def test_papers_without_authors_or_year() -> None:
    nameless = paper("x", "A Title", "Text.")
    undated = paper("y", "A Title", "Text.", by="Orbin, Tessa; Malk, Ivo")
    assert without_attribution("Orbin et al. (2021) replay.", [nameless]) == "Orbin et al. (2021) replay."
    assert without_attribution("Orbin and Malk (2021) replay.", [undated]) == "(2021) replay."


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Zander et al. agree with Orbin et al. and Zander, et al", ("Zander",)),
        ("Garcia et al. and van der Berg et al. agree.", ()),
        ("In vivo et al", ()),
        ("Nobody is called.", ()),
    ],
)
def test_others_are_people_who_wrote_none_of_the_papers(text: str, names: tuple[str, ...]) -> None:
    papers = [paper("a", "A", by="Orbin, Tessa; García, Ana"), paper("b", "B", by="van der Berg, Jo")]
    assert others_called(text, papers) == names


def test_an_author_without_a_family_name_calls_nobody() -> None:
    assert without_attribution("It works et al. in 2021", [paper("a", "A", by=", Tessa", year=2021)]).startswith("It")
