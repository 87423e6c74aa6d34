import json
import shlex
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Run

PAPERS = """\
@article{owls2020, title = {Owls at Dusk}, author = {Quill, Ada}, year = {2020}, abstract = {Owls hunt at dusk.}}
@article{bees2021, title = {Bees in Rain}, author = {Lund, Cy}, year = {2021}, keywords = {insects},
  abstract = {Bees wait for the rain to end.}}
"""
Editor = Callable[[str], None]


@pytest.fixture
def shelf(tmp_path: Path, run: Run) -> Path:
    """A library of two papers."""
    run("add", "-", "--library", tmp_path / "shelf", stdin=PAPERS)
    return tmp_path / "shelf"


@pytest.fixture
def editor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Editor:
    """Has an editor do something to the text of the file at `path`."""

    def use(body: str) -> None:
        script = tmp_path / "editor.py"
        script.write_text(f"import sys\npath = sys.argv[1]\ntext = open(path).read()\n{body}\n")
        monkeypatch.setenv("EDITOR", f"{shlex.quote(sys.executable)} {shlex.quote(str(script))}")

    return use


def shown(run: Run, shelf: Path, key: str) -> dict[str, object]:
    shape: dict[str, object] = json.loads(run("show", key, "--library", shelf, "--json").out)
    return shape


def found(run: Run, shelf: Path, query: str) -> list[str]:
    passages = json.loads(run("search", query, "--library", shelf, "--json", "--mode", "lexical").out)["passages"]
    return [one["key"] for one in passages]


def meanwhile(*arguments: str) -> str:
    """Python that runs a command while the editor is open."""
    return f"import subprocess; subprocess.run({[sys.executable, '-m', 'assistant', *arguments]!r}, check=True)"


