"""Ten thousand replies of a model that misbehaves: what reaches the reader keeps the promise all the same."""

import random
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

import pytest

from assistant.jobs.ask import AskParts, ask
from assistant.judges.embedded import EmbeddedJudge
from assistant.shapes import answer_from_json, answer_to_json
from assistant.text import fold
from assistant.types import Answer, Checking, Event, Filter, Label, Statement, Verdict
from assistant.verify import Judge
from prompts import Prompts
from tests.fakes.babbler import Babbler
from tests.fakes.embedder import HashEmbedder
from tests.fakes.papers import PAPERS, bank, exact, found
from vectorstore.types import Passage, Vectors

REPLIES = 10_000
REALLY_JUDGED = 1_000
HELD = PAPERS[:6]
"""What the library holds."""
BY_KEY = {one.key: one for one in HELD}
SENTENCES = [sentence.text for sentence in bank(PAPERS).sentences]
"""Some of them stand in papers that the library does not hold."""
QUESTION = "How do Lantern and QuillGraph store a dialogue memory of old conversations?"
SHOWN = {"supported", "partly"}


class RememberingEmbedder(HashEmbedder):
    """Hashes each text once."""

    def __init__(self) -> None:
        super().__init__()
        self._vector = lru_cache(maxsize=50_000)(super()._vector)

    def embed_query(self, text: str) -> Vectors:
        return self._vector(text)


class RashJudge:
    """Says anything, the same of the same."""

    name = "rash-1"

    def judge(self, statement: str, evidence: Sequence[str]) -> Verdict:
        draw = random.Random(f"{statement}|{len(evidence)}")  # noqa: S311 - because it must say the same again
        labels: tuple[Label, ...] = ("supported", "supported", "partly", "unsupported", "contradicted", "unverifiable")
        return Verdict(label=draw.choice(labels), score=round(draw.random(), 3), judge=self.name, reason="it feels so")


def parts_with(judge: Judge, embedder: HashEmbedder) -> AskParts:
    passages = [passage for one in HELD for passage in found(one).passages]

    def search(_query: object, _limit: int, _where: Filter, _mode: str) -> list[Passage]:
        return passages

    return AskParts(
        search=search,
        lookup=BY_KEY.get,
        rarity=lambda words: dict.fromkeys(words, 1.0),
        embedder=embedder,
        judge=judge,
        prompts=Prompts(),
        model=None,
    )


def assert_promise(answer: Answer, events: Sequence[Event], *, keep: bool) -> None:
    for statement in answer.statements:
        assert statement.text.strip() == statement.text != ""
        assert statement.text.isprintable()
        assert statement.verdict.label in SHOWN or keep
        assert statement.citations or keep
        keys = [one.key for one in statement.citations]
        assert len(keys) == len(set(keys))
        for one in statement.citations:
            assert exact(BY_KEY.get, one.key, one.quote, one.start, one.end, one.where)
    said = [fold(one.text) for one in answer.statements]
    assert len(said) == len(set(said))
    assert {one.key for one in answer.references} == {one.key for two in answer.statements for one in two.citations}
    assert all(one.reason for one in answer.dropped)
    account = answer.account
    assert account.written == len(answer.statements) + len(answer.dropped)
    assert account.written == (
        account.supported + account.attributed + account.rewritten + account.kept + account.dropped
    )
    assert not answer.abstained or not answer.statements or keep
    stored = answer_to_json(answer)
    again = answer_from_json(stored)
    assert answer_to_json(again) == stored
    assert [(one.text, one.citations) for one in again.statements] == [
        (one.text, one.citations) for one in answer.statements
    ]
    announced = [one for one in events if not isinstance(one, Checking)]
    passed = {one.text for one in announced if isinstance(one, Statement)}
    assert passed == {one.text for one in answer.statements}


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_whatever_a_model_writes_the_promise_holds() -> None:
    embedder = RememberingEmbedder()
    rash = parts_with(RashJudge(), embedder)
    real = parts_with(EmbeddedJudge(embedder), embedder)
    calls = seed = shown = dropped = 0
    while calls < REPLIES:
        model = Babbler(seed, SENTENCES, list(BY_KEY), writes_json=seed % 3 == 0)
        parts = real if seed % (REPLIES // REALLY_JUDGED) == 0 else rash
        keep = seed % 7 == 0
        events: list[Event] = []
        try:
            parts = replace(parts, model=model)
            answer = ask(QUESTION, parts, on_event=events.append, keep_unsupported=keep)
            assert_promise(answer, events, keep=keep)
        except Exception as error:
            error.add_note(f"seed {seed}")
            raise
        shown, dropped = shown + len(answer.statements), dropped + len(answer.dropped)
        calls += model.calls
        seed += 1
    assert shown > REPLIES / 10
    assert dropped > REPLIES / 10
