import json
import re
from pathlib import Path
from typing import Any

import pytest

from assistant.drafts import document_of
from assistant.errors import InputError
from assistant.export.pandoc import find_pandoc
from tests.conftest import Run
from tests.fakes.openai_server import OpenAIServer, fails, says

TOPIC = "evaluating whether citations support generated text"


def cannot_be_written(path: Path, _content: bytes) -> None:
    raise InputError(f"{path} cannot be written: No space left on device.")


def keys_of(text: str) -> set[str]:
    """The keys of the entries of a .bib."""
    return {line.partition("{")[2].rstrip(",") for line in text.splitlines() if line.startswith("@")}


@pytest.fixture
def draft(run: Run, sample_library: Path, tmp_path: Path) -> Any:
    """The command on the sample library, in a folder of its own."""

    def draft(*arguments: object, stdin: str = "") -> Any:
        return run("related-work", *arguments, "--library", sample_library, stdin=stdin)

    return draft


class TestFiles:
    def test_markdown_and_its_bib(self, draft: Any, tmp_path: Path) -> None:
        out = tmp_path / "related.md"
        ended = draft(TOPIC, "--max-papers", 4, "--out", out)
        assert ended.code == 0
        assert "relevant papers cited" in ended.out
        assert f"Written: {out}\n" in ended.err
        text, entries = out.read_text(), (tmp_path / "related.bib").read_text()
        assert 'bibliography: "related.bib"' in text
        assert keys_of(entries)
        assert keys_of(entries) == set(re.findall(r"@([a-z]+\d{4}\w*)", text))

    @pytest.mark.parametrize(("package", "cites"), [("natbib", r"\citet{"), ("biblatex", r"\textcite{")])
    def test_latex(self, package: str, cites: str, draft: Any, tmp_path: Path) -> None:
        out = tmp_path / "related.tex"
        assert draft(TOPIC, "--max-papers", 3, "--out", out, "--cite-with", package).code == 0
        text = out.read_text()
        assert cites in text
        assert r"\documentclass[11pt,a4paper]{article}" in text
        assert keys_of((tmp_path / "related.bib").read_text()) == set(re.findall(r"cite[tp]?\{([^}]+)\}", text))

    def test_a_fragment_leaves_the_preamble_out(self, draft: Any) -> None:
        ended = draft(TOPIC, "--max-papers", 2, "--format", "latex", "--fragment")
        assert ended.code == 0
        assert r"\section{" in ended.out
        assert "\\documentclass" not in ended.out

    def test_html(self, draft: Any, tmp_path: Path) -> None:
        out = tmp_path / "related.html"
        assert draft(TOPIC, "--max-papers", 2, "--out", out).code == 0
        assert out.read_text().lstrip().lower().startswith("<!doctype html>")
        assert [one.name for one in tmp_path.glob("related*")] == ["related.html"]

    @pytest.mark.skipif(find_pandoc() is None, reason="pandoc is not installed")
    def test_word(self, draft: Any, tmp_path: Path) -> None:
        out = tmp_path / "related.docx"
        assert draft(TOPIC, "--max-papers", 2, "--out", out).code == 0
        assert out.read_bytes().startswith(b"PK")

    def test_word_without_pandoc(self, draft: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("assistant.export.pandoc.find_pandoc", lambda: None)
        ended = draft(TOPIC, "--max-papers", 2, "--out", tmp_path / "related.docx")
        assert ended.code == 2
        assert "citewell[pandoc]" in ended.err

    def test_style(self, draft: Any, tmp_path: Path) -> None:
        out = tmp_path / "related.md"
        assert draft(TOPIC, "--max-papers", 2, "--out", out, "--style", "ieee").code == 0
        assert 'csl: "ieee.csl"' in out.read_text()
        assert (tmp_path / "ieee.csl").read_text().startswith("<?xml")

    def test_references_in_a_style(self, draft: Any) -> None:
        plain, styled = (
            json.loads(draft(TOPIC, "--max-papers", 2, "--json", *style).out)["references"]
            for style in ((), ("--style", "ieee"))
        )
        assert {one["key"] for one in plain} == {one["key"] for one in styled}
        assert plain[0]["text"] != styled[0]["text"]

    def test_tables(self, draft: Any, tmp_path: Path) -> None:
        out, tables = tmp_path / "related.md", [tmp_path / f"table.{suffix}" for suffix in ("csv", "tex", "md")]
        options = [option for table in tables for option in ("--table", table)]
        assert draft(TOPIC, "--max-papers", 3, "--out", out, *options).code == 0
        assert "| Paper" not in out.read_text(), "it is a part of the draft only when that is asked for"
        first, *rows = tables[0].read_text().splitlines()
        assert first == "key,paper,problem,method,data,finding"
        assert len(rows) == 3
        assert r"\begin{longtable}" in tables[1].read_text()
        assert "references.bib" not in tables[1].read_text()
        assert "| Paper" in tables[2].read_text()
        assert "| Paper" in draft(TOPIC, "--max-papers", 2, "--table", "draft").out

    @pytest.mark.parametrize(
        ("format_", "last"), [("html", "</html>"), ("latex", r"\end{document}"), ("markdown", ":::")]
    )
    def test_nothing_stands_behind_what_is_printed(self, format_: str, last: str, draft: Any) -> None:
        ended = draft(TOPIC, "--max-papers", 2, "--format", format_)
        assert ended.out.rstrip().endswith(last)
        assert "relevant papers cited" in ended.err

    def test_bib_of_what_is_printed(self, draft: Any, tmp_path: Path) -> None:
        ended = draft(TOPIC, "--max-papers", 2, "--bib", tmp_path / "cited.bib")
        assert 'bibliography: "cited.bib"' in ended.out
        assert len(keys_of((tmp_path / "cited.bib").read_text())) == 2

    def test_titles_cite_nothing_where_the_output_becomes_a_file(self, run: Run, tmp_path: Path) -> None:
        entry = "@misc{owls, title={Owls as [@nobody2020] saw them}, abstract={We present owls that hunt in folders.}}"
        assert run("add", "-", "--library", tmp_path / "l", stdin=entry).code == 0
        ended = run("related-work", "owls", "--papers", "owls", "--library", tmp_path / "l")
        assert "[owls] Anonymous (n.d.). Owls as [@nobody2020] saw them" in ended.err
        assert document_of(ended.out, name="d.md", markup="markdown").keys == ("owls",)


class TestWhatIsThere:
    @pytest.mark.skipif(not Path("/dev/null").is_char_device(), reason="there is no /dev/null here")
    def test_no_bib_is_put_beside_a_device(self, draft: Any) -> None:
        assert draft(TOPIC, "--max-papers", 2, "--out", "/dev/null", "--format", "markdown").code == 0
        assert not Path("/dev/null.bib").exists()

    def test_is_not_written_over(self, draft: Any, tmp_path: Path) -> None:
        out = tmp_path / "related.md"
        out.write_text("my own edits")
        refused = draft(TOPIC, "--max-papers", 2, "--out", out)
        assert (refused.code, out.read_text()) == (2, "my own edits")
        assert "--force" in refused.err
        assert draft(TOPIC, "--max-papers", 2, "--out", out, "--force").code == 0
        assert "my own edits" not in out.read_text()

    def test_a_style_of_the_users_beside_it(self, draft: Any, tmp_path: Path) -> None:
        mine = tmp_path / "apa.csl"
        mine.write_text("<mine/>")
        arguments = (TOPIC, "--max-papers", 2, "--style", "apa", "--out", tmp_path / "r.md")
        refused = draft(*arguments)
        assert (refused.code, mine.read_text()) == (2, "<mine/>")
        assert "is another style" in refused.err
        assert draft(*arguments, "--force").code == 0
        assert draft(TOPIC, "--max-papers", 2, "--style", mine, "--out", tmp_path / "again.md").code == 0, (
            "the same file"
        )

    def test_a_bib_of_the_users_beside_it(self, draft: Any, tmp_path: Path) -> None:
        mine = tmp_path / "refs.bib"
        mine.write_text("@misc{mine, title = {Mine}}\n")
        arguments = (TOPIC, "--max-papers", 2, "--out", tmp_path / "refs.md")
        refused = draft(*arguments, "--force")
        assert (refused.code, mine.read_text()) == (2, "@misc{mine, title = {Mine}}\n")
        assert "Name another file with --bib" in refused.err
        assert draft(*arguments, "--bib", tmp_path / "cited.bib").code == 0
        assert draft(TOPIC, "--max-papers", 2, "--out", tmp_path / "cited.md").code == 0, "its own it may write again"

    @pytest.mark.parametrize(
        ("options", "says_so"),
        [
            (("--out", "missing/related.md"), "there is no folder"),
            (("--bib", "missing/related.bib"), "there is no folder"),
            (("--out", "folder.md"), "is a folder"),
            (("--out", ".", "--format", "markdown"), "is a folder"),
            (("--out", "draft.pages"), "names no format"),
            (("--out", "same.md", "--bib", "same.md"), "would be written twice"),
            (("--table", "table.xlsx"), "a file that ends in"),
            (("--format", "docx"), "Name it"),
            (("--fragment",), "--format latex"),
            (("--cite-with", "biblatex", "--out", "x.html"), "--format latex"),
            (("--style", "apaa"), "apa"),
        ],
        ids=str,
    )
    def test_is_found_out_before_the_work(
        self, options: tuple[str, ...], says_so: str, draft: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (tmp_path / "folder.md").mkdir()
        monkeypatch.chdir(tmp_path)
        ended = draft(TOPIC, *options)
        assert (ended.code, ended.out) == (2, "")
        assert says_so in ended.err
        assert [one.name for one in tmp_path.iterdir()] == ["folder.md"]


class TestWhatIsAsked:
    def test_json_has_every_field(self, run: Run, sample_library: Path, draft: Any) -> None:
        listed = json.loads(run("list", "--library", sample_library, "--json").out)["papers"]
        abstracts = {paper["key"]: paper["abstract"] for paper in listed}
        ended = draft(TOPIC, "--max-papers", 5, "--json")
        assert ended.code == 0
        shape = json.loads(ended.out)
        assert set(shape) >= {"title", "sections", "references", "dropped", "coverage", "markdown", "complete", "table"}
        assert set(shape["coverage"]) == {"retrieved", "cited", "uncited"}
        assert shape["coverage"]["retrieved"] == shape["coverage"]["cited"] + len(shape["coverage"]["uncited"])
        assert shape["coverage"]["cited"] <= 5
        statements = [one for section in shape["sections"] for one in section["statements"]]
        for statement in statements:
            assert statement["verdict"] in {"supported", "partly"}
            for one in statement["citations"]:
                source = abstracts[one["key"]] if one["where"] == "abstract" else one["quote"]
                assert source[one["start"] : one["end"]] == one["quote"] != ""
        cited = {one["key"] for statement in statements for one in statement["citations"]}
        assert cited == {one["key"] for one in shape["references"]}
        assert all(f"@{key}" in shape["markdown"] for key in cited)

    def test_topic_on_standard_input(self, draft: Any) -> None:
        ended = draft("-", "--max-papers", 2, stdin=TOPIC)
        assert ended.code == 0
        assert "@" in ended.out

    def test_nothing_on_the_topic(self, draft: Any, tmp_path: Path) -> None:
        out = tmp_path / "related.md"
        for options, code in ((("--out", out), 1), (("--outline",), 0), (("--outline", "--out", out), 1), ((), 0)):
            ended = draft("growing tomatoes on the moon", *options)
            assert (ended.code, out.exists()) == (code, False), "what goes on with the file must not begin"
            assert ended.out.startswith("No paper of the library is clearly on this topic.")

    def test_nothing_asked(self, draft: Any) -> None:
        ended = draft()
        assert (ended.code, ended.out) == (2, "")
        assert "--from-file" in ended.err

    def test_papers_by_key(self, draft: Any) -> None:
        found = json.loads(draft(TOPIC, "--max-papers", 4, "--json").out)
        keys = [one["key"] for one in found["references"]][:3]
        chosen = json.loads(draft(TOPIC, "--papers", ",".join(keys[:2]), "--papers", keys[2], "--json").out)
        assert {one["key"] for one in chosen["references"]} == set(keys)

    def test_papers_by_key_alone(self, draft: Any) -> None:
        ended = draft("--papers", "gao2023enabling asai2024self")
        assert ended.code == 0
        assert "2 of 2 named papers cited." in ended.err, "nobody found them relevant"

    def test_papers_that_nobody_has(self, draft: Any) -> None:
        ended = draft(TOPIC, "--papers", "gao2023enablin")
        assert (ended.code, ended.out) == (2, "")
        assert "gao2023enabling" in ended.err

    def test_an_outline_edited_by_hand_is_followed(self, draft: Any, tmp_path: Path) -> None:
        file = tmp_path / "outline.md"
        assert draft(TOPIC, "--max-papers", 4, "--outline", "--out", file).code == 0
        keys = re.findall(r"^- @(\S+)", file.read_text(), re.MULTILINE)
        assert len(keys) == 4
        file.write_text(f"# Mine\n\n## Second thoughts\n\n- @{keys[1]}\n\n## First\n\n- @{keys[0]}\n")
        shape = json.loads(draft("--outline-file", file, "--json").out)
        assert shape["title"] == "Mine"
        assert [one["heading"] for one in shape["sections"]] == ["Second thoughts", "First"]
        assert [one["key"] for one in shape["references"]] == [keys[1], keys[0]]

    def test_notes_to_a_writer_that_is_not_there_are_told(self, draft: Any, tmp_path: Path) -> None:
        file = tmp_path / "outline.md"
        file.write_text("# Mine\n\n## One\n\nBe brief.\n\n- @gao2023enabling\n")
        assert "for a chat model" in json.loads(draft("--outline-file", file, "--json").out)["reason"]

    def test_an_outline_as_json(self, draft: Any) -> None:
        shape = json.loads(draft(TOPIC, "--max-papers", 3, "--outline", "--json").out)
        assert sum(len(section["papers"]) for section in shape["sections"]) == 3
        assert json.loads(draft("growing tomatoes on the moon", "--outline", "--json").out)["sections"] == []

    def test_a_wrong_outline_is_told_with_its_line(self, draft: Any, tmp_path: Path) -> None:
        file = tmp_path / "outline.md"
        file.write_text("# Mine\n\n## One\n\n- @gao2023enablin\n")
        ended = draft("--outline-file", file)
        assert (ended.code, ended.out) == (2, "")
        assert f"{file}, line 5" in ended.err
        assert "gao2023enabling" in ended.err

    def test_a_draft_of_ones_own(self, draft: Any, tmp_path: Path) -> None:
        mine = tmp_path / "paper.md"
        mine.write_text(
            "---\ntitle: Checking what was cited\n---\n\n# Abstract\n\nIn this paper we check whether citations "
            "support the text that a model generated.\n"
        )
        shape = json.loads(draft("--from-file", mine, "--max-papers", 3, "--json").out)
        statements = [one for section in shape["sections"] for one in section["statements"]]
        assert any(one["own"] for one in statements)
        assert not any(one["own"] for one in json.loads(draft(TOPIC, "--json").out)["sections"][-1]["statements"])

    @pytest.mark.parametrize("content", [b"", b"\x00\x01\x02\xff" * 50, b"# Only a heading\n"], ids=repr)
    def test_a_draft_with_nothing_in_it(self, content: bytes, draft: Any, tmp_path: Path) -> None:
        mine = tmp_path / "paper.md"
        mine.write_bytes(content)
        ended = draft("--from-file", mine)
        assert (ended.code, ended.out) == (2, "")
        assert "paper.md" in ended.err

    def test_fewer_words_are_fewer_sentences(self, draft: Any) -> None:
        long, short = (
            [one for section in json.loads(ended.out)["sections"] for one in section["statements"]]
            for ended in (draft(TOPIC, "--max-papers", 8, "--json", *words) for words in ((), ("--words", 60)))
        )
        assert sum(len(one["text"].split()) for one in short) <= 100
        assert len(short) < len(long)

    def test_the_oldest_first(self, run: Run, sample_library: Path, draft: Any) -> None:
        listed = json.loads(run("list", "--library", sample_library, "--json").out)["papers"]
        years = {paper["key"]: paper["year"] for paper in listed}
        for section in json.loads(draft(TOPIC, "--order", "time", "--json").out)["sections"]:
            seen = [years[one["key"]] for statement in section["statements"] for one in statement["citations"]]
            assert seen == sorted(seen)


class TestModel:
    def test_that_fails(self, draft: Any, tmp_path: Path) -> None:
        out = tmp_path / "related.md"
        with OpenAIServer(fails(401)) as server:
            ended = draft(TOPIC, "--out", out, "--model", "tiny", "--base-url", server.base_url)
        assert (ended.code, ended.out, out.exists()) == (3, "", False)
        assert "does not accept the key" in ended.err

    def test_finished_sections_are_kept_and_nothing_is_asked_twice(self, draft: Any, tmp_path: Path) -> None:
        outline = tmp_path / "outline.md"
        outline.write_text("# Mine\n\n## One\n\n- @gao2023enabling\n\n## Two\n\n- @asai2024self\n")
        one = "The benchmark ALCE measures fluency, correctness and citation quality [1]."
        two = "Self-RAG trains a language model to decide by itself when to retrieve [1]."
        options = ("--outline-file", outline, "--model", "tiny", "--structured", "off", "--json")
        with OpenAIServer(says(one), fails(401)) as server:
            cut = draft(*options, "--base-url", server.base_url)
        shape = json.loads(cut.out)
        assert [section["heading"] for section in shape["sections"]] == ["One"]
        assert not shape["complete"]
        assert "--resume" in shape["reason"]
        assert "about" in cut.err, "what is expected to be spent is said before"
        with OpenAIServer(says(two)) as server:
            whole = draft(*options, "--base-url", server.base_url, "--resume")
            assert len(server.requests) == 1
        shape = json.loads(whole.out)
        assert [section["heading"] for section in shape["sections"]] == ["One", "Two"]
        assert shape["complete"]
        again = draft(*options, "--base-url", server.base_url, "--resume")
        assert again.code == 2, "there is nothing to go on with"

    def test_a_draft_that_cannot_be_written_is_kept(
        self, draft: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        outline = tmp_path / "outline.md"
        outline.write_text("# Mine\n\n## Two\n\n- @asai2024self\n")
        options = ("--outline-file", outline, "--model", "tiny", "--structured", "off", "--out", tmp_path / "r.md")
        with OpenAIServer(says("Self-RAG trains a language model to decide by itself when to retrieve [1].")) as server:
            with monkeypatch.context() as full:
                full.setattr("assistant.cli.draft_output.write_bytes", cannot_be_written)
                failed = draft(*options, "--base-url", server.base_url)
            assert failed.code == 2
            assert draft(*options, "--base-url", server.base_url, "--resume").code == 0
            assert len(server.requests) == 1, "nothing is asked twice"
        assert "asai2024self" in (tmp_path / "r.md").read_text()
