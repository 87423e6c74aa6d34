"""LaTeX that real programs compile: the draft of hostile papers, once with each package."""

import re
import shutil
import subprocess
import unicodedata
from pathlib import Path
from typing import NamedTuple

import pytest

from assistant.export.tex.bibliography import BibReader, draft_bib
from assistant.export.tex.document import CitationPackage, to_latex
from tests.fakes import hostile_tex

NEEDED = ("kpsewhich", "latexmk", "pdflatex", "bibtex", "biber", "pdftotext")
pytestmark = [
    pytest.mark.skipif(
        any(shutil.which(name) is None for name in NEEDED), reason=f"compiling LaTeX needs {', '.join(NEEDED)}"
    ),
    pytest.mark.slow,
]


class Compiled(NamedTuple):
    folder: Path
    log: str
    text: str


def has_fonts_of_lualatex() -> bool:
    """LuaLaTeX is often there without the package that loads fonts for it."""
    found = subprocess.run(["kpsewhich", "luaotfload.sty", "fontspec.sty"], capture_output=True, check=False)
    return shutil.which("lualatex") is not None and len(found.stdout.splitlines()) == 2


@pytest.fixture(scope="module", params=["natbib -pdf", "biblatex -pdf", "natbib -lualatex"])
def compiled(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Compiled:
    package: CitationPackage
    package, program = request.param.split()
    if program == "-lualatex" and not has_fonts_of_lualatex():
        pytest.skip("LuaLaTeX is not installed with its fonts")
    folder = tmp_path_factory.mktemp(package)
    draft, papers = hostile_tex.draft("my_refs-1.bib"), hostile_tex.papers()
    (folder / "x.tex").write_text(to_latex(draft, papers, package=package), encoding="utf-8")
    reader: BibReader = "bibtex" if package == "natbib" else "biblatex"
    (folder / "my_refs-1.bib").write_text(draft_bib(draft, papers, reader), encoding="utf-8")
    command = ["latexmk", program, "-interaction=nonstopmode", "-halt-on-error", "-file-line-error", "x.tex"]
    done = subprocess.run(command, cwd=folder, capture_output=True, timeout=100, check=False)
    log = (folder / "x.log").read_text(encoding="utf-8", errors="replace")
    assert done.returncode == 0, log[-3000:]
    text = subprocess.run(["pdftotext", "x.pdf", "-"], cwd=folder, capture_output=True, check=True).stdout.decode()
    return Compiled(folder, log, text)


def letters(text: str) -> str:
    """What a PDF surely keeps of a text: its letters and signs without accents, spaces and hyphens."""
    plain = unicodedata.normalize("NFKD", text)
    return re.sub(r"[^!-,./-~]", "", plain.replace("“", "``").replace("”", "''"))


def test_nothing_is_undefined(compiled: Compiled) -> None:
    assert not re.search(r"undefined|multiply defined|Missing character|LaTeX Warning: Empty", compiled.log)
    assert "??" not in compiled.text
    assert "[?]" not in compiled.text


def test_what_is_hostile_is_shown(compiled: Compiled) -> None:
    shown = letters(compiled.text)
    assert [text for _, text in hostile_tex.SHOWN if letters(text) not in shown] == []


def test_nothing_was_run(compiled: Compiled) -> None:
    assert "root:" not in compiled.text
    assert not list(compiled.folder.glob("*pwned*"))


def test_every_paper_is_in_the_list_of_references(compiled: Compiled) -> None:
    assert compiled.text.rindex("References") < compiled.text.rindex("Umlaut in key")
    text = re.sub(r"\s*\d+\s*\x0c|\s", "", compiled.text)
    for number in range(len(hostile_tex.SHOWN)):
        assert f"10.1000/{number}_" in text
