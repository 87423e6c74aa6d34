import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.budget import spending
from assistant.errors import InputError, LimitReached, UsageError
from assistant.library.opening import has_library, open_library
from assistant.library.store import Library
from assistant.llm import ModelChoice, Price
from assistant.types import Event, Filter, Limits, Skipped, Statement
from assistant.upkeep import reindex
from assistant.wiring import Assistant
from prompts import Prompts
from tests.fakes.chat import ScriptedModel
from tests.fakes.embedder import HashEmbedder
from tests.fakes.openai_server import OpenAIServer, breaks_off, says
from tests.fakes.papers import PAPERS
from vectorstore.chunk import chunk_paper

QUESTION = "How far does Lantern raise recall of past facts on TalkBack?"
TRUE = "On the TalkBack benchmark Lantern raises recall of past facts by 14.6 points over a sliding window."
RECORDS = [paper.record for paper in PAPERS]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "library"


@pytest.fixture
def assistant(folder: Path) -> Iterator[Assistant]:
    library = Library(folder, chunker=chunk_paper)
    choice = ModelChoice(name="embedded", why="a test")
    with Assistant(library, embedder=HashEmbedder(), prompts=Prompts(), choice=choice) as made:
        made.add_records(RECORDS)
        yield made


def configure(monkeypatch: pytest.MonkeyPatch, folder: Path, **settings: str | float) -> None:
    path = folder / "config.toml"
    path.write_text("".join(f"{name} = {json.dumps(value)}\n" for name, value in settings.items()))
    monkeypatch.setenv("CITEWELL_CONFIG", str(path))


class TestJobs:
    def test_add_again_embeds_nothing(self, assistant: Assistant) -> None:
        embedder = assistant.index.embedder
        assert isinstance(embedder, HashEmbedder)
        before = len(embedder.document_calls)
        assert before > 0
        report = assistant.add_records(RECORDS)
        assert (report.added, report.unchanged) == (0, len(RECORDS))
        assert len(embedder.document_calls) == before

    def test_dry_run_changes_nothing(self, folder: Path) -> None:
        library = Library(folder, chunker=chunk_paper)
        embedder = HashEmbedder()
        choice = ModelChoice(name="embedded", why="a test")
        with Assistant(library, embedder=embedder, prompts=Prompts(), choice=choice) as assistant:
            assert assistant.add_records(RECORDS, dry_run=True).added == len(RECORDS)
            assert (assistant.papers(), embedder.document_calls) == ([], [])

    def test_progress_is_told(self, folder: Path) -> None:
        library = Library(folder, chunker=chunk_paper)
        choice = ModelChoice(name="embedded", why="a test")
        told: list[tuple[int, int]] = []
        read: list[int] = []
        with Assistant(library, embedder=HashEmbedder(), prompts=Prompts(), choice=choice) as assistant:
            skipped = Skipped(source="x", line=1, reason="a test")
            assistant.add_records(
                [*RECORDS, skipped],
                on_record=read.append,
                on_progress=lambda done, total: told.append((done, total)),
            )
        assert told
        assert told[-1][0] == told[-1][1] > 0
        assert len(read) >= len(RECORDS)

    def test_add_of_what_is_not_there(self, assistant: Assistant, tmp_path: Path) -> None:
        with pytest.raises(InputError, match="nowhere"):
            assistant.add([tmp_path / "nowhere.bib"])

    def test_search(self, assistant: Assistant) -> None:
        found = assistant.search("dialogue memory that replays old conversations", 3)
        assert len(found) == 3
        assert found[0].chunk.key == "orbin2021lantern"
        only = assistant.search("dialogue memory", where=Filter(first_year=2023, last_year=2023))
        assert {one.chunk.key for one in only} <= {"lindqvist2023survey", "terrell2023manyfacet"} != set()

    def test_ask_with_a_model(self, assistant: Assistant) -> None:
        assistant._model = ScriptedModel([f"{TRUE} [1]"])
        seen: list[Event] = []
        answer = assistant.ask(QUESTION, on_event=seen.append)
        assert [one.text for one in answer.statements] == [TRUE]
        assert [one.text for one in seen if isinstance(one, Statement)] == [TRUE]
        assert answer.model == "scripted:model"

    def test_related_work(self, assistant: Assistant) -> None:
        draft = assistant.related_work("dialogue memory for agents", max_papers=3)
        assert 0 < len(draft.cited_keys) <= 3

    def test_remove_is_all_or_nothing(self, assistant: Assistant) -> None:
        with pytest.raises(UsageError, match="'nobody'"):
            assistant.remove(["orbin2021lantern", "nobody"])
        assert assistant.library.get("orbin2021lantern")
        assistant.remove(["orbin2021lantern"])
        assert assistant.library.get("orbin2021lantern") is None
        assert "orbin2021lantern" not in {one.chunk.key for one in assistant.search("Lantern dialogue memory", 20)}

    def test_retriever_plugs_into_langchain(self, assistant: Assistant) -> None:
        from langchain_core.retrievers import BaseRetriever

        retriever = assistant.retriever(k=2)
        assert isinstance(retriever, BaseRetriever)
        documents = retriever.invoke("dialogue memory that replays old conversations")
        assert len(documents) == 2
        assert documents[0].metadata["key"] == "orbin2021lantern"


