import json
import os
import re
import socket
import time
from pathlib import Path
from typing import Any

import pytest

from assistant.llm import calling
from tests.conftest import Run
from tests.fakes.openai_server import OpenAIServer, breaks_off, fails, says

QUESTION = "How does Self-RAG decide when to retrieve passages?"
UNANSWERABLE = "What boiling point does liquid helium have at sea level?"
TOPIC = "evaluating whether citations support generated text"
TRUE = "Self-RAG trains a language model to decide by itself when to retrieve."
COOKERY = "It was trained on 900 billion tokens of cookery books."
KEY = "sk-test-0123456789abcdef"


def assert_statement(statement: dict[str, Any], abstracts: dict[str, str]) -> None:
    assert {"text", "citations", "verdict", "score", "judge"} <= set(statement)
    assert statement["verdict"] in {"supported", "partly"}
    assert 0 <= statement["score"] <= 1
    assert statement["citations"]
    for one in statement["citations"]:
        assert {"key", "quote", "start", "end"} <= set(one)
        if one["where"] == "abstract":
            assert abstracts[one["key"]][one["start"] : one["end"]] == one["quote"] != ""


@pytest.fixture
def abstracts(run: Run, sample_library: Path) -> dict[str, str]:
    papers = json.loads(run("list", "--library", sample_library, "--json").out)["papers"]
    return {paper["key"]: paper["abstract"] for paper in papers}


class TestAskEmbedded:
    def test_json_has_every_field(self, run: Run, sample_library: Path, abstracts: dict[str, str]) -> None:
        ended = run("ask", QUESTION, "--library", sample_library, "--json")
        assert ended.code == 0
        answer = json.loads(ended.out)
        assert set(answer) >= {
            *("question", "standalone_question", "answer", "abstained", "reason", "statements", "dropped"),
            *("references", "model", "tokens", "usd", "seconds"),
        }
        assert (answer["question"], answer["standalone_question"]) == (QUESTION, QUESTION)
        assert (answer["abstained"], answer["model"], answer["usd"]) == (False, "embedded", 0.0)
        assert answer["tokens"] == {"prompt": 0, "completion": 0}
        assert set(answer["seconds"]) == {"retrieve", "generate", "verify", "total", "first"}
        assert answer["references"][0]["key"] == "asai2024self"
        assert set(answer["references"][0]) == {"key", "text"}
        assert "[asai2024self]" in answer["answer"]
        for statement in answer["statements"]:
            assert_statement(statement, abstracts)

    def test_words_for_a_person(self, run: Run, sample_library: Path) -> None:
        ended = run("ask", QUESTION, "--library", sample_library)
        assert ended.code == 0
        assert "[asai2024self]" in ended.out
        assert "\nReferences\n  [asai2024self] Asai, Akari" in ended.out
        model, quotes = ended.err.splitlines()
        assert model == "Model: embedded (quotes, no chat model; no model is configured)."
        assert quotes == "In the papers' own words:"

    def test_abstention(self, run: Run, sample_library: Path) -> None:
        ended = run("ask", UNANSWERABLE, "--library", sample_library)
        assert ended.code == 0
        assert ended.out.startswith("Not in your library. ")
        nearest = ended.out[ended.out.index("The nearest papers:\n") :].splitlines()[1:]
        assert len(nearest) == 3
        assert all(line.startswith("  [") for line in nearest)
        assert "own words" not in ended.err
        answer = json.loads(run("ask", UNANSWERABLE, "--library", sample_library, "--json").out)
        assert (answer["abstained"], answer["statements"], answer["references"]) == (True, [], [])
        assert answer["reason"] == answer["answer"]
        assert answer["outcome"] == "not-in-library"

    def test_filter(self, run: Run, sample_library: Path) -> None:
        ended = run("ask", QUESTION, "--author", "Lewis", "--library", sample_library, "--json")
        cited = {one["key"] for one in json.loads(ended.out)["references"]}
        assert "asai2024self" not in cited

    def test_question_from_standard_input(self, run: Run, sample_library: Path) -> None:
        ended = run("ask", "-", "--library", sample_library, "--json", stdin=QUESTION + "\n")
        assert json.loads(ended.out)["question"] == QUESTION

    @pytest.mark.parametrize("question", ["", "  ", "x" * 100_000, "why? " * 20_000], ids=["none", "blank", "x", "why"])
    def test_no_question(self, question: str, run: Run, sample_library: Path) -> None:
        ended = run("ask", "-", "--library", sample_library, stdin=question)
        assert (ended.code, ended.out) == (2, "")
        assert "question" in ended.err
        assert len(ended.err) < 400

    def test_empty_library(self, run: Run, tmp_path: Path) -> None:
        run("add", "-", "--library", tmp_path / "new", stdin=b"")
        ended = run("ask", QUESTION, "--library", tmp_path / "new")
        assert ended.code == 0
        assert "add papers" in ended.out