class TestEdit:
    def test_in_an_editor(self, run: Run, shelf: Path, editor: Editor) -> None:
        editor("open(path, 'w').write(text.replace('Owls hunt at dusk.', 'Owls hunt voles.').replace('2020', '2019'))")
        ended = run("edit", "owls2020", "--library", shelf, is_terminal=True)
        assert (ended.code, ended.out) == (0, "Changed: owls2020. `citewell undo` takes it back.\n")
        paper = shown(run, shelf, "owls2020")
        assert (paper["abstract"], paper["year"]) == ("Owls hunt voles.", 2019)
        assert found(run, shelf, "voles") == ["owls2020"]
        assert found(run, shelf, "dusk") == ["owls2020"]  # by its title

    def test_what_is_edited_is_not_overwritten_by_its_source(self, run: Run, shelf: Path) -> None:
        run("edit", "owls2020", "--set", "year=2019", "--library", shelf)
        run("add", "-", "--library", shelf, stdin=PAPERS.replace("at dusk.", "at night."))
        paper = shown(run, shelf, "owls2020")
        assert paper["year"] == 2019
        assert "Yours:        year, date" in run("show", "owls2020", "--library", shelf).out

    @pytest.mark.parametrize("body", ["", "open(path, 'w').write('')"], ids=["same", "empty"])
    def test_nothing_changed(self, body: str, run: Run, shelf: Path, editor: Editor) -> None:
        before = shown(run, shelf, "owls2020")
        editor(body)
        ended = run("edit", "owls2020", "--library", shelf, is_terminal=True)
        assert ended.code == 0
        assert "othing was" in ended.out + ended.err
        assert shown(run, shelf, "owls2020") == before

    def test_what_cannot_be_read_is_not_lost(self, run: Run, shelf: Path, editor: Editor) -> None:
        editor("open(path, 'w').write(text + 'yaer: 1\\n')")
        ended = run("edit", "owls2020", "--library", shelf, is_terminal=True)
        assert ended.code == 2
        assert "Did you mean 'year'?" in ended.err
        kept = Path(ended.err.split("your text is in ")[1].split(": mend it")[0].replace("\n", ""))
        kept.write_text(kept.read_text().replace("yaer: 1", "venue: Night Birds"))
        assert run("edit", "owls2020", "--from", kept, "--library", shelf).code == 0
        assert shown(run, shelf, "owls2020")["venue"] == "Night Birds"
        kept.unlink()

    @pytest.mark.parametrize(
        ("command", "body", "again"),
        [
            ("edit", "open(path, 'w').write(text.replace('Owls at Dusk', ''))", "edit owls2020 --from"),
            ("note", "open(path, 'w').write('mine')\n{remove}", "note owls2020 - <"),
        ],
    )
    def test_what_cannot_be_stored_is_not_lost(
        self, command: str, body: str, again: str, run: Run, shelf: Path, editor: Editor
    ) -> None:
        editor(body.replace("{remove}", meanwhile("remove", "owls2020", "--library", str(shelf))))
        ended = run(command, "owls2020", "--library", shelf, is_terminal=True)
        assert ended.code != 0
        said = " ".join(ended.err.split())
        kept = Path(said.split("Your text is in ")[1].split(": ")[0].replace(" ", ""))
        assert kept.read_text()
        assert f"citewell {again}" in said
        kept.unlink()

    def test_what_another_program_changed_meanwhile_stays(self, run: Run, shelf: Path, editor: Editor) -> None:
        theirs = meanwhile("note", "owls2020", "theirs", "--library", str(shelf))
        editor(f"{theirs}\nopen(path, 'w').write(text.replace('2020', '2019'))")
        assert run("edit", "owls2020", "--library", shelf, is_terminal=True).code == 0
        paper = shown(run, shelf, "owls2020")
        assert (paper["year"], paper["notes"]) == (2019, "theirs")

    def test_single_fields(self, run: Run, shelf: Path) -> None:
        ended = run("edit", "bees2021", "--set", "doi=10.1000/BEES", "--set", "volume=3", "--library", shelf, "--json")
        paper = json.loads(ended.out)
        assert (paper["doi"], paper["details"], paper["tags"]) == ("10.1000/bees", {"volume": "3"}, ["insects"])

    @pytest.mark.parametrize(
        ("options", "said"),
        [
            (["nobody", "--set", "year=2020"], "No paper has the key 'nobody'"),
            (["owls2020", "--set", "year"], "'year' sets nothing"),
            (["owls2020", "--set", "colour=red"], "'colour' is no field"),
            (["owls2020", "--set", "title="], "needs a title"),
            (["owls2020"], "An editor needs a terminal. `citewell edit owls2020 --set year=2023`"),
        ],
    )
    def test_what_is_wrong_is_said(self, options: list[str], said: str, run: Run, shelf: Path) -> None:
        ended = run("edit", *options, "--library", shelf)
        assert (ended.code, ended.out) == (2, "")
        assert said in ended.err


