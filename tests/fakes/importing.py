"""Files of made-up records that overlap, and bringing them into a library in a process that may be killed."""

import json
from contextlib import closing
from multiprocessing.connection import Connection
from pathlib import Path

from assistant.library.ingest import Adding
from assistant.library.journal import undo
from assistant.library.sources.files import read_sources
from assistant.library.store import Library
from tests.fakes.growing import made_up
from tests.fakes.shelf import open_shelf

FILES = 4
RECORDS = 30
NEW = 20


def write_files(folder: Path) -> None:
    """Write the files; every one repeats the last third of the one before under other keys, with other fields."""
    for number in range(FILES):
        lines = [json.dumps(_item(number, paper)) for paper in range(number * NEW, number * NEW + RECORDS)]
        (folder / f"{number}.jsonl").write_text("\n".join([*lines, "torn"]), encoding="utf-8")


def bring_in(library: Library, file: Path) -> None:
    """Add a file as the command does."""
    adding = Adding(library, tags=("all",) if file.stem == "0" else ())
    adding.add(read_sources([file], is_known=adding.is_known))


def bring_all_in(folder: Path, _: int = 0, ready: Connection | None = None) -> None:
    """Add every file beside the folder, every other one twice; say on `ready` when everything is imported."""
    with closing(open_shelf(folder)) as library:
        library.database.rows("PRAGMA cache_size = 10")  # so that unfinished changes reach the disk
        if ready:
            ready.send("ready")
        for number in range(FILES):
            file = folder.parent / f"{number}.jsonl"
            bring_in(library, file)
            if number % 2:
                undo(library)
                bring_in(library, file)


def tables(library: Library) -> dict[str, list[object]]:
    """Everything in the library but when it was done."""
    read = {
        "papers": "SELECT id, key, record, doi, fingerprint FROM papers",
        "keys": "SELECT key, paper, fingerprint FROM keys",
        "tags": "SELECT paper, tag FROM tags",
        "sources": "SELECT paper, source, digest, line FROM sources",
        "chunks": "SELECT id, paper, start, stop, digest FROM chunks",
        "matching": "SELECT key, paper FROM matching_keys",
        "files": "SELECT source, sha256, records, met, skipped FROM files",
        "changes": "SELECT what, papers FROM changes",
    }
    return {name: sorted(library.database.rows(f"{sql} ORDER BY 1, 2"), key=repr) for name, sql in read.items()}


def _item(file: int, paper: int) -> dict[str, object]:
    one = made_up(paper)
    both: dict[str, object] = {"title": one.title, "authors": ["Quill, Ada", "Li, Bo"], "year": 2020}
    if file % 2:
        return both | {"key": f"other{paper}", "abstract": one.abstract, "tags": [f"file{file}"]}
    return both | {"key": one.key, "doi": f"10.1000/{paper}", "volume": str(paper)}
