"""A thousand answers scored by the embedded judge: seconds, memory, and a run killed in the middle.

    python bench/scoring.py [--n 1000]

The answers are made of SciFact's claims, each citing its papers and another one, in ALCE's shape. The same command is
run without a stop, and then killed (SIGKILL) half-way and given again; the verdicts that each run asked the judge for
are compared.
"""

import argparse
import gzip
import json
import os
import resource
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from seed_library import DATA, keep_to_this_machine, machine

FAITHFULNESS = DATA / "faithfulness"
ENTRIES = "SELECT count(*) FROM entries WHERE key LIKE 'verdict:%'"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--n", type=int, default=1_000, help="answers")
    options = parser.parse_args()
    keep_to_this_machine()
    if not FAITHFULNESS.is_dir():
        print(f"Skipped: {str(FAITHFULNESS)!r} is not there (set CITEWELL_DATA).")
        return
    print(machine())
    with TemporaryDirectory() as folder:
        outputs = Path(folder) / "outputs.json"
        outputs.write_text(json.dumps({"data": list(answers(options.n))}), encoding="utf-8")
        measure(outputs, Path(folder))


def measure(outputs: Path, folder: Path) -> None:
    """Run whole, then killed and resumed."""
    whole = finished(command(outputs, folder / "whole.sqlite3"))
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    n, verdicts = whole["n"], whole["calls"]["verdicts"]
    print(f"whole run: {n} answers, {verdicts} verdicts, {whole['wall_seconds']:.1f} s, {peak:.0f} MiB at most")
    cache = folder / "killed.sqlite3"
    before = killed_at(command(outputs, cache), cache, verdicts // 2)
    resumed = finished(command(outputs, cache))
    again = before + resumed["calls"]["verdicts"] - verdicts
    print(f"killed after {before} verdicts; the second run asked for {resumed['calls']['verdicts']} more")
    print(f"verdicts asked for twice: {again}; same numbers: {resumed['metrics'] == whole['metrics']}")


def command(outputs: Path, cache: Path) -> list[str]:
    """What a user types."""
    program = [sys.executable, "-m", "assistant", "eval", "run"]
    return [*program, "--outputs", str(outputs), "--cache", str(cache), "--metric-set", "citewell", "--json"]


def finished(arguments: list[str]) -> dict[str, Any]:
    """The document that a run prints."""
    printed = subprocess.run(arguments, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout
    found: dict[str, Any] = json.loads(printed)
    return found


def killed_at(arguments: list[str], cache: Path, verdicts: int) -> int:
    """Start a run, kill it as soon as so many verdicts are kept, and count them."""
    with subprocess.Popen(arguments, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as running:
        while kept(cache) < verdicts and running.poll() is None:
            time.sleep(0.05)
        running.send_signal(signal.SIGKILL)
    return kept(cache)


def kept(cache: Path) -> int:
    """Verdicts in a cache that another process may be writing."""
    if not cache.exists():
        return 0
    store = sqlite3.connect(f"file:{cache}?mode=ro", uri=True, timeout=5)
    try:
        return int(store.execute(ENTRIES).fetchone()[0])
    except sqlite3.OperationalError:  # the table is not there yet
        return 0
    finally:
        store.close()


def answers(n: int) -> Iterator[dict[str, Any]]:
    """Answers of two sentences: a claim, and the first sentence of its first paper, which cites two."""
    corpus = {int(row["doc_id"]): row for row in rows(FAITHFULNESS / "scifact_corpus.jsonl.gz")}
    claims = [row for name in ("train", "dev") for row in rows(FAITHFULNESS / f"scifact_claims_{name}.jsonl")]
    papers = list(corpus.values())
    for number, claim in enumerate(claims[:n]):
        other = papers[(number * 37) % len(papers)]
        docs = [*[corpus[one] for one in claim["cited_doc_ids"] if one in corpus][:2], other]
        marks = "".join(f"[{place}]" for place in range(1, len(docs)))
        said = claim["claim"].rstrip(".")
        yield {
            "question": f"Is it true that {said}?",
            "output": f"{said} {marks}. {docs[0]['abstract'][0].rstrip('. ')} [1][{len(docs)}].",
            "docs": [
                {"id": str(one["doc_id"]), "title": one["title"], "text": " ".join(one["abstract"])} for one in docs
            ],
        }


def rows(file: Path) -> Iterator[dict[str, Any]]:
    """Read JSON Lines, packed or not."""
    opener = gzip.open if file.suffix == ".gz" else open
    with opener(file, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


if __name__ == "__main__":
    os.environ.setdefault("PYTHONPATH", str(Path(__file__).resolve().parent.parent))
    main()