class TestTagsAndNotes:
    def test_tags(self, run: Run, shelf: Path) -> None:
        ended = run("tag", "owls2020", "bees2021", "--add", "chapter two", "--remove", "insects", "--library", shelf)
        assert ended.out == "owls2020: chapter two\nbees2021: chapter two\n"
        papers = json.loads(run("list", "--tag", "chapter two", "--library", shelf, "--json").out)["papers"]
        assert [one["key"] for one in papers] == ["owls2020", "bees2021"]

    def test_all_or_none(self, run: Run, shelf: Path) -> None:
        ended = run("tag", "owls2020", "nobody", "--add", "x", "--library", shelf)
        assert ended.code == 2
        assert shown(run, shelf, "owls2020")["tags"] == []

    def test_no_tag(self, run: Run, shelf: Path) -> None:
        assert "Name a tag" in run("tag", "owls2020", "--library", shelf).err

    def test_notes(self, run: Run, shelf: Path, editor: Editor) -> None:
        assert run("note", "owls2020", "Read again.", "--library", shelf).out == "Noted with owls2020.\n"
        assert "\nYour notes:\nRead again.\n" in run("show", "owls2020", "--library", shelf).out
        editor("open(path, 'w').write(text + 'Compare with bees.')")
        run("note", "owls2020", "--library", shelf, is_terminal=True)
        assert shown(run, shelf, "owls2020")["notes"] == "Read again.\nCompare with bees."
        assert "`citewell undo` brings it back" in run("note", "owls2020", "Anew.", "--library", shelf).err
        ended = run("note", "owls2020", "And more.", "--append", "--library", shelf)
        assert (ended.err, shown(run, shelf, "owls2020")["notes"]) == ("", "Anew.\nAnd more.")
        run("note", "owls2020", "-", "--library", shelf, stdin="From a pipe.\n")
        assert shown(run, shelf, "owls2020")["notes"] == "From a pipe."
        assert run("note", "owls2020", "--clear", "--library", shelf).out == "No note is kept with owls2020.\n"
        assert shown(run, shelf, "owls2020")["notes"] == ""

    def test_a_note_is_not_the_papers(self, run: Run, shelf: Path) -> None:
        run("note", "owls2020", "zebras zebras", "--library", shelf)
        assert found(run, shelf, "zebras") == []


class TestUndo:
    def test_one_change_after_another(self, run: Run, shelf: Path) -> None:
        before = shown(run, shelf, "owls2020")
        run("edit", "owls2020", "--set", "title=Owls", "--library", shelf)
        run("remove", "bees2021", "--library", shelf)
        listed = run("undo", "--list", "--library", shelf).out.splitlines()
        assert [line[18:] for line in listed] == [
            "remove bees2021 (1 paper)",
            "edit owls2020: title (1 paper)",
            "add standard input (2 papers)",
        ]
        ended = run("undo", "--library", shelf)
        assert ended.out.startswith("Taken back: remove bees2021 (")
        assert found(run, shelf, "rain") == ["bees2021"]
        undone = json.loads(run("undo", "--library", shelf, "--json").out)["undone"]
        assert (undone["what"], undone["restored"], undone["removed"]) == ("edit owls2020: title", ["owls2020"], [])
        assert shown(run, shelf, "owls2020") == before
        assert "2 papers are gone again." in run("undo", "--library", shelf).err
        assert json.loads(run("list", "--library", shelf, "--json").out) == {"papers": []}
        ended = run("undo", "--library", shelf)
        assert (ended.code, "There is nothing to take back" in ended.err) == (2, True)
        assert json.loads(run("undo", "--list", "--library", shelf, "--json").out) == {"changes": []}


