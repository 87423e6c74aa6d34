"""Related work over the seeds, from the topic to what LaTeX and pandoc make of it: one row for each of five topics.

    python bench/drafts.py                    # five topics
    python bench/drafts.py --topics 1         # only the first
    python bench/drafts.py --keep FOLDER      # leave the drafts, the PDFs, the pages and the Word files there

The four listings of the data folder ($CITEWELL_DATA, else `../shared/data` beside the project) make a temporary
library; the embedded default drafts, without a chat model. Everything is done by the functions that the command uses,
and every file is judged by the program that its reader would use: `citewell verify`'s, latexmk, pandoc. Where one of
these is not installed, the cell says so.
"""

import argparse
import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import TYPE_CHECKING

from seed_library import SEEDS, keep_to_this_machine, machine, open_assistant

if TYPE_CHECKING:
    from assistant import Assistant
    from assistant.export.drafts import Layout
    from assistant.types import Citation, Draft, Paper

TOPICS = (
    "correcting facts that a large language model has learned",
    "sentiment analysis of text and images",
    "recommending news, music and videos to users",
    "chain-of-thought reasoning that needs fewer tokens",
    "how multimodal language models join what they see with what they read",
)
HEADS = (
    "topic",
    "sections",
    "statements",
    "papers cited / relevant",
    "keys in the library",
    "with a verdict",
    "verdicts",
    "exact quotes",
    "verify .md",
    "verify .tex",
    "natbib",
    "biblatex",
    "pandoc: HTML",
    "pandoc: Word",
    "seconds",
)
_PROGRAMS = ("latexmk", "pdflatex", "bibtex", "biber")
_UNDEFINED = re.compile(r"(?:Citation|Reference) .{1,200}? undefined|There were undefined", re.DOTALL)
_TOO_WIDE = re.compile(r"^Overfull \\hbox \((?P<points>[\d.]+)pt", re.MULTILINE)


