import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

from tests.conftest import SAMPLE_BIB, Run

TWO_AND_A_BROKEN_ONE = """\
@article{first2020, title = {The First Paper}, author = {Alpha, Ann}, year = {2020}, abstract = {Ants build bridges.}}

@article{broken2021, title = {The Broken Paper, author = {Beta, Bob}, year = {2021}

@article{third2022, title = {The Third Paper}, author = {Gamma, Gil}, year = {2022}, abstract = {Bees dance.}}
"""
ESCAPES = "\x1b]0;owned\x07 \x1b[31m red \x9b31m \x07\u202e"


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    """Where a library is to be made."""
    return tmp_path / "shelf"


def keys(run: Run, library: Path, *options: str) -> list[str]:
    return [paper["key"] for paper in json.loads(run("list", "--library", library, "--json", *options).out)["papers"]]


class TestAdd:
    def test_json_has_every_field(self, run: Run, shelf: Path, tmp_path: Path) -> None:
        source = tmp_path / "three.bib"
        source.write_text(TWO_AND_A_BROKEN_ONE)
        ended = run("add", source, "--library", shelf, "--json")
        assert ended.code == 0
        report = json.loads(ended.out)
        assert list(report) == [
            "added",
            "updated",
            "unchanged",
            "duplicates",
            "possible_duplicates",
            "skipped",
            "renamed",
            "updated_papers",
            "papers",
        ]
        assert (report["added"], report["updated"], report["unchanged"]) == (2, 0, 0)
        assert report["papers"] == ["first2020", "third2022"]
        (skipped,) = report["skipped"]
        assert (skipped["source"], skipped["line"]) == (str(source), 3)
        assert skipped["reason"]

    def test_words_for_a_person(self, run: Run, shelf: Path, tmp_path: Path) -> None:
        source = tmp_path / "three.bib"
        source.write_text(TWO_AND_A_BROKEN_ONE)
        ended = run("add", source, "--library", shelf)
        assert (ended.code, ended.out) == (0, "2 added, 1 skipped.\n")
        assert f"Skipped: {source}, line 3: " in ended.err

    def test_again_changes_nothing(self, run: Run, shelf: Path, tmp_path: Path) -> None:
        source = tmp_path / "three.bib"
        source.write_text(TWO_AND_A_BROKEN_ONE)
        run("add", source, "--library", shelf)
        report = json.loads(run("add", source, "--library", shelf, "--json").out)
        assert (report["added"], report["updated"], report["unchanged"]) == (0, 0, 2)

    def test_duplicate_is_reported(self, run: Run, shelf: Path) -> None:
        twin = TWO_AND_A_BROKEN_ONE.splitlines()[0]
        both = twin + "\n" + twin.replace("first2020", "other2020").replace("bridges", "long bridges")
        report = json.loads(run("add", "-", "--library", shelf, "--json", stdin=both).out)
        assert report["added"] == 1
        (duplicate,) = report["duplicates"]
        assert sorted(duplicate) == ["filled", "key", "line", "of", "source", "title", "why"]
        assert duplicate["of"] == "first2020"

    def test_dry_run_makes_nothing(self, run: Run, shelf: Path) -> None:
        ended = run("add", SAMPLE_BIB, "--library", shelf, "--dry-run")
        assert (ended.code, ended.out) == (0, "Would be: 42 added.\n")
        assert not shelf.exists()

    def test_dry_run_changes_nothing(self, run: Run, library: Path) -> None:
        before = keys(run, library)
        ended = run("add", "-", "--library", library, "--dry-run", stdin=TWO_AND_A_BROKEN_ONE)
        assert ended.out == "Would be: 2 added, 1 skipped.\n"
        assert keys(run, library) == before

    def test_folder_with_good_and_bad_files(self, run: Run, shelf: Path, tmp_path: Path) -> None:
        folder = tmp_path / "mixed"
        folder.mkdir()
        (folder / "good.bib").write_text(TWO_AND_A_BROKEN_ONE.splitlines()[0])
        (folder / "good.jsonl").write_text('{"title": "A Line of JSON", "abstract": "Cats sleep."}\n')
        (folder / "empty.bib").write_text("")
        (folder / "binary.bib").write_bytes(b"\x00\x01\xff\xfe" * 100)
        ended = run("add", folder, "--library", shelf, "--json")
        report = json.loads(ended.out)
        assert (ended.code, report["added"]) == (0, 2)
        assert sorted(Path(one["source"]).name for one in report["skipped"]) == ["binary.bib", "empty.bib"]

    @pytest.mark.parametrize(
        "content", [b"", b"\x00\x01\xff\xfe" * 100, b"Dear diary,\n"], ids=["empty", "bin", "text"]
    )
    def test_file_without_papers(self, content: bytes, run: Run, shelf: Path, tmp_path: Path) -> None:
        source = tmp_path / "odd.bib"
        source.write_bytes(content)
        ended = run("add", source, "--library", shelf)
        assert ended.code == 2
        assert f"Skipped: {source}" in ended.err
        assert "Error: Nothing could be read; the reasons are above." in ended.err
        as_json = run("add", source, "--library", shelf, "--json")
        assert as_json.code == 2
        assert json.loads(as_json.out)["skipped"][0]["source"] == str(source)

    def test_unreadable_file(self, run: Run, shelf: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        source = tmp_path / "locked.bib"
        source.write_text(TWO_AND_A_BROKEN_ONE)
        opened = Path.open

        def refuse(path: Path, *arguments: Any, **options: Any) -> Any:
            if path == source:
                raise PermissionError(13, "Permission denied")
            return opened(path, *arguments, **options)

        monkeypatch.setattr(Path, "open", refuse)  # file modes do not stop the superuser
        ended = run("add", source, "--library", shelf)
        assert ended.code == 2
        assert "Permission denied" in ended.err

    def test_missing_file_makes_no_library(self, run: Run, shelf: Path) -> None:
        ended = run("add", "nowhere.bib", "--library", shelf)
        assert (ended.code, ended.out) == (2, "")
        assert "'nowhere.bib'" in ended.err
        assert not shelf.exists()

    def test_unknown_format(self, run: Run, shelf: Path) -> None:
        ended = run("add", SAMPLE_BIB, "--format", "bibtx", "--library", shelf)
        assert ended.code == 2
        assert "did you mean 'bibtex'" in ended.err

    def test_tags(self, run: Run, shelf: Path) -> None:
        run("add", "-", "--tag", "bugs", "--tag", "new", "--library", shelf, stdin=TWO_AND_A_BROKEN_ONE)
        assert keys(run, shelf, "--tag", "bugs") == ["first2020", "third2022"]
        assert keys(run, shelf, "--tag", "bug") == []

    def test_paper_without_abstract(self, run: Run, shelf: Path) -> None:
        entry = "@book{bare1999, title = {Walruses of the Northern Shore}, author = {Bare, Bo}, year = {1999}}"
        ended = run("add", "-", "--library", shelf, stdin=entry)
        assert (ended.code, ended.out) == (0, "1 added.\n")
        assert "No abstract: this paper is found by its title." in run("show", "bare1999", "--library", shelf).out
        found = json.loads(run("search", "walruses", "--library", shelf, "--json").out)["passages"]
        assert [one["key"] for one in found] == ["bare1999"]
        assert "(no abstract)" in run("search", "walruses", "--library", shelf).out

    def test_library_is_private(self, run: Run, shelf: Path) -> None:
        run("add", "-", "--library", shelf, stdin=TWO_AND_A_BROKEN_ONE)
        assert shelf.stat().st_mode & 0o777 == 0o700
        assert (shelf / "library.db").stat().st_mode & 0o077 == 0

    def test_library_in_a_file(self, run: Run, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("x")
        ended = run("add", SAMPLE_BIB, "--library", tmp_path / "file")
        assert ended.code == 2
        assert "is not a folder" in ended.err


class TestWhichLibrary:
    def test_before_and_after_the_command_and_by_the_environment(
        self, run: Run, library: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        after = run("list", "--library", library)
        assert (after.code, len(after.out.splitlines())) == (0, 42)
        assert run("--library", library, "list").out == after.out
        monkeypatch.setenv("CITEWELL_LIBRARY", str(library))
        assert run("list").out == after.out
        assert run("list", "--library", tmp_path / "other").code == 2
        assert run("--library", tmp_path / "other", "list").code == 2
        assert run("--library", tmp_path / "other", "list", "--library", library).out == after.out

    def test_config_file(self, run: Run, library: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        config = tmp_path / "config.toml"
        config.write_text(f"library = {json.dumps(str(library))}\n")
        monkeypatch.setenv("CITEWELL_CONFIG", str(config))
        assert len(run("list").out.splitlines()) == 42

    @pytest.mark.parametrize(
        "command",
        [
            ["list"],
            ["show", "x"],
            ["remove", "x"],
            ["export"],
            ["search", "x"],
            ["reindex"],
            ["ask", "x"],
            ["chat"],
            ["related-work", "x"],
        ],
        ids=lambda command: command[0],
    )
    def test_no_library_yet(self, command: list[str], run: Run, shelf: Path) -> None:
        ended = run(*command, "--library", shelf)
        assert (ended.code, ended.out) == (2, "")
        assert f"There is no library in {shelf}. `citewell add FILE` makes one" in ended.err
        assert not shelf.exists()

    def test_config_typo(self, run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        config = tmp_path / "config.toml"
        config.write_text('libary = "x"\n')
        monkeypatch.setenv("CITEWELL_CONFIG", str(config))
        ended = run("list")
        assert ended.code == 2
        assert "'libary'" in ended.err
        assert "Did you mean 'library'?" in ended.err


class TestDamage:
    @pytest.mark.parametrize("command", [["list"], ["add", str(SAMPLE_BIB)], ["ask", "x"]], ids=lambda one: one[0])
    def test_corrupted_library(self, command: list[str], run: Run, shelf: Path) -> None:
        shelf.mkdir()
        (shelf / "library.db").write_bytes(b"This is no database. " * 500)
        ended = run(*command, "--library", shelf)
        assert (ended.code, ended.out) == (4, "")
        assert "is damaged" in ended.err
        assert "backup" in ended.err
        assert (shelf / "library.db").read_bytes() == b"This is no database. " * 500

    def test_library_in_use(self, run: Run, library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("assistant.library.locking._SECONDS", 0.01)
        with FileLock(library / "write.lock"):
            ended = run("remove", "lewis2020retrieval", "--library", library)
            assert (ended.code, ended.out) == (4, "")
            assert "Another program is writing" in ended.err
            assert run("show", "lewis2020retrieval", "--library", library).code == 0

    def test_library_file_in_use(self, run: Run, library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("assistant.library.database._BUSY_SECONDS", 0.01)
        other = sqlite3.connect(library / "library.db", isolation_level=None)
        try:
            other.execute("BEGIN EXCLUSIVE")
            ended = run("remove", "lewis2020retrieval", "--library", library)
        finally:
            other.close()
        assert ended.code == 4
        assert "Another program is writing" in ended.err


class TestShowing:
    FIELDS = (
        "key title authors et_al year date venue doi arxiv_id pmid url category tags entry_type details notes abstract "
        "abstract_source extracted source incomplete"
    ).split()

    def test_list_json_has_every_field(self, run: Run, sample_library: Path) -> None:
        papers = json.loads(run("list", "--library", sample_library, "--json").out)["papers"]
        assert len(papers) == 42
        assert list(papers[0]) == self.FIELDS
        assert papers[0]["key"] == "lewis2020retrieval"
        assert papers[0]["authors"][0] == {"family": "Lewis", "given": "Patrick"}
        assert (papers[0]["year"], papers[0]["et_al"], papers[0]["incomplete"]) == (2020, False, [])
        assert papers[0]["abstract"].startswith("RAG couples")

    def test_list_for_a_pipe_is_plain_columns(self, run: Run, sample_library: Path) -> None:
        ended = run("list", "--library", sample_library)
        rows = [line.split("\t") for line in ended.out.splitlines()]
        assert {len(row) for row in rows} == {4}
        assert rows[0][:3] == ["lewis2020retrieval", "2020", "Lewis, Perez et al."]
        assert ended.err == "42 papers.\n"

    @pytest.mark.parametrize(
        ("options", "expected"),
        [
            (["--year", "2009"], {2009}),
            (["--year", "2020..2021"], {2020, 2021}),
            (["--year", "2025.."], set()),
            (["--author", "izacard", "--year", "..2021"], {2021}),
        ],
        ids=str,
    )
    def test_filters(self, options: list[str], expected: set[int], run: Run, sample_library: Path) -> None:
        papers = json.loads(run("list", "--library", sample_library, "--json", *options).out)["papers"]
        assert {paper["year"] for paper in papers} == expected

    def test_venue_and_author_filters(self, run: Run, sample_library: Path) -> None:
        assert keys(run, sample_library, "--venue", "sigir") == keys(run, sample_library, "--venue", "SIGIR") != []
        both = keys(run, sample_library, "--author", "Lewis", "--author", "Guu")
        assert {"lewis2020retrieval", "guu2020realm"} <= set(both)
        assert keys(run, sample_library, "--author", "Nobody at all") == []

    @pytest.mark.parametrize("years", ["abc", "2024..2020", "..", "20", "2020...2021"])
    def test_no_years(self, years: str, run: Run, sample_library: Path) -> None:
        ended = run("list", "--year", years, "--library", sample_library)
        assert (ended.code, ended.out) == (2, "")
        assert repr(years) in ended.err

    def test_show(self, run: Run, sample_library: Path) -> None:
        ended = run("show", "lewis2020retrieval", "--library", sample_library)
        assert ended.code == 0
        assert ended.out.startswith("Retrieval-Augmented Generation for Knowledge-Intensive NLP Tasks\n")
        assert f"From:         {SAMPLE_BIB}, line 7\n" in ended.out
        paper = json.loads(run("show", "lewis2020retrieval", "--library", sample_library, "--json").out)
        assert list(paper) == [*self.FIELDS, "aliases", "sources", "filled", "edited", "extra"]
        assert paper["sources"] == [{"source": str(SAMPLE_BIB), "line": 7}]

    def test_wrong_key(self, run: Run, library: Path) -> None:
        ended = run("show", "lewis2020retrival", "--library", library)
        assert (ended.code, ended.out) == (2, "")
        assert "No paper has the key 'lewis2020retrival'. Did you mean lewis2020retrieval" in ended.err
        ended = run("remove", "guu2020realm", "qqq", "--library", library)
        assert (ended.code, ended.out) == (2, "")
        assert "'qqq'" in ended.err
        assert "guu2020realm" in keys(run, library)

    def test_remove(self, run: Run, library: Path) -> None:
        ended = run("remove", "guu2020realm", "--library", library, "--json")
        assert json.loads(ended.out) == {"removed": ["guu2020realm"]}
        assert "guu2020realm" not in keys(run, library)
        found = json.loads(run("search", "REALM knowledge retriever", "--library", library, "--json").out)["passages"]
        assert "guu2020realm" not in {one["key"] for one in found}

    @pytest.mark.slow
    def test_export_can_be_added_again(self, run: Run, library: Path, shelf: Path) -> None:
        for name in ("bibtex", "jsonl"):
            exported = run("export", "--format", name, "--library", library).out
            report = json.loads(run("add", "-", "--library", shelf / name, "--json", stdin=exported).out)
            assert (report["added"], report["skipped"]) == (42, [])
            assert report["papers"] == keys(run, library)

    def test_reindex(self, run: Run, library: Path) -> None:
        before = run("search", "dense retrieval", "--library", library, "--json").out
        ended = run("reindex", "--library", library)
        assert (ended.code, ended.out) == (0, "")
        assert "chunks indexed with all-MiniLM-L6-v2" in ended.err
        assert run("search", "dense retrieval", "--library", library, "--json").out == before

    @pytest.mark.slow
    def test_reindex_is_the_way_back_from_another_embedding_model(
        self, run: Run, library: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        config = tmp_path / "config.toml"
        config.write_text('embedding = "openai:text-embedding-3-small"\n')
        monkeypatch.setenv("CITEWELL_CONFIG", str(config))
        refused = run("search", "dense retrieval", "--library", library)
        assert refused.code == 2
        assert "citewell reindex --embedding" in refused.err
        assert run("reindex", "--embedding", "embedded", "--library", library).code == 0


class TestSearch:
    def test_json_has_every_field(self, run: Run, sample_library: Path) -> None:
        found = json.loads(run("search", "late interaction", "-k", "3", "--library", sample_library, "--json").out)
        assert list(found) == ["query", "passages"]
        assert found["query"] == "late interaction"
        assert len(found["passages"]) == 3
        for one in found["passages"]:
            assert list(one) == ["key", "title", "chunk", "text", "start", "end", "score", "scores"]
            assert list(one["scores"])[:2] == ["dense", "lexical"]
            assert one["end"] - one["start"] == len(one["text"])
        assert found["passages"][0]["key"] == "khattab2020colbert"
        scores = [one["score"] for one in found["passages"]]
        assert scores == sorted(scores, reverse=True)

    @pytest.mark.parametrize(("mode", "absent"), [("lexical", "dense"), ("dense", "lexical")])
    def test_modes(self, mode: str, absent: str, run: Run, sample_library: Path) -> None:
        found = run("search", "late interaction", "--mode", mode, "--library", sample_library, "--json")
        passages = json.loads(found.out)["passages"]
        assert passages[0]["key"] == "khattab2020colbert"
        assert {one["scores"][absent] for one in passages} == {None}

    def test_filter(self, run: Run, sample_library: Path) -> None:
        options = ("--year", "2009", "--library", sample_library, "--json")
        passages = json.loads(run("search", "late interaction", *options).out)["passages"]
        assert {one["key"] for one in passages} == {"robertson2009probabilistic", "cormack2009reciprocal"}

    def test_nothing_found(self, run: Run, sample_library: Path) -> None:
        ended = run("search", "zzzz", "--mode", "lexical", "--library", sample_library)
        assert (ended.code, ended.out, ended.err) == (0, "", "Nothing found.\n")

    def test_bytes_that_are_no_text(self, run: Run, sample_library: Path) -> None:
        ended = run("search", "caf\udce9 retrieval", "--library", sample_library, "--json")
        assert json.loads(ended.out)["query"] == "caf? retrieval"


class TestTerminal:
    @pytest.fixture
    def hostile(self, run: Run, shelf: Path) -> Path:
        record = {
            "key": "evil2020",
            "title": f"Owls {ESCAPES} at night",
            "abstract": f"Owls hunt {ESCAPES} mice at night in the barn.",
            "authors": [f"Eve {ESCAPES} Evil"],
            "venue": f"Journal {ESCAPES}",
            "year": 2020,
        }
        assert run("add", "-", "--format", "jsonl", "--library", shelf, stdin=json.dumps(record)).code == 0
        return shelf

    @pytest.mark.parametrize(
        "command",
        [
            ["list"],
            ["show", "evil2020"],
            ["search", "owls"],
            ["ask", "What do owls hunt at night?"],
            ["related-work", "owls hunting mice"],
            ["show", f"nokey{ESCAPES}"],
            ["list", "--year", ESCAPES],
            ["add", f"nofile{ESCAPES}"],
            ["related-work", "owls", "--out", f"/no{ESCAPES}/file"],
        ],
        ids=lambda command: " ".join(command)[:12].encode("ascii", "replace").decode(),
    )
    def test_nothing_acts_on_it(self, command: list[str], run: Run, hostile: Path) -> None:
        ended = run(*command, "--library", hostile)
        assert [char for char in ended.out + ended.err if char in "\x1b\x07\x9b\u202e"] == []

    def test_json_neither(self, run: Run, hostile: Path) -> None:
        (paper,) = json.loads(out := run("list", "--library", hostile, "--json").out)["papers"]
        assert "\x9b" in paper["title"] or "\x1b" not in paper["title"]
        assert [char for char in out if char in "\x1b\x07\x9b"] == []

    def test_written_draft_neither(self, run: Run, hostile: Path, tmp_path: Path) -> None:
        run("related-work", "owls hunting mice", "--out", tmp_path / "draft.md", "--library", hostile)
        text = (tmp_path / "draft.md").read_text()
        assert "Owls" in text
        assert [char for char in text if char in "\x1b\x07\x9b\u202e"] == []


class TestWhatCannotBeAdded:
    @pytest.mark.parametrize(
        ("source", "said"),
        [
            ("", "an empty name"),
            ("10.1000/owls", "write doi:10.1000/owls"),
            ("2305.14627", "write arxiv:2305.14627"),
            ("opnalex:owls", "'opnalex' is none of them"),
            ("http://example.org/x.bib", "'http://example.org/x.bib' is not read from the web"),
        ],
    )
    def test_the_message_says_what_may_be_meant(self, source: str, said: str, run: Run, shelf: Path) -> None:
        ended = run("add", source, "--library", shelf)
        assert (ended.code, ended.out) == (2, "")
        assert said in ended.err
        assert not shelf.exists()

    def test_a_library_in_a_folder_is_passed_over(self, run: Run, tmp_path: Path) -> None:
        (tmp_path / "folder").mkdir()
        (tmp_path / "folder" / "papers.bib").write_text(TWO_AND_A_BROKEN_ONE.splitlines()[0])
        inside = tmp_path / "folder" / "lib"
        run("add", SAMPLE_BIB, "--library", inside)
        report = json.loads(run("add", tmp_path / "folder", "--library", inside, "--json").out)
        assert report["added"] == 1
        assert [one["reason"] for one in report["skipped"]] == [
            "a library of Citewell; `citewell export` writes what is in it"
        ]

    def test_a_first_library_is_named(self, run: Run) -> None:
        ended = run("add", "-", stdin=TWO_AND_A_BROKEN_ONE)
        assert "A library is made in " in ended.err
        assert "A library is made in " not in run("add", "-", stdin=TWO_AND_A_BROKEN_ONE).err

    def test_why_a_key_is_another(self, run: Run, shelf: Path) -> None:
        two = "@misc{a, title = {Ants}}\n@misc{a, title = {Bees}}\n@misc{b c, title = {Cats}}\n"
        err = run("add", "-", "--library", shelf, stdin=two).err
        assert "Renamed: standard input, line 2: a is anonndbees here: another paper has that key." in err
        assert "Renamed: standard input, line 3: b c is anonndcats here: a key like that cannot be cited." in err

    @pytest.mark.parametrize(
        ("stage", "said"), [("on_record", "Nothing was added."), ("on_progress", "in the library;")]
    )
    def test_who_stops_it_is_told_what_was_done(
        self, stage: str, said: str, run: Run, shelf: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from assistant.shelf import Shelf

        add = Shelf.add

        def stop(*_: Any) -> None:
            raise KeyboardInterrupt

        def stopped(self: Shelf, *arguments: Any, **options: Any) -> Any:
            return add(self, *arguments, **options | {stage: stop})

        monkeypatch.setattr(Shelf, "add", stopped)
        ended = run("add", SAMPLE_BIB, "--library", shelf)
        assert ended.code == 130
        assert said in ended.err
        monkeypatch.undo()
        assert len(keys(run, shelf)) == (42 if stage == "on_progress" else 0)

    def test_a_duplicate_is_named_by_where_it_stands(self, run: Run, shelf: Path, tmp_path: Path) -> None:
        run("add", "-", "--library", shelf, stdin=TWO_AND_A_BROKEN_ONE.splitlines()[0])
        source = tmp_path / "same.ris"
        source.write_text("TY  - JOUR\nTI  - The First Paper\nAU  - Alpha, Ann\nPY  - 2020\nVL  - 3\nER  - \n")
        err = run("add", source, "--library", shelf).err
        assert f"Duplicate: {source}, line 1: “The First Paper” is first2020 (" in err
        assert "; took over its volume)." in err
