from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from assistant.cli.conversation import Conversation
from assistant.cli.showing import View
from assistant.library.ingest import add_records
from assistant.library.store import Library
from assistant.llm import ChatModel, ModelChoice
from assistant.text import content_stems, numbers
from assistant.types import Label
from assistant.wiring import Assistant
from prompts import Prompts
from tests.fakes.embedder import HashEmbedder
from tests.fakes.judge import FakeJudge
from tests.fakes.papers import PAPERS
from vectorstore.chunk import chunk_paper

Say = Callable[..., tuple[str, str]]


def by_words(statement: str, evidence: Sequence[str]) -> Label:
    """Supported when the evidence has every number and most words of the statement."""
    text = "\n".join(evidence)
    wanted = set(content_stems(statement))
    has_most = len(wanted & set(content_stems(text))) >= 0.6 * len(wanted)
    return "supported" if has_most and numbers(statement) <= numbers(text) else "unsupported"


@pytest.fixture
def assistant(tmp_path: Path) -> Iterator[Assistant]:
    library = Library(tmp_path / "library", chunker=chunk_paper)
    choice = ModelChoice(name="embedded", why="a test")
    with Assistant(library, embedder=HashEmbedder(), prompts=Prompts(), choice=choice) as made:
        made._judge = FakeJudge(by_words)
        add_records(library, [paper.record for paper in PAPERS])
        yield made


@pytest.fixture
def answered_by(assistant: Assistant) -> Callable[[ChatModel], ChatModel]:
    """Has a model answer."""

    def use(model: ChatModel) -> ChatModel:
        assistant.choice = ModelChoice(name=model.name, why="a test")
        assistant._model = model
        return model

    return use


@pytest.fixture
def say(assistant: Assistant, capsys: pytest.CaptureFixture[str]) -> Say:
    """A conversation of these lines; what came out on stdout and on stderr."""

    def say(*lines: str, local: bool = False, session: int | None = None, view: View | None = None) -> tuple[str, str]:
        conversation = Conversation(assistant, local=local, view=view)
        if session is not None:
            conversation.resume(session)
        left = iter(lines)
        conversation.run(lambda: next(left, None))
        captured = capsys.readouterr()
        return captured.out, captured.err

    return say