class TestAskModel:
    def test_answer_is_checked_and_cited(self, run: Run, sample_library: Path, abstracts: dict[str, str]) -> None:
        false = "It was trained on 900 billion tokens of cookery books [1]."
        with OpenAIServer(says(f"{TRUE[:-1]} [1]. {false}")) as server:
            options = ("--model", "tiny", "--base-url", server.base_url, "--library", sample_library, "--json")
            ended = run("ask", QUESTION, *options)
        assert ended.code == 0
        assert ended.err == f"Model: openai:tiny at {server.base_url} (on this machine; set by --model).\n"
        answer = json.loads(ended.out)
        assert [one["text"] for one in answer["statements"]] == [TRUE]
        assert_statement(answer["statements"][0], abstracts)
        assert answer["statements"][0]["citations"][0]["key"] == "asai2024self"
        assert "cookery" in answer["dropped"][0]["text"]
        assert answer["tokens"]["prompt"] > 0
        assert (answer["model"], answer["usd"]) == ("openai:tiny", 0.0)
        assert QUESTION in server.requests[0].prompt
        assert "You correct" in server.requests[1].prompt
        assert len(server.requests) == 2

    def test_garbage_is_not_shown(self, run: Run, sample_library: Path) -> None:
        with OpenAIServer(says("Bananas are a yellow fruit of the tropics. Xyzzy plugh foo bar baz.")) as server:
            options = ("--model", "tiny", "--base-url", server.base_url, "--library", sample_library)
            ended = run("ask", QUESTION, *options)
        assert ended.code == 0
        assert ended.out.startswith("openai:tiny wrote nothing that the library supports")
        assert (
            "2 statements dropped: not supported by any paper in your library. (--show dropped says why)" in ended.out
        )
        assert "Bananas" not in ended.out
        assert len(server.requests) == 2

    def test_abstention_asks_no_model(self, run: Run, sample_library: Path) -> None:
        with OpenAIServer(fails(500)) as server:
            options = ("--model", "tiny", "--base-url", server.base_url, "--library", sample_library)
            ended = run("ask", UNANSWERABLE, *options)
        assert (ended.code, server.requests) == (0, [])
        assert ended.out.startswith("Not in your library. ")

    def test_what_was_left_out_and_why(self, run: Run, sample_library: Path) -> None:
        with OpenAIServer(says(f"{TRUE} [1] {COOKERY} [1]")) as server:
            options = ("--model", "tiny", "--base-url", server.base_url, "--library", sample_library)
            ended = run("ask", QUESTION, "--show", "dropped", *options)
        assert ended.code == 0
        shown, _, left_out = ended.out.partition("1 statement dropped: not supported by any paper in your library.\n")
        assert COOKERY not in shown
        assert f"    - {COOKERY} [asai2024self] — " in left_out

    def test_what_is_not_supported_is_kept_when_asked_for(
        self, run: Run, sample_library: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        config = tmp_path / "config.toml"
        config.write_text("keep_unsupported = true\n")
        with OpenAIServer(says(f"{TRUE} [1] {COOKERY} [1]")) as server:
            options = ("--model", "tiny", "--base-url", server.base_url, "--library", sample_library)
            asked = run("ask", QUESTION, "--keep-unsupported", *options)
            monkeypatch.setenv("CITEWELL_CONFIG", str(config))
            configured = run("ask", QUESTION, *options)
        for ended in (asked, configured):
            assert f"  {COOKERY} [asai2024self] (not supported)\n" in ended.out
            assert "dropped" not in ended.out

    def test_evidence(self, run: Run, sample_library: Path, abstracts: dict[str, str]) -> None:
        with OpenAIServer(says(f"{TRUE} [1]")) as server:
            options = ("--model", "tiny", "--base-url", server.base_url, "--library", sample_library)
            ended = run("ask", QUESTION, "--show", "evidence", "--style", "author-year", *options)
        assert f"  {TRUE} (Asai et al., 2024)\n    [asai2024self] abstract 0-" in ended.out
        quote = re.search("abstract 0-(\\d+): “(.*)”", ended.out)
        assert quote
        assert quote[2] == abstracts["asai2024self"][: int(quote[1])]

    def test_json_is_the_same_whatever_is_shown(self, run: Run, sample_library: Path) -> None:
        timed = {"seconds"}
        with OpenAIServer(says(f"{TRUE} [1] {COOKERY} [1]")) as server:
            options = ("--model", "tiny", "--base-url", server.base_url, "--library", sample_library, "--json")
            plain = run("ask", QUESTION, *options)
            other = run("--verbose", "ask", QUESTION, "--style", "numeric", "--show", "all", *options)
        assert {name: value for name, value in json.loads(plain.out).items() if name not in timed} == {
            name: value for name, value in json.loads(other.out).items() if name not in timed
        }

    def test_verbose_says_what_it_took(self, run: Run, sample_library: Path) -> None:
        with OpenAIServer(says(f"{TRUE} [1]")) as server:
            options = ("--model", "tiny", "--base-url", server.base_url, "--library", sample_library)
            ended = run("--verbose", "ask", QUESTION, *options)
        assert re.search(
            r"first verified sentence after \d+\.\d s, all after .* writing, .* checking\); \d+ \+ \d+ tokens, \$0\n",
            ended.err,
        )

    def test_limits(self, run: Run, sample_library: Path) -> None:
        with OpenAIServer(says(f"{TRUE} [1]")) as server:
            options = ("--model", "tiny", "--base-url", server.base_url, "--library", sample_library)
            refused = run("ask", QUESTION, "--max-tokens", "5", *options)
            assert (refused.code, refused.out, server.requests) == (2, "", [])
            assert "5" in refused.err
            assert run("ask", QUESTION, "--max-tokens", "5000", "--max-usd", "1", "--timeout", "60", *options).code == 0

    @pytest.mark.parametrize(
        "option",
        [
            ("--max-tokens", "0"),
            ("--max-usd", "-1"),
            ("--max-usd", "nan"),
            ("--timeout", "inf"),
            ("--timeout", "0"),
            ("--judge", "nobody"),
            ("--structured", "maybe"),
            ("--style", "apa"),
            ("--show", "everything"),
        ],
        ids=str,
    )
    def test_option_that_makes_no_sense(self, option: tuple[str, str], run: Run, sample_library: Path) -> None:
        ended = run("ask", QUESTION, *option, "--library", sample_library)
        assert (ended.code, ended.out) == (2, "")
        assert option[0] in ended.err or option[1] in ended.err

    def test_style_of_the_config_file(
        self, run: Run, sample_library: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        config = tmp_path / "config.toml"
        monkeypatch.setenv("CITEWELL_CONFIG", str(config))
        config.write_text('style = "numeric"\n')
        assert "” [1]\n" in run("ask", QUESTION, "--library", sample_library).out
        assert "” [asai2024self]\n" in run("ask", QUESTION, "--style", "keys", "--library", sample_library).out
        for setting, problem in (("style", "There is no citation style 'apa'."), ("judge", "There is no judge 'apa'.")):
            config.write_text(f'{setting} = "apa"\n')
            ended = run("ask", QUESTION, "--library", sample_library)
            assert (ended.code, ended.out) == (2, "")
            assert f"Error: In the config file {config}: {problem}" in ended.err

    def test_server_that_is_not_there(self, run: Run, sample_library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(calling, "RETRIES", 0)
        with socket.create_server(("127.0.0.1", 0)) as listener:
            address = f"http://127.0.0.1:{listener.getsockname()[1]}/v1"
        ended = run("ask", QUESTION, "--model", "tiny", "--base-url", address, "--library", sample_library, "--json")
        assert (ended.code, ended.out) == (3, "")
        assert f"Error: {address} cannot be reached" in ended.err

    def test_server_that_breaks_off(self, run: Run, sample_library: Path) -> None:
        with OpenAIServer(breaks_off("Self-RAG trains")) as server:
            options = ("--model", "tiny", "--base-url", server.base_url, "--library", sample_library)
            ended = run("ask", QUESTION, *options)
        assert ended.code == 3
        assert "broke off in the middle" in ended.err

    def test_key_is_nowhere_afterwards(self, run: Run, library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("CITEWELL_API_KEY", KEY)
        with OpenAIServer(says(f"{TRUE} [1]"), fails(400, echo_key=True)) as server:
            options = ("--model", "tiny", "--base-url", server.base_url, "--library", library)
            good = run("--verbose", "ask", QUESTION, *options)
            bad = run("--verbose", "chat", *options, stdin=QUESTION + "\n")
        assert {request.key for request in server.requests} == {KEY}
        assert (good.code, bad.code) == (0, 0)
        assert KEY not in good.out + good.err + bad.out + bad.err
        files = [path for path in library.rglob("*") if path.is_file()]
        assert files
        assert [path for path in files if KEY.encode() in path.read_bytes()] == []

    def test_local_refuses_a_remote_model(self, run: Run, sample_library: Path) -> None:
        ended = run("ask", QUESTION, "--model", "openai:gpt", "--local", "--library", sample_library)
        assert (ended.code, ended.out) == (2, "")
        assert "--local refuses openai:gpt" in ended.err

    @pytest.mark.parametrize(
        ("model", "says_so"),
        [("openai:gpt", "Set OPENAI_API_KEY"), ("cohere:x", "pip install langchain-cohere"), ("gpt", "provider:model")],
    )
    def test_model_that_cannot_be_used(self, model: str, says_so: str, run: Run, sample_library: Path) -> None:
        ended = run("ask", QUESTION, "--model", model, "--library", sample_library)
        assert (ended.code, ended.out) == (2, "")
        assert says_so in ended.err

    def test_loopback_is_asked_of_no_proxy(
        self, run: Run, sample_library: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with OpenAIServer(says(f"{TRUE} [1]")) as server, OpenAIServer(fails(400)) as proxy:
            for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
                monkeypatch.setenv(name, proxy.base_url.removesuffix("/v1"))
            monkeypatch.setenv("no_proxy", "example.org")
            options = ("--model", "tiny", "--base-url", server.base_url, "--library", sample_library)
            ended = run("ask", QUESTION, *options)
        assert (ended.code, len(server.requests), proxy.requests) == (0, 1, [])

    def test_own_prompt(self, run: Run, sample_library: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        templates = tmp_path / "templates"
        templates.mkdir()
        config = tmp_path / "config.toml"
        config.write_text(f"prompts = {json.dumps(str(templates))}\n")
        monkeypatch.setenv("CITEWELL_CONFIG", str(config))
        template = templates / "answer.md.j2"
        with OpenAIServer(says(f"{TRUE} [1]")) as server:
            options = ("--model", "tiny", "--base-url", server.base_url, "--library", sample_library)
            template.write_text("ARRR! {{ question }}")
            assert run("ask", QUESTION, *options).code == 0
            assert server.requests[-1].prompt == f"ARRR! {QUESTION}\n"
            template.write_text("{{ nonsense }}")
            undefined = run("ask", QUESTION, *options)
            template.write_text("{% if %}")
            invalid = run("ask", QUESTION, *options)
        for ended in (undefined, invalid):
            assert ended.code == 2
            assert f"The template {template} " in ended.err
        assert "nonsense" in undefined.err
        (templates / "anwser.md.j2").write_text("x")
        ended = run("ask", QUESTION, "--library", sample_library)
        assert ended.code == 2
        assert "overrides no prompt" in ended.err

    @pytest.mark.parametrize("name", ["LANGSMITH_TRACING", "LANGSMITH_TRACING_V2", "LANGCHAIN_TRACING_V2"])
    def test_nothing_is_traced(
        self, name: str, run: Run, sample_library: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with OpenAIServer(says(f"{TRUE} [1]")) as server, OpenAIServer(fails(400)) as listener:
            monkeypatch.setenv(name, "true")
            monkeypatch.setenv("LANGSMITH_API_KEY", KEY)
            monkeypatch.setenv("LANGSMITH_ENDPOINT", listener.base_url)
            monkeypatch.setenv("LANGSMITH_GATEWAY", listener.base_url)
            options = ("--model", "tiny", "--base-url", server.base_url, "--library", sample_library)
            assert run("ask", QUESTION, *options).code == 0
            assert {os.environ[one] for one in os.environ if one.endswith(("_TRACING", "_TRACING_V2"))} == {"false"}
            time.sleep(0.05)  # a tracer would post from a thread of its own
        assert (len(server.requests), listener.requests) == (1, [])
