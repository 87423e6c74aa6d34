import pytest

from assistant.types import Citation, Statement, Verdict
from assistant.writing.copying import without_copies
from tests.fakes.papers import paper

COPIED = "Tide gauges of brass float near twelve harbours and measure the sea by night."
PAPERS = [
    paper(
        "li2001",
        "Gauges: Tides of the Sea",
        f"Harbours are deep. {COPIED} Storms are rare.",
        by="Li, B; Wu, C",
        year=2001,
    ),
    paper("sund2020", "Facets", "Facets weigh embeddings.", by="Sund, Per", year=2020),
]


def said(text: str, *, quoted: bool = False) -> Statement:
    citations = (Citation(key="li2001", quote="Harbours", start=0, end=8),)
    return Statement(
        text=text, citations=citations, verdict=Verdict(label="supported", score=1.0, judge="fake-1"), quoted=quoted
    )


@pytest.mark.parametrize(
    "text",
    [
        COPIED,
        f"Moreover, {COPIED[0].lower()}{COPIED[1:]}",
        "tide gauges  of brass float near twelve harbours and measure the sea",
        f"Harbours are deep. {COPIED}",
        "Gauges: Tides of the Sea.",
        '"Tide gauges" of brass -- float near twelve harbours, and measure the sea by night."',
    ],
)
def test_what_is_copied_is_left_out_with_the_reason(text: str) -> None:
    own = said("Gauges of brass are set afloat in harbours.")
    kept, (dropped,) = without_copies([said(text), own], PAPERS)
    assert kept == [own]
    assert dropped.text == text
    assert dropped.reason == "it is copied word for word from li2001, without quotation marks"
    assert dropped.cited == ("li2001",)
    assert dropped.verdict is not None


@pytest.mark.parametrize(
    "statement",
    [
        said(f"Li and Wu (2001) write that {COPIED[0].lower()}{COPIED[1:]}"),
        said(f"Li and Wu (2001) write: “{COPIED}”", quoted=True),
        said(COPIED, quoted=True),
        said("Harbours are deep."),
        said("Tide gauges of brass float near twelve harbours, which measures the sea by night."),
        said("Brass ones float near twelve harbours and measure the sea by night."),
        said("In the words of one of the older studies, tide gauges of brass float near twelve harbours."),
    ],
)
def test_what_says_whose_words_they_are_or_has_its_own_stays(statement: Statement) -> None:
    assert without_copies([statement], PAPERS) == ([statement], [])
