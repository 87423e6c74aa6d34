"""Sources made to do harm, through the real command: what it prints and what comes out of the library again."""

import io
import json
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.conftest import Program, Run

CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""What moves a terminal's cursor or turns the direction of text; a newline ends a line and a tab does no harm."""
ESCAPES = "\x1b]0;owned\x07\x1b[2J\x9b31m\u202e\u2066"
GOOD = "@misc{good, title = {What Comes After}, year = {2001}, author = {Good, Ann}}\n"


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    """Where a library is to be made."""
    return tmp_path / "shelf"


def file(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def titles(run: Run, shelf: Path) -> list[str]:
    return [paper["title"] for paper in json.loads(run("list", "--library", shelf, "--json").out)["papers"]]


SOURCES = {
    "bibtex": f"@misc{{k1, title = {{A {ESCAPES} <b onload=x>Title</b>}}, author = {{Ev{ESCAPES}il, Eve}}, "
    f"year = 2001, journal = {{J{ESCAPES}}}, abstract = {{An {ESCAPES} abstract.}}, keywords = {{t{ESCAPES}ag}}}}\n",
    "jsonl": json.dumps(
        {
            "title": f"A {ESCAPES} <b onload=x>Title</b>",
            "authors": [f"Eve Ev{ESCAPES}il"],
            "year": 2001,
            "venue": f"J{ESCAPES}",
            "abstract": f"An {ESCAPES} abstract.",
            "id": f"k{ESCAPES}1",
        }
    ),
    "ris": f"TY  - JOUR\nTI  - A {ESCAPES} <b onload=x>Title</b>\nAU  - Ev{ESCAPES}il, Eve\nPY  - 2001\n"
    f"JO  - J{ESCAPES}\nAB  - An {ESCAPES} abstract.\nKW  - t{ESCAPES}ag\nER  - \n",
    "csv": f"title,authors,year,abstract\nA {ESCAPES} <b onload=x>Title</b>,Eve Ev{ESCAPES}il,2001,"
    f"An {ESCAPES} abstract.\n",
}


@pytest.mark.parametrize("content", SOURCES.values(), ids=SOURCES)
def test_no_command_prints_what_steers_a_terminal(run: Run, shelf: Path, tmp_path: Path, content: str) -> None:
    source = file(tmp_path, "evil.txt", content)
    runs = [run("add", source, "--library", shelf, "--no-index")]
    assert runs[0].code == 0
    (paper,) = json.loads(run("list", "--library", shelf, "--json").out)["papers"]
    runs += [
        run("add", source, "--library", shelf, "--no-index"),
        run("list", "--library", shelf),
        run("list", "--library", shelf, "--json"),
        run("show", paper["key"], "--library", shelf),
        run("show", "nobody", "--library", shelf),
    ]
    for ended in runs:
        assert not CONTROLS.search(ended.out), ended.out
        assert not CONTROLS.search(ended.err), ended.err
    assert "\x1b" not in run("export", "--library", shelf).out
    assert not CONTROLS.search(paper["title"])
    assert "Title" in paper["title"]


HARM = r"\input{/etc/passwd} \write18{rm -rf .} \immediate\write18{x} ^^5cinput{x} $\csname input\endcsname$ % }"
LATEX_SOURCES = {
    "jsonl": json.dumps({"title": f"T {HARM}", "abstract": f"A {HARM}", "year": 2001, "venue": f"V {HARM}"}),
    "ris": f"TY  - JOUR\nTI  - T {HARM}\nAB  - A {HARM}\nPY  - 2001\nN1  - {HARM}\nER  - \n",
    "bibtex": "@article{a, title = {T \\input{/etc/passwd}}, abstract = {A \\input{/etc/passwd} \\write18{ls}}, "
    "year = 2001, note = {\\immediate\\write18{x}}}\n",
}


@pytest.mark.parametrize("content", LATEX_SOURCES.values(), ids=LATEX_SOURCES)
@pytest.mark.parametrize("form", ["bibtex", "biblatex"])
def test_latex_of_a_source_does_nothing_in_an_export(
    run: Run, shelf: Path, tmp_path: Path, content: str, form: str
) -> None:
    run("add", file(tmp_path, "x.txt", content), "--library", shelf, "--no-index")
    out = run("export", "--format", form, "--library", shelf).out
    assert "etc/passwd" in out
    assert not re.search(r"\\(?:input|write|immediate|csname)", out), out
    assert "^^" not in out
    assert out.count("{") == out.count("}")


@pytest.mark.parametrize("form", ["bibtex", "biblatex", "jsonl", "csl-json", "ris", "csv"])
def test_latex_comes_back_from_every_export_as_text(run: Run, shelf: Path, tmp_path: Path, form: str) -> None:
    run("add", file(tmp_path, "x.txt", LATEX_SOURCES["jsonl"]), "--library", shelf, "--no-index")
    exported = file(tmp_path, "out.txt", run("export", "--format", form, "--library", shelf).out)
    again = shelf.with_name("again")
    assert run("add", exported, "--library", again, "--no-index").code == 0
    assert titles(run, again) == titles(run, shelf)


@pytest.mark.parametrize("form", ["bibtex", "biblatex", "ris"])
def test_names_of_fields_cannot_carry_an_entry(run: Run, shelf: Path, tmp_path: Path, form: str) -> None:
    name = 'note = {x}, evil} @preamble{"\\input{a}"} @misc{k'
    papers = (
        {"format": "citewell", "title": "The First", "written": [["title", "{The First}"], [name, "{y}"]]},
        {"format": "citewell", "title": "The Second", "details": {name: "y"}, "extra": [[name, "{y}"]]},
        {"title": "The Third", name: "y", "venue": "V\nER  - \n\nTY  - JOUR\nTI  - Injected", "type": f"misc{{{name}"},
    )
    source = file(tmp_path, "x.jsonl", "\n".join(map(json.dumps, papers)))
    run("add", source, "--library", shelf, "--no-index")
    out = run("export", "--format", form, "--library", shelf).out
    assert "@preamble" not in out, out
    assert "\nTI  - Injected" not in out
    again = shelf.with_name("again")
    run("add", file(tmp_path, "out.txt", out), "--library", again, "--no-index")
    assert titles(run, again) == ["The First", "The Second", "The Third"]


def test_a_zip_archive_of_good_and_bad(run: Run, shelf: Path, tmp_path: Path) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("../../climber.bib", GOOD)
        archive.writestr("bomb.bib", b" " * (100 << 20))
        archive.writestr("inner.zip", b"PK\x05\x06" + b"\x00" * 18)
        archive.writestr("folder/good.bib", GOOD)
    source = file(tmp_path, "papers.zip", packed.getvalue())
    before = sorted(tmp_path.parent.iterdir())
    report = json.loads(run("add", source, "--library", shelf, "--no-index", "--json").out)
    assert report["added"] == 1
    said = {one["source"].removeprefix(f"{source}/"): one["reason"] for one in report["skipped"]}
    assert set(said) == {"../../climber.bib", "bomb.bib", "inner.zip"}
    assert sorted(tmp_path.parent.iterdir()) == before
    (origin,) = json.loads(run("show", "good", "--library", shelf, "--json").out)["sources"]
    assert origin["source"] == f"{source}/folder/good.bib"


def test_an_xml_bomb_beside_a_good_file(run: Run, shelf: Path, tmp_path: Path) -> None:
    entities = "".join(f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>" for n in range(1, 12))
    bomb = f"<!DOCTYPE r [<!ENTITY a0 'harm'>{entities}]><xml><records><record>&a11;</record></records></xml>"
    ended = run("add", file(tmp_path, "a.xml", bomb), file(tmp_path, "b.bib", GOOD), "--library", shelf, "--no-index")
    assert ended.code == 0
    assert titles(run, shelf) == ["What Comes After"]
    assert "a.xml" in ended.err


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="this system has no such names")
@pytest.mark.parametrize("name", [b"new\nline.bib", b"esc\x1b[31m.bib", "turn\u202e.bib".encode(), b"caf\xe9.bib"])
def test_a_files_name_does_no_harm(run: Run, shelf: Path, tmp_path: Path, name: bytes) -> None:
    folder = tmp_path / "papers"
    folder.mkdir()
    (folder / os.fsdecode(name)).write_text(GOOD + "@misc{untitled, year = {2001}}\n", encoding="utf-8")
    (folder / (os.fsdecode(name) + ".py")).write_text("", encoding="utf-8")
    for options in ((), ("--json",)):
        ended = run("add", folder, "--library", shelf, "--no-index", *options)
        assert ended.code == 0
        assert not CONTROLS.search(ended.err), ended.err
        assert not CONTROLS.search(ended.out), ended.out
        assert all(not line or line.startswith(("Skipped:", "and ", " ")) for line in ended.err.splitlines())
    shown = run("show", "good", "--library", shelf)
    assert shown.code == 0
    assert not CONTROLS.search(shown.out), shown.out
    assert json.loads(run("show", "good", "--library", shelf, "--json").out)["sources"]


@pytest.mark.parametrize(
    "wrong",
    [b"@misc{a, title = {Caf\xe9 \xff}}", b"@misc{a,\x00 title = {Caf\x00e}}", b"@misc{a,\r title = {Cafe}\r\n}\r\n\n"],
)
def test_wrong_bytes_are_survived(run: Run, shelf: Path, tmp_path: Path, wrong: bytes) -> None:
    ended = run("add", file(tmp_path, "a.bib", wrong), "--library", shelf, "--no-index")
    assert ended.code == 0
    (title,) = titles(run, shelf)
    assert title.startswith("Caf")


def test_a_file_of_noise_is_refused_in_a_line(run: Run, shelf: Path, tmp_path: Path) -> None:
    noise = bytes(range(256)) * 100
    ended = run("add", file(tmp_path, "noise.bib", noise), "--library", shelf, "--no-index")
    assert ended.code == 2
    assert "binary" in ended.err
    assert ended.out == "0 added, 1 skipped.\n"


@pytest.mark.skipif(sys.platform == "win32", reason="this system has no such shell")
@pytest.mark.parametrize("words", ["add <(cat {source})", "add /dev/stdin < {source}", "add - < {source}"])
def test_pipes_of_a_shell_are_read(program: Program, shelf: Path, tmp_path: Path, words: str) -> None:
    source = file(tmp_path, "good.bib", GOOD * 1)
    command = f"{sys.executable} -m assistant {words.format(source=source)} --library {shelf} --no-index --json"
    root = Path(__file__).parents[2]
    ended = subprocess.run(["bash", "-c", command], cwd=root, capture_output=True, text=True, check=False, timeout=60)
    assert ended.returncode == 0, ended.stderr
    assert json.loads(ended.stdout)["added"] == 1
