from collections.abc import Iterator

import pytest

from assistant.jobs.ask import AskParts
from assistant.planning.acronyms import spelled_by_library
from assistant.types import Filter
from tests.fakes.papers import open_parts, paper

PAPERS = [
    paper("a2020", "Owls at night", "Barn owl pellet analysis (BOPA) tells what owls eat."),
    paper("b2021", "More owls", "We use barn owl pellet analysis (BOPA) in two valleys."),
    paper("c2022", "Boats", "Bay of Palma anchorage (BOPA) rules for small boats."),
    paper("d2023", "Tides", "Sediment moves with the tide."),
]


@pytest.fixture(scope="module")
def parts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AskParts]:
    with open_parts(tmp_path_factory.mktemp("acronyms") / "library", papers=PAPERS) as opened:
        yield opened


@pytest.mark.parametrize(
    ("topic", "spelled"),
    [
        ("BOPA", "barn owl pellet analysis"),
        ("bopa", "barn owl pellet analysis"),
        ("BOPA in dry valleys", "barn owl pellet analysis in dry valleys"),
        ("bopa in dry valleys", "bopa in dry valleys"),
        ("tides", "tides"),
        ("TIDES and XYZ", "TIDES and XYZ"),
        ("", ""),
    ],
)
def test_short_forms_are_spelled_as_most_papers_do(topic: str, spelled: str, parts: AskParts) -> None:
    assert spelled_by_library(topic, search=parts.search, lookup=parts.lookup, where=Filter()) == spelled
