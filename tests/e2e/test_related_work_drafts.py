"""From the topic to the PDF, the page and the Word file, by the commands that a user types."""

import json
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from assistant.export.pandoc import find_pandoc
from tests.conftest import REAL_DATA, Run

LATEX = ("latexmk", "pdflatex", "bibtex", "biber")
needs_latex = pytest.mark.skipif(
    any(shutil.which(name) is None for name in LATEX), reason=f"compiling LaTeX needs {', '.join(LATEX)}"
)
needs_pandoc = pytest.mark.skipif(find_pandoc() is None, reason="pandoc is not installed")
pytestmark = pytest.mark.slow

SAMPLE_TOPICS = ("checking citations in generated text", "language models that retrieve what they need")
SEED_TOPICS = (
    "correcting facts that a large language model has learned",
    "sentiment analysis of text and images",
    "recommending news, music and videos to users",
    "chain-of-thought reasoning that needs fewer tokens",
    "how multimodal language models join what they see with what they read",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Library:
    """A library, what it holds, and what is asked of it."""

    folder: Path
    papers: Mapping[str, Mapping[str, Any]]
    topics: Sequence[str]


@pytest.fixture(scope="module", params=["sample", pytest.param("seeds", marks=pytest.mark.seeds)])
def library(request: pytest.FixtureRequest, sample_library: Path, tmp_path_factory: pytest.TempPathFactory) -> Library:
    from assistant.wiring import Assistant

    folder, topics = sample_library, SAMPLE_TOPICS
    if request.param == "seeds":
        listings = REAL_DATA / "seeds"
        if not listings.is_dir():
            pytest.skip(f"there are no author listings in {listings}; CITEWELL_DATA names the folder above it")
        folder, topics = tmp_path_factory.mktemp("seeds") / "library", SEED_TOPICS
        with Assistant.open(folder, model="embedded") as assistant:
            assistant.add([listings])
    with Assistant.open(folder, model="embedded") as assistant:
        found = {paper.key: {"title": paper.title, "abstract": paper.abstract} for paper in assistant.papers()}
    return Library(folder=folder, papers=found, topics=topics)


@pytest.fixture
def draft(run: Run, library: Library, tmp_path: Path) -> Callable[..., Path]:
    """Writes a draft on the first topic with its table, and says where it is."""

    def draft(name: str, *options: str) -> Path:
        out = tmp_path / name
        command = ("related-work", library.topics[0], "--table", "draft", "--out", out, *options)
        assert run(*command, "--library", library.folder).code == 0
        return out

    return draft


def statements_of(answer: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for section in answer["sections"]:
        assert section["heading"]
        yield from section["statements"]


def test_every_statement_is_judged_and_every_quote_is_exact(run: Run, library: Library) -> None:
    for topic in library.topics:
        answer = json.loads(run("related-work", topic, "--json", "--library", library.folder).out)
        statements = list(statements_of(answer))
        assert statements
        for statement in statements:
            assert statement["verdict"] == "supported"
            assert statement["judge"]
            for one in statement["citations"]:
                text = library.papers[one["key"]][one.get("where") or "abstract"]
                assert text[one["start"] : one["end"]] == one["quote"] != ""
        assert {one["key"] for one in answer["references"]} <= set(library.papers)


@pytest.mark.parametrize("name", ["related.md", "related.tex"])
def test_what_is_written_is_verified(name: str, draft: Callable[..., Path], run: Run, library: Library) -> None:
    ended = run("verify", draft(name), "--library", library.folder, "--json")
    found = json.loads(ended.out)
    assert ended.code == 0, [one for one in found["statements"] if one["level"] == "error"]
    assert {one["verdict"] for one in found["statements"] if one["state"] == "judged"} == {"supported"}


@needs_latex
@pytest.mark.parametrize("package", ["natbib", "biblatex"])
def test_the_pdf_has_every_citation(package: str, draft: Callable[..., Path]) -> None:
    path = draft("related.tex", "--cite-with", package)
    command = ["latexmk", "-pdf", "-interaction=nonstopmode", "-halt-on-error", "-file-line-error", path.name]
    done = subprocess.run(command, cwd=path.parent, capture_output=True, timeout=100, check=False)
    log = path.with_suffix(".log").read_text(encoding="utf-8", errors="replace")
    assert done.returncode == 0, log[-2000:]
    assert not re.search(r"undefined|multiply defined|Missing character|^Overfull \\hbox", log, re.MULTILINE)


@needs_pandoc
@pytest.mark.parametrize("suffix", ["html", "docx"])
def test_pandoc_resolves_every_citation(suffix: str, draft: Callable[..., Path]) -> None:
    path, pandoc = draft("related.md"), find_pandoc()
    assert pandoc is not None
    command = [pandoc.path, path.name, "--citeproc", "--standalone", f"--output=out.{suffix}"]
    done = subprocess.run(command, cwd=path.parent, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    plain = subprocess.run(
        [pandoc.path, f"out.{suffix}", "--to=plain", "--wrap=none"], cwd=path.parent, capture_output=True, check=True
    ).stdout.decode()
    assert "???" not in plain
    keys = re.findall(r"^@\w+\{([^,]+),", path.with_suffix(".bib").read_text(encoding="utf-8"), re.MULTILINE)
    assert keys
    assert not [key for key in keys if key in plain], "a key that is not resolved is shown as it is"


def test_no_reader_sees_commands_for_fonts(draft: Callable[..., Path]) -> None:
    text = draft("related.md").read_text(encoding="utf-8")
    assert not re.search(r"\\\\(?:text[a-z]{2}|emph|mathbf)", text)