class TestModel:
    def test_wrong_one_leaves_the_one_before(self, assistant: Assistant) -> None:
        assistant._model = model = ScriptedModel()
        choice = assistant.choice
        for name in ("openai:gpt", "nosuch:x", "gpt"):
            with pytest.raises(UsageError):
                assistant.use_model(name)
        assert (assistant._model, assistant.choice) == (model, choice)

    def test_another_one_answers(self, assistant: Assistant) -> None:
        with OpenAIServer(says(f"{TRUE} [1]")) as server:
            assistant.choice = ModelChoice(name="openai:a", why="a test", base_url=server.base_url)
            assistant.use_model("b")
            answer = assistant.ask(QUESTION)
        assert answer.model == "openai:b"
        assert server.requests[0].body["model"] == "b"
        assistant.use_model("embedded")
        assert assistant.ask(QUESTION).model == "embedded"

    def test_made_on_first_use_and_once(self, assistant: Assistant) -> None:
        with OpenAIServer(says(f"{TRUE} [1]")) as server:
            assistant.choice = ModelChoice(name="openai:a", why="a test", base_url=server.base_url)
            assert assistant._model is None
            assert assistant.parts.model
            first = assistant._model
            assert assistant.parts.model
            assert assistant._model is first is not None
        assert server.requests == []