class TestDedupe:
    TWINS = """\
@article{moss2020, title = {Moss and Pond Water}, author = {Fern, Una and Reed, Bo}, year = {2020},
  doi = {10.1000/moss}, abstract = {Moss takes metals out of pond water.}}
"""

    @pytest.fixture
    def twins(self, run: Run, shelf: Path) -> Path:
        """A library that holds a paper twice, as an edit left it."""
        run("add", "-", "--library", shelf, stdin=self.TWINS)
        other = (
            self.TWINS.replace("moss2020", "other")
            .replace("Moss and Pond Water", "Lichens of Salt")
            .replace("10.1000/moss", "10.1000/other")
        )
        run("add", "-", "--library", shelf, stdin=other.replace("Fern, Una and ", ""))
        run(
            "edit", "other", "--set", "title=Moss and pond water", "--set", "authors=Fern, U.; Reed, B.", "--set",
            "doi=10.1000/moss", "--library", shelf,
        )  # fmt: skip
        return shelf

    def test_nothing_twice(self, run: Run, shelf: Path) -> None:
        assert run("dedupe", "--library", shelf).out == "No paper is there twice.\n"

    def test_listing_changes_nothing(self, run: Run, twins: Path) -> None:
        ended = run("dedupe", "--list", "--library", twins)
        assert ended.code == 0
        assert "1 keep moss2020: Moss and Pond Water." in ended.out
        (group,) = json.loads(run("dedupe", "--library", twins, "--json").out)["groups"]
        assert (group["keep"], group["others"], group["certain"]) == ("moss2020", ["other"], True)

    def test_yes_merges_what_is_certain_and_undo_takes_it_back(self, run: Run, twins: Path) -> None:
        assert run("dedupe", "--yes", "--library", twins).out.startswith("1 group was merged.")
        assert shown(run, twins, "other")["key"] == "moss2020"
        run("undo", "--library", twins)
        assert shown(run, twins, "other")["key"] == "other"

    @pytest.mark.parametrize(
        ("answers", "said", "left"),
        [("m\n", "1 merged, 0 told apart.", 0), ("x\nd\n", "0 merged, 1 told apart.", 0),
         ("v\n2\n", "1 merged, 0 told apart.", 0), ("\n", "0 merged, 0", 1),
         ("q\n", "0 merged, 0", 1), ("", "0 merged, 0", 1)],
    )  # fmt: skip
    def test_asking(self, answers: str, said: str, left: int, run: Run, twins: Path) -> None:
        ended = run("dedupe", "--library", twins, stdin=answers, is_terminal=True)
        assert ended.code == 0
        assert said in ended.out
        assert len(json.loads(run("dedupe", "--library", twins, "--json").out)["groups"]) == left

    def test_without_a_terminal_nothing_is_changed(self, run: Run, twins: Path) -> None:
        ended = run("dedupe", "--library", twins)
        assert "Nothing was changed: there is no terminal to ask at." in ended.err
        assert shown(run, twins, "other")["key"] == "other"

    def test_by_hand(self, run: Run, twins: Path) -> None:
        run("dedupe", "--apart", "moss2020,other", "--library", twins)
        assert run("dedupe", "--library", twins).out == "No paper is there twice.\n"
        ended = run("dedupe", "--merge", "owls2020, bees2021", "--library", twins, "--json")
        assert json.loads(ended.out)["merged"] == [{"key": "owls2020", "merged": ["bees2021"]}]
        assert "Merged into owls2020 (“Owls at Dusk”): bees2021 (“Bees in Rain”)." in ended.err
        assert run("dedupe", "--merge", "owls2020", "--library", twins).code == 2
        assert run("dedupe", "--merge", "owls2020,nobody", "--library", twins).code == 2


class TestList:
    def test_sorted(self, run: Run, shelf: Path) -> None:
        for order, first in (
            ("title", "bees2021"),
            ("newest", "bees2021"),
            ("year", "owls2020"),
            ("author", "bees2021"),
        ):
            papers = json.loads(run("list", "--sort", order, "--library", shelf, "--json").out)["papers"]
            assert papers[0]["key"] == first, order

    def test_words(self, run: Run, shelf: Path) -> None:
        run("note", "owls2020", "For chapter two.", "--library", shelf)
        for words, found in (
            (["DUSK"], ["owls2020"]),
            (["lund", "rain"], ["bees2021"]),
            (["owls2020"], ["owls2020"]),
            (["chapter"], ["owls2020"]),
            (["owls", "rain"], []),
        ):
            papers = json.loads(run("list", *words, "--library", shelf, "--json").out)["papers"]
            assert [one["key"] for one in papers] == found, words

    @pytest.mark.parametrize("author", ["Quill, Ada", "quill,ada", "Ada Quill", "quil"])
    def test_authors_in_either_order(self, author: str, run: Run, shelf: Path) -> None:
        papers = json.loads(run("list", "--author", author, "--library", shelf, "--json").out)["papers"]
        assert [one["key"] for one in papers] == ["owls2020"]

    def test_what_is_lacking(self, run: Run, shelf: Path) -> None:
        run("add", "-", "--library", shelf, stdin="@misc{bare, title = {A Bare Title}, year = 2000}")
        assert run("list", "--lacks", "abstract", "--library", shelf).out.startswith("bare\t2000")
        assert run("list", "--lacks", "year", "--library", shelf).err == "0 papers.\n"


