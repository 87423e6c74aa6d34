from dataclasses import replace
from pathlib import Path

import pytest

from assistant.errors import UsageError
from assistant.types import Author, Paper, Record
from assistant.wiring import Assistant
from evals.systems import SystemOptions, fingerprint, open_system, ranker, system_versions, used_prompts
from evals.types import Dataset

pytestmark = pytest.mark.slow

PAPERS = tuple(
    Paper(
        key=key,
        record=Record(title=title, abstract=abstract, key=key, year=2020, authors=(Author(family="Lund"),)),
    )
    for key, title, abstract in (
        ("lund2020bees", "Honey bees and noise", "Honey bees forage 12% less near loud roads."),
        ("lund2020ants", "Ant trails in rain", "Ants leave their trails when heavy rain starts."),
    )
)
EMPTY = Dataset(name="set", sha256="0" * 64, samples=())
BRINGING = replace(EMPTY, papers=PAPERS)
EMBEDDED = SystemOptions(model="embedded")


def test_papers_of_a_data_set_get_a_library_of_their_own_and_keep_it(tmp_path: Path) -> None:
    cache = tmp_path / "cache.sqlite3"
    indexed: list[int] = []
    with open_system(EMBEDDED, BRINGING, cache=cache, on_indexed=lambda done, _total: indexed.append(done)) as first:
        assert [paper.key for paper in first.papers()] == ["lund2020bees", "lund2020ants"]
        assert not first.ask("How much less do honey bees forage near loud roads?").abstained
        assert ranker(first)("What do ants do in rain?")[0] == "lund2020ants"
    assert indexed
    indexed.clear()
    with open_system(EMBEDDED, BRINGING, cache=cache, on_indexed=lambda done, _total: indexed.append(done)) as again:
        assert len(again.papers()) == 2
    assert indexed == []


def test_other_papers_get_another_library(tmp_path: Path) -> None:
    cache = tmp_path / "cache.sqlite3"
    with open_system(EMBEDDED, BRINGING, cache=cache):
        pass
    fewer = replace(BRINGING, papers=PAPERS[:1])
    with open_system(EMBEDDED, fewer, cache=cache) as assistant:
        assert len(assistant.papers()) == 1


def test_a_library_that_is_named_is_the_one_that_is_asked(tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    with Assistant.open(mine, model="embedded") as assistant:
        assistant.add_records([PAPERS[0].record])
    with open_system(replace(EMBEDDED, library=mine), BRINGING, cache=tmp_path / "cache.sqlite3") as asked:
        assert len(asked.papers()) == 1


def test_without_papers_a_library_must_be_there(tmp_path: Path) -> None:
    options = replace(EMBEDDED, library=tmp_path / "nowhere")
    with pytest.raises(UsageError, match="citewell add"), open_system(options, EMPTY, cache=tmp_path / "c"):
        pass


def test_the_fingerprint_changes_with_the_library_and_the_model(tmp_path: Path) -> None:
    found = set()
    for model in ("embedded", "openai:m"):
        options = SystemOptions(model=model, base_url="http://127.0.0.1:9/v1" if model != "embedded" else None)
        with open_system(options, BRINGING, cache=tmp_path / "c") as assistant:
            found.add(fingerprint(assistant))
            assert fingerprint(assistant) == fingerprint(assistant)
            assistant.add_records([Record(title="A third paper", abstract="About wasps.")])
            found.add(fingerprint(assistant))
            assistant.remove([assistant.papers()[-1].key])
    assert len(found) == 4


def test_prompts_are_recorded_only_when_a_model_writes(tmp_path: Path) -> None:
    with open_system(EMBEDDED, BRINGING, cache=tmp_path / "c") as assistant:
        assert used_prompts(assistant) == {}
        assert system_versions(assistant)["system"] == "embedded"
    server = SystemOptions(model="openai:m", base_url="http://127.0.0.1:9/v1")
    with open_system(server, BRINGING, cache=tmp_path / "c") as assistant:
        assert set(used_prompts(assistant)) == {"answer", "standalone_question"}
        assert system_versions(assistant)["system"] == "openai:m http://127.0.0.1:9/v1"