class TestLimits:
    def test_hold_for_each_answer(self, assistant: Assistant) -> None:
        with OpenAIServer(says(f"{TRUE} [1]")) as server:
            assistant.choice = ModelChoice(name="openai:a", why="a test", base_url=server.base_url)
            assistant.limits = Limits(max_tokens=60)
            with pytest.raises(LimitReached, match="--max-tokens"):
                assistant.ask(QUESTION)
            assert server.requests == []
            assistant.limits = Limits(max_tokens=4_000)
            for _ in range(3):  # each answer has its own
                assert assistant.ask(QUESTION).model == "openai:a"
            assert all(request.body["max_tokens"] > 2_000 for request in server.requests)

    def test_reply_that_nobody_reads_to_its_end_counts(self, assistant: Assistant) -> None:
        with OpenAIServer(
            breaks_off(f"{TRUE} [1]. It needs 2 GB of storage for 1,210 conversations. [1] Half")
        ) as server:
            assistant.choice = ModelChoice(name="openai:a", why="a test", base_url=server.base_url)
            answer = assistant.ask(QUESTION)
        assert answer.usage.prompt > 100
        assert answer.usage.completion > 10

    def test_hold_for_a_draft(self, assistant: Assistant) -> None:
        with OpenAIServer(says(f"{TRUE} [1]")) as server:
            assistant.choice = ModelChoice(name="openai:a", why="a test", base_url=server.base_url)
            assistant.limits = Limits(max_tokens=60)
            with pytest.raises(LimitReached):
                assistant.related_work("dialogue memory for agents")
        assert server.requests == []

    def test_do_not_touch_quotes(self, assistant: Assistant) -> None:
        assistant.limits = Limits(max_tokens=1, max_usd=0.000001, timeout=0.000001)
        assert assistant.ask(QUESTION).statements

    def test_given_ones_go_before_configured_ones(
        self, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        configure(monkeypatch, tmp_path, max_tokens=100, timeout=9, judge="yes-no:llm")
        with Assistant.open(folder) as opened:
            assert opened.limits == Limits(max_tokens=100, timeout=9)
        with Assistant.open(folder, limits=Limits(max_tokens=200, max_usd=0.5)) as opened:
            assert opened.limits == Limits(max_tokens=200, max_usd=0.5, timeout=9)

    def test_price_of_a_model_that_was_given(self, assistant: Assistant, tmp_path: Path) -> None:
        assistant.choice = ModelChoice(name="openai:gpt-5-mini", why="a test")
        assistant._model = ScriptedModel([f"{TRUE} [1]"], name="openai:gpt-5-mini")
        assistant.limits = Limits(max_usd=0.5)
        assert assistant.ask(QUESTION).statements
        assistant.choice = ModelChoice(name="odd:one", why="a test")
        assistant._model = ScriptedModel([f"{TRUE} [1]"], name="odd:one")
        with pytest.raises(LimitReached, match=r"What odd:one costs is not known.*/prices\.toml: \[models\]"):
            assistant.ask(QUESTION)

    def test_users_prices(self, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("OPENAI_API_KEY", "sk-x")
        configure(monkeypatch, tmp_path)
        (tmp_path / "prices.toml").write_text('[models]\n"openai:odd" = { prompt = 1, completion = 2 }\n')
        with Assistant.open(folder, model="openai:odd") as opened:
            assert opened._answering.model(opened.choice).price == Price(prompt=1, completion=2)  # type: ignore[attr-defined] - because it is LangChain's
        configure(monkeypatch, tmp_path, prices=str(tmp_path / "none.toml"))
        with Assistant.open(folder, model="openai:odd") as opened, pytest.raises(UsageError, match=r"none\.toml"):
            opened.parts  # noqa: B018 - because making them opens the model


class TestJudge:
    def test_is_chosen_by_name(self, assistant: Assistant) -> None:
        before = assistant.judge
        assert before.name.startswith("embedded-")
        assistant._model = ScriptedModel(name="a:b")
        assistant.choice = ModelChoice(name="a:b", why="a test")
        assistant.use_judge("llm")
        assert "a:b" in assistant.judge.name
        with pytest.raises(UsageError, match="no judge 'nonsense'"):
            assistant.use_judge("nonsense")
        assert "a:b" in assistant.judge.name

    def test_that_is_the_model_goes_with_it(self, assistant: Assistant) -> None:
        with OpenAIServer(says("yes")) as server:
            assistant.choice = ModelChoice(name="openai:a", why="a test", base_url=server.base_url)
            assistant.use_judge("yes-no:llm")
            assistant.use_model("b")
            assert "openai:b" in assistant.judge.name
            assistant.limits = Limits(max_tokens=250)
            with spending(assistant.limits), pytest.raises(LimitReached):
                assistant.judge.judge("A statement. " * 30, ["Evidence."])
        assert server.requests == []

    def test_needs_a_model(self, assistant: Assistant) -> None:
        with pytest.raises(UsageError, match="is the model that answers, and no chat model does"):
            assistant.use_judge("llm")
        assert assistant.judge.name.startswith("embedded-")


class TestLocal:
    def test_ends_when_it_is_closed(self, folder: Path, tmp_path: Path) -> None:
        from assistant.guards import offline

        with Assistant.open(folder, local=True) as opened:
            assert offline._guard._wanted == 1
            with pytest.raises(UsageError, match="--local refuses openai:gpt"):
                opened.use_model("openai:gpt")
        assert offline._guard._wanted == 0
        with pytest.raises(UsageError):
            Assistant.open(folder, local=True, embedding="openai:x")
        assert offline._guard._wanted == 0


class TestOpening:
    def test_folder_of_the_library(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        configure(monkeypatch, tmp_path, library=str(tmp_path / "configured"))
        Assistant.open().close()
        assert has_library()
        assert (tmp_path / "configured" / "library.db").exists()
        monkeypatch.setenv("CITEWELL_LIBRARY", str(tmp_path / "environment"))
        assert not has_library()
        Assistant.open().close()
        assert has_library(str(tmp_path / "environment"))
        Assistant.open(tmp_path / "given").close()
        assert has_library(tmp_path / "given")

    def test_platform_folder_when_nothing_is_said(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
        monkeypatch.setenv("HOME", str(tmp_path))
        Assistant.open().close()
        assert list(tmp_path.rglob("library.db"))

    def test_library_that_must_exist(self, folder: Path) -> None:
        with pytest.raises(UsageError, match="There is no library in"):
            Assistant.open(folder, must_exist=True)
        with pytest.raises(UsageError, match="There is no library in"):
            open_library(folder)
        with pytest.raises(UsageError, match="There is no library in"):
            reindex(folder)
        assert not folder.exists()

    def test_configured_model(self, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        configure(monkeypatch, tmp_path, model="qwen", base_url="http://localhost:9/v1")
        with Assistant.open(folder) as assistant:
            assert assistant.choice == ModelChoice(
                name="openai:qwen", why="set by the config file", base_url="http://localhost:9/v1"
            )
        with Assistant.open(folder, model="embedded") as assistant:
            assert assistant.choice.is_embedded

    @pytest.mark.parametrize(
        "wrong", [{"model": "gpt"}, {"prompts": "/nowhere/at/all"}, {"libary": "x"}, {"embedding": "openai:x"}]
    )
    def test_wrong_config_leaves_nothing_open(
        self, wrong: dict[str, str], folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        Assistant.open(folder).close()
        configure(monkeypatch, tmp_path, **wrong)
        with pytest.raises(UsageError):
            Assistant.open(folder, local=True)

    def test_local_refuses_a_remote_embedding_model(self, folder: Path) -> None:
        with pytest.raises(UsageError, match="--local refuses the embedding model"):
            Assistant.open(folder, embedding="openai:text-embedding-3-small", local=True)

    def test_papers_alone(self, assistant: Assistant, folder: Path) -> None:
        with open_library(folder) as library:
            assert library.count() == len(RECORDS) == len(assistant.papers())


class TestReindex:
    @pytest.mark.slow
    def test_another_embedding_model(self, assistant: Assistant, folder: Path) -> None:
        assistant.close()
        with pytest.raises(UsageError, match="citewell reindex --embedding"):
            Assistant.open(folder, embedding="embedded")
        made = reindex(folder, embedding="embedded")
        count, name = made.chunks, made.embedder
        assert count >= len(RECORDS)
        assert name.startswith("all-MiniLM-L6-v2")
        with Assistant.open(folder, model="embedded") as opened:
            assert opened.search("dialogue memory")[0].chunk.key

    def test_same_embedding_model(self, assistant: Assistant) -> None:
        before = [one.chunk.id for one in assistant.search("dialogue memory")]
        assert assistant.reindex() >= len(RECORDS)
        assert [one.chunk.id for one in assistant.search("dialogue memory")] == before


def test_asking_is_a_step_of_a_langchain_chain(assistant: Assistant) -> None:
    chain = assistant.chain() | (lambda answer: answer.question)
    assert chain.invoke("What is DIM?") == "What is DIM?"
    assert chain.invoke({"question": "What is DIM?", "where": Filter(tags=("none",))}) == "What is DIM?"