class TestExport:
    @pytest.mark.parametrize("format_", ["bibtex", "biblatex", "csl-json", "ris", "jsonl", "csv"])
    def test_every_format_is_read_back(self, format_: str, run: Run, shelf: Path, tmp_path: Path) -> None:
        run("note", "owls2020", "Mine.", "--library", shelf)
        text = run("export", "--format", format_, "--library", shelf).out
        ended = run("add", "-", "--library", tmp_path / "back", "--json", stdin=text)
        report = json.loads(ended.out)
        assert (report["added"], report["skipped"], report["papers"]) == (2, [], ["owls2020", "bees2021"])
        for key in report["papers"]:
            before, after = shown(run, shelf, key), shown(run, tmp_path / "back", key)
            for name in ("title", "authors", "year", "abstract", "tags", "entry_type"):
                assert after[name] == before[name], name

    @pytest.mark.parametrize(("name", "begins"), [("a.bib", "@"), ("a.ris", "TY"), ("a.json", "["), ("a.csv", "key,")])
    def test_to_a_file(self, name: str, begins: str, run: Run, shelf: Path, tmp_path: Path) -> None:
        ended = run("export", "bees2021", "--out", tmp_path / name, "--library", shelf)
        assert (ended.code, ended.out) == (0, "")
        assert ended.err.startswith(f"1 paper written to {tmp_path / name} as ")
        text = (tmp_path / name).read_text()
        assert text.startswith(begins)
        assert "Bees in Rain" in text
        assert "Owls" not in text

    def test_an_unknown_key(self, run: Run, shelf: Path) -> None:
        assert run("export", "nobody", "--library", shelf).code == 2

    def test_a_paper_named_twice_is_written_once(self, run: Run, shelf: Path) -> None:
        assert run("export", "owls2020", "owls2020", "--library", shelf).out.count("@article") == 1

    def test_a_dash_is_standard_output(self, run: Run, shelf: Path) -> None:
        assert run("export", "owls2020", "--out", "-", "--library", shelf).out.startswith("@article{owls2020,")

    def test_a_file_is_not_emptied(self, run: Run, shelf: Path, tmp_path: Path) -> None:
        (tmp_path / "kept.bib").write_text("mine")
        ended = run("export", "--tag", "nosuch", "--out", tmp_path / "kept.bib", "--library", shelf)
        assert (ended.code, "No paper passes" in ended.err) == (2, True)
        assert (tmp_path / "kept.bib").read_text() == "mine"

    def test_keys_that_cannot_be_cited_here_go_back_all_the_same(self, run: Run, tmp_path: Path) -> None:
        keys = ["müller2020", "O'Neil2004", "book:prior:", "a&b", "Smith(2004)", "wang*_solving", "plain1999"]
        source = "".join(f"@misc{{{key}, title = {{Title Number {n}}}}}\n" for n, key in enumerate(keys))
        library = tmp_path / "odd"
        run("add", "-", "--library", library, stdin=source)
        text = run("export", "--library", library).out
        assert [line[6:-1] for line in text.splitlines() if line.startswith("@")] == keys
        here = run("list", "--library", library).out.split("\t")[0]
        assert here == "müller2020"
        made = [line.split("\t")[0] for line in run("list", "--library", library).out.splitlines()][1]
        assert f"ids = {{{made}}}" in run("export", "--format", "biblatex", "--library", library).out

    def test_keys_of_merged_papers_are_other_keys_in_biblatex(self, run: Run, shelf: Path) -> None:
        run("dedupe", "--merge", "owls2020,bees2021", "--library", shelf)
        assert "ids = {bees2021}" in run("export", "--format", "biblatex", "--library", shelf).out