def main() -> None:
    """Draft, write, compile, convert, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--topics", type=int, default=len(TOPICS), help=f"how many of them ({len(TOPICS)})")
    parser.add_argument("--keep", type=Path, help="leave what is written in this folder")
    options = parser.parse_args()
    keep_to_this_machine()
    if not SEEDS.is_dir():
        print(f"Skipped: {SEEDS} is not there (set CITEWELL_DATA).")
        return
    print(f"{machine()}; {versions()}\n")
    print(f"| {' | '.join(HEADS)} |\n{'|---' * len(HEADS)}|")
    with TemporaryDirectory(prefix="citewell-bench-") as temporary, open_assistant(SEEDS) as assistant:
        for number, topic in enumerate(TOPICS[: options.topics], start=1):
            folder = (options.keep or Path(temporary)) / str(number)
            folder.mkdir(parents=True, exist_ok=True)
            print(f"| {' | '.join(row(assistant, topic, folder))} |", flush=True)


def versions() -> str:
    """The programs that are at hand."""
    from assistant.export.pandoc import find_pandoc

    pandoc = find_pandoc()
    missing = [name for name in _PROGRAMS if shutil.which(name) is None]
    latex = f"without {', '.join(missing)}" if missing else "latexmk"
    return f"{latex}; {'pandoc ' + '.'.join(map(str, pandoc.version)) if pandoc else 'without pandoc'}"


def row(assistant: "Assistant", topic: str, folder: Path) -> list[str]:
    """The cells of one topic."""
    from assistant.export.drafts import Layout
    from assistant.types import Assignment

    began = perf_counter()
    draft = assistant.related_work(Assignment(topic=topic, table=True))
    seconds = perf_counter() - began
    papers = {key: paper for key in draft.cited_keys if (paper := assistant.library.get(key))}
    markdown = written(draft, papers, Layout(), folder / "draft.md")
    natbib = written(draft, papers, Layout(format="latex"), folder / "natbib" / "draft.tex")
    biblatex = written(draft, papers, Layout(format="latex", package="biblatex"), folder / "biblatex" / "draft.tex")
    written(draft, papers, Layout(format="html"), folder / "draft.html")
    return [
        topic,
        *promises(draft, papers),
        verified(assistant, markdown),
        verified(assistant, natbib),
        compiled(natbib),
        compiled(biblatex),
        converted(markdown, "html"),
        converted(markdown, "docx"),
        f"{seconds:.1f}",
    ]


def promises(draft: "Draft", papers: "dict[str, Paper]") -> Iterator[str]:
    """Sections, statements, papers, keys that are in the library, verdicts, quotes that are exact."""
    statements = [one for section in draft.sections for one in section.statements]
    citations = [one for statement in statements for one in statement.citations]
    citations += [cell for line in draft.table for cell in (line.problem, line.method, line.data, line.finding) if cell]
    verdicts = Counter(one.verdict.label for one in statements)
    yield str(len(draft.sections))
    yield str(len(statements))
    yield f"{draft.coverage.cited} / {draft.coverage.retrieved}"
    yield share(one.key in papers for one in citations)
    yield share(bool(one.verdict.judge) for one in statements)
    yield ", ".join(f"{count} {label}" for label, count in verdicts.most_common())
    yield share(one.key in papers and is_exact(one, papers[one.key]) for one in citations)


def is_exact(citation: "Citation", paper: "Paper") -> bool:
    """Whether a quote stands in its paper, at its offsets."""
    text = paper.title if citation.where == "title" else paper.abstract
    return bool(citation.quote) and text[citation.start : citation.end] == citation.quote


def share(are: "Iterator[bool]") -> str:
    """How many of how many."""
    flags = list(are)
    return f"{sum(flags)} of {len(flags)}"


def written(draft: "Draft", papers: "dict[str, Paper]", layout: "Layout", out: Path) -> Path:
    """Write the files of a draft and say where it is."""
    from assistant.export.drafts import draft_files

    out.parent.mkdir(exist_ok=True)
    for file in draft_files(draft, papers, layout, out=out):
        file.path.write_bytes(file.content)
    return out


def verified(assistant: "Assistant", path: Path) -> str:
    """How many of the sentences that cite something `citewell verify` finds supported, and how many it flags."""
    from assistant.drafts import read_document

    findings = assistant.verify(read_document(path))
    return f"{findings.labelled('supported')} of {findings.became('judged')}, {len(findings.errors())} flagged"


def compiled(path: Path) -> str:
    """What latexmk says: its exit, undefined citations, errors, and boxes that stand out by more than a point."""
    if missing := [name for name in _PROGRAMS if shutil.which(name) is None]:
        return f"{', '.join(missing)} not installed"
    command = ["latexmk", "-pdf", "-interaction=nonstopmode", "-file-line-error", path.name]
    done = subprocess.run(command, cwd=path.parent, capture_output=True, check=False)
    log = path.with_suffix(".log").read_text(encoding="utf-8", errors="replace")
    undefined = len(set(_UNDEFINED.findall(log)))
    errors = len(re.findall(r"^(?:!|\S+:\d+: )", log, re.MULTILINE))
    wide = [float(one) for one in _TOO_WIDE.findall(log)]
    widest = f" (widest {max(wide):.0f} pt)" if wide else ""
    return f"exit {done.returncode}, {undefined} undefined, {errors} errors, {len(wide)} overfull{widest}"


def converted(path: Path, suffix: str) -> str:
    """What pandoc says of a Markdown draft: its exit, warnings, and citations that it could not resolve."""
    from assistant.export.pandoc import find_pandoc

    pandoc = find_pandoc()
    if pandoc is None:
        return "pandoc not installed"
    out = path.with_name(f"pandoc.{suffix}")
    command: Sequence[str] = [str(pandoc.path), path.name, "--citeproc", "--standalone", f"--output={out.name}"]
    done = subprocess.run(command, cwd=path.parent, capture_output=True, check=False, text=True)
    plain = subprocess.run(
        [str(pandoc.path), out.name, "--to=plain"], cwd=path.parent, capture_output=True, check=False, text=True
    )
    unresolved = len(re.findall(r"\?\?\?|\(\w+\?\)", plain.stdout))
    return f"exit {done.returncode}, {len(done.stderr.splitlines())} warnings, {unresolved} unresolved"


if __name__ == "__main__":
    main()
