import json
import sys
from pathlib import Path

import pytest

from assistant.cli.marking import best_sentence, marked
from tests.conftest import Run
from tests.fakes.classifier import classifier

QUERY = "late interaction of query and document"


@pytest.fixture(scope="module")
def cross_encoder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cross-encoder that likes texts made of the query's words, of the few words that it knows."""
    return classifier(tmp_path_factory.mktemp("models") / "tiny", ["relevance"], support=0, against=None)


def test_a_passage_is_a_title_a_byline_and_the_sentence_that_says_it(run: Run, sample_library: Path) -> None:
    ended = run("search", QUERY, "-k", "1", "--library", sample_library)
    title, byline, sentence, empty = ended.out.split("\n")[:4]
    assert title.startswith("1. ColBERT: ")
    assert byline == "   Khattab, Zaharia 2020 [khattab2020colbert]"
    assert "late interaction" in sentence.lower()
    assert sentence.startswith("   ")
    assert empty == ""
    assert "\x1b" not in ended.out


def test_words_of_the_query_are_bold_on_a_terminal_only(
    run: Run, sample_library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    plain = run("search", "documents", "-k", "1", "--library", sample_library).out
    monkeypatch.setattr(type(sys.stdout), "isatty", lambda _: True, raising=False)
    assert marked("A Document, documented.", "documents") == "A \x1b[1mDocument\x1b[22m, \x1b[1mdocumented\x1b[22m."
    assert "\x1b[1m" in run("search", "documents", "-k", "1", "--library", sample_library).out
    for name, value in (("NO_COLOR", "1"), ("TERM", "dumb")):
        with monkeypatch.context() as patch:
            patch.setenv(name, value)
            assert marked("A document.", "documents") == "A document."
    assert "\x1b" not in plain


def test_the_best_sentence() -> None:
    text = "Owls sleep. Bees dance for flowers. Owls hunt bees."
    for query, wanted in (("dancing bee", "Bees dance for flowers."), ("whales", "Owls sleep."), ("", "Owls sleep.")):
        start, end = best_sentence(text, query)
        assert text[start:end] == wanted
    assert best_sentence("", "owls") == (0, 0)


def test_scores_are_explained(run: Run, sample_library: Path) -> None:
    ended = run("search", QUERY, "-k", "3", "--explain", "--library", sample_library)
    table = ended.out[ended.out.index("  #") :].splitlines()
    names = table[0].split()
    assert names[:2] == ["#", "score"]
    assert names[-1] == "key"
    assert {"dense", "lexical"} <= set(names)
    assert not {"rerank", "fused"} & set(names)
    assert max(map(len, table)) <= 80
    starts = {line.index(line.split()[-1]) for line in table}
    assert len(starts) == 1, "the keys stand below one another"
    assert [line.split()[0] for line in table[1:4]] == ["1", "2", "3"]
    assert "(#1)" in table[1]
    lexical = run("search", QUERY, "-k", "3", "--explain", "--mode", "lexical", "--library", sample_library).out
    assert "dense" not in lexical[lexical.index("  #") :].splitlines()[0]


def test_a_reranker_s_scores_beside_the_fused_ones(run: Run, sample_library: Path, cross_encoder: Path) -> None:
    ended = run("search", QUERY, "-k", "3", "--explain", "--rerank", cross_encoder, "--library", sample_library)
    assert {"fused", "rerank"} <= set(ended.out[ended.out.index("  #") :].splitlines()[0].split())


def test_a_reranker_has_the_first_passages_in_its_order(run: Run, sample_library: Path, cross_encoder: Path) -> None:
    found = json.loads(
        run("search", QUERY, "-k", "60", "--rerank", cross_encoder, "--library", sample_library, "--json").out
    )["passages"]
    given = [one["scores"]["rerank"] for one in found]
    assert None not in given[:42]
    assert given == sorted(given, reverse=True)
    assert [one["score"] for one in found] == pytest.approx(given, abs=1e-5)
    plain = json.loads(run("search", QUERY, "-k", "60", "--library", sample_library, "--json").out)["passages"]
    assert {one["chunk"] for one in plain} == {one["chunk"] for one in found}
    assert {one["scores"]["rerank"] for one in plain} == {None}


def test_the_reranker_of_the_config_file_and_none(
    run: Run, sample_library: Path, cross_encoder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = tmp_path / "config.toml"
    config.write_text(f"rerank = {json.dumps(str(cross_encoder))}\n")
    monkeypatch.setenv("CITEWELL_CONFIG", str(config))

    def rerank_of(*options: str) -> object:
        ended = run("search", QUERY, "-k", "1", *options, "--library", sample_library, "--json")
        return json.loads(ended.out)["passages"][0]["scores"]["rerank"]

    assert isinstance(rerank_of(), float)
    assert rerank_of("--rerank", "none") is None


@pytest.mark.parametrize("command", [["search", "owls"], ["ask", "What do owls hunt?"], ["related-work", "owls"]])
def test_a_reranker_that_cannot_be_used(run: Run, sample_library: Path, tmp_path: Path, command: list[str]) -> None:
    ended = run(*command, "--rerank", tmp_path / "none", "--library", sample_library)
    assert (ended.code, ended.out) == (2, "")
    assert "There is no folder" in ended.err


def test_a_reranker_that_fails(run: Run, sample_library: Path, cross_encoder: Path) -> None:
    ended = run("search", "owls " * 100, "--rerank", cross_encoder, "--library", sample_library)
    assert (ended.code, ended.out) == (3, "")
    assert "too long for onnx:tiny@" in ended.err


def test_asking_with_a_reranker(run: Run, sample_library: Path, cross_encoder: Path) -> None:
    ended = run("ask", "How does ColBERT encode queries?", "--rerank", cross_encoder, "--library", sample_library)
    assert ended.code == 0
    assert "khattab2020colbert" in ended.out
