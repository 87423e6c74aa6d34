"""How fast records come into a library without its indexes, how fast the same file comes again, and in what memory.

    python bench/library.py [--parts 0.25 1 4] [--file acl_anthology]

For each part a fresh process adds the file (a quarter, the whole, or several times over under changed ids and titles),
adds it again, once as it is (its bytes are known) and once with every line read again, and undoes the first addition.
Read the ratios: the rates depend on the machine, and on what else it does.
"""

import argparse
import gzip
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import TypeVar

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench.seed_library import DATA  # noqa: E402 - because the path is set above

T = TypeVar("T")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--parts", type=float, nargs="+", default=[0.25, 1, 4], help="how many times the file")
    parser.add_argument("--file", default="acl_anthology", help="a file of the folder `scale`")
    parser.add_argument("--measure", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        measure(options.measure)
        return
    source = DATA / "scale" / f"{options.file}.jsonl.gz"
    if not source.is_file():
        sys.exit(f"{str(source)!r} is not there. Set CITEWELL_DATA to the folder that holds `scale`.")
    print("records   first run   records/s   read again   ratio   known bytes   ratio    undo   peak MiB")
    for part in options.parts:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "papers.jsonl"
            write(source, file, part)
            subprocess.run([sys.executable, __file__, "--measure", str(file)], check=True)


def write(source: Path, file: Path, part: float) -> None:
    """Write a part of a file, or several copies of it that share no title and no abstract."""
    with file.open("w", encoding="utf-8") as out:
        all_of_it = sum(1 for _ in papers(source))
        for copy in range(max(1, round(part))):
            for number, item in enumerate(islice(papers(source), round(all_of_it * min(part, 1)))):
                if copy:
                    word = f"Copy{copy}x{number}"
                    texts = {name: f"{word} {item[name]}" for name in ("title", "abstract") if item.get(name)}
                    item |= {"id": f"{item['id']}-{copy}", **texts}
                    item.pop("doi", None)
                out.write(json.dumps(item) + "\n")


def papers(source: Path) -> Iterator[dict[str, str]]:
    """The papers of a file, one after another."""
    with gzip.open(source, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def measure(file: Path) -> None:
    """Add a file to a new library, twice again, undo, and print one row."""
    from assistant.library.ingest import Adding
    from assistant.library.journal import undo
    from assistant.library.opening import library_in
    from assistant.library.report import AddReport
    from assistant.library.sources.files import read_sources
    from vectorstore.chunk import chunk_paper

    library = library_in(file.parent / "library")
    chunk_paper("key", "Title", "What chunking needs is loaded once in a process.")

    def add(*, reads_again: bool) -> AddReport:
        adding = Adding(library)
        return adding.add(read_sources([file], is_known=None if reads_again else adding.is_known))

    report, first = timed(lambda: add(reads_again=False))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    records = report.added + len(report.duplicates) + report.unchanged
    again, second = timed(lambda: add(reads_again=True))
    known, third = timed(lambda: add(reads_again=False))
    for later in (again, known):
        assert (later.unchanged, later.papers) == (records, report.papers)  # noqa: S101 - because a rate of something else is none
    _, undoing = timed(lambda: undo(library))
    assert library.count() == 0  # noqa: S101 - because as above
    print(
        f"{records:7} {first:9.1f} s {records / first:11.0f} {second:10.1f} s {first / second:6.1f}x"
        f" {third:11.2f} s {first / third:6.0f}x {undoing:6.1f} s {peak:9.0f}",
        flush=True,
    )
    library.close()


def timed(work: Callable[[], T]) -> tuple[T, float]:
    """What the work gives, and the seconds it takes."""
    begun = time.perf_counter()
    return work(), time.perf_counter() - begun


if __name__ == "__main__":
    main()
