"""Jobs that keep papers by a cut, with an embedding model of which any two texts have a cosine of 0.7 and more."""

from collections.abc import Iterator

import pytest

from assistant.drafts import document_of
from assistant.jobs.ask import AskParts
from assistant.jobs.coverage import coverage
from assistant.jobs.plan import planned
from assistant.types import Assignment
from tests.fakes.distorted import DistortedEmbedder
from tests.fakes.papers import open_parts
from vectorstore.embed import EmbeddedModel

DIALOGUE = {"orbin2021lantern", "malk2022quillgraph", "lindqvist2023survey"}


@pytest.fixture(scope="module")
def parts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AskParts]:
    embedder = DistortedEmbedder(EmbeddedModel(), common=0.7)
    with open_parts(tmp_path_factory.mktemp("other"), embedder=embedder) as opened:
        yield opened


def test_a_draft_is_planned_from_the_papers_on_the_topic(parts: AskParts) -> None:
    relevant = set(planned(Assignment(topic="dialogue memory"), parts).relevant)
    assert relevant >= DIALOGUE
    assert len(relevant - DIALOGUE) <= 2


def test_nothing_is_planned_on_a_topic_of_which_the_library_holds_nothing(parts: AskParts) -> None:
    assert planned(Assignment(topic="Italian cooking"), parts).outline.sections == ()


def test_of_a_draft_on_something_else_nothing_is_missed(parts: AskParts) -> None:
    text = "# Fresh pasta\n\nFresh pasta dough is made of flour and eggs, and it rests before it is rolled out.\n"
    assert coverage(document_of(text, name="d.md", markup="markdown"), parts).uncited == ()
