"""A library that grows and changes in steps, in a process that may be killed at any moment; all of it is made up."""

import random
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from multiprocessing.connection import Connection
from pathlib import Path

from assistant.embedders import remember_embedder
from assistant.indexing import SearchableLibrary
from assistant.library.ingest import add_records
from assistant.library.store import Library
from assistant.types import Filter, Record
from tests.fakes.embedder import HashEmbedder
from tests.fakes.shelf import open_shelf, record
from vectorstore.types import SearchMode

PAPERS = 60
MODES: tuple[SearchMode, ...] = ("hybrid", "dense", "lexical")
_SYLLABLES = "ba ko li mu ne ra so ti vu we xa yo zi pe du".split()
Found = dict[tuple[str, SearchMode], list[tuple[str, float]]]
Step = Callable[[Library], None]


def _word(number: int) -> str:
    return _SYLLABLES[number % 15] + _SYLLABLES[number // 15 % 15] + _SYLLABLES[number // 225 % 15]


def made_up(number: int, edition: int = 0) -> Record:
    """Paper of a number; each edition of it has another second sentence."""
    chance = random.Random(number)  # noqa: S311 - because it makes up words
    sentences = [" ".join(_word(int(chance.paretovariate(0.6))) for _ in range(8)) for _ in range(3)]
    sentences[1] += f" edition {_word(edition)}"
    abstract = " ".join(f"{one.capitalize()}." for one in sentences)
    return record(f"On {_word(number)} and {_word(7 * number)} {number}", key=f"paper{number}", abstract=abstract)


def _add(first: int, last: int, edition: int = 0) -> Step:
    def step(library: Library) -> None:
        add_records(library, [replace(made_up(n, edition), source=f"{n}.bib") for n in range(first, last)])

    return step


def _remove(first: int, last: int) -> Step:
    def step(library: Library) -> None:
        with library.writing(), library.database.transaction():
            for number in range(first, last):
                library.remove(f"paper{number}")

    return step


STEPS: tuple[Step, ...] = (
    _add(0, 15),
    _add(10, 30),
    _add(5, 20, edition=1),
    _remove(0, 8),
    _add(30, PAPERS),
    _remove(25, 35),
    _add(25, 35, edition=2),
    _add(40, 55, edition=3),
)
"""Additions, changes and removals, each one transaction in the library."""
QUERIES = (*(made_up(n).title for n in (3, 12, 31)), *(made_up(n, 1).abstract[:60] for n in (9, 27, 50)), "edition")


def open_grown(folder: Path) -> tuple[Library, SearchableLibrary]:
    library = open_shelf(folder)
    embedder = HashEmbedder()
    remember_embedder(library, embedder.name)
    return library, SearchableLibrary(library, embedder=embedder)


def grow(folder: Path, first: int, ready: Connection | None = None, last: int = len(STEPS)) -> None:
    """Take the steps from `first` to before `last`; say on `ready` when everything is imported and open."""
    import chromadb  # noqa: F401 - because importing takes a second, which is no moment of indexing
    import tantivy  # noqa: F401 - because as above

    library, index = open_grown(folder)
    with closing(library), closing(index):
        if ready:
            ready.send("ready")
        for step in STEPS[first:last]:
            step(library)
            index.bring_up_to_date()


def make_anew(folder: Path, _: int = 0, ready: Connection | None = None) -> None:
    """Make the indexes anew; say on `ready` when everything is imported and open."""
    import chromadb  # noqa: F401 - because importing takes a second, which is no moment of indexing
    import tantivy  # noqa: F401 - because as above

    library, index = open_grown(folder)
    with closing(library), closing(index):
        if ready:
            ready.send("ready")
        index.rebuild(index.embedder)


def add_some(folder: Path, first: int, last: int, at_once: int = 5) -> None:
    """Add papers, a few at a time, each time indexed, as several commands would."""
    for number in range(first, last, at_once):
        library, index = open_grown(folder)
        with closing(library), closing(index):
            _add(number, min(number + at_once, last))(library)
            index.bring_up_to_date()


def contents(folder: Path) -> dict[str, str]:
    """Key to abstract of every paper."""
    with closing(open_shelf(folder)) as library:
        return {paper.key: paper.abstract for paper in library.papers()}


def has_pending(folder: Path) -> bool:
    with closing(open_shelf(folder)) as library:
        return library.has_pending()


def answers(folder: Path) -> Found:
    """What every query finds in every mode: chunk ids and scores, best first."""
    library, index = open_grown(folder)
    with closing(library), closing(index):
        return {
            (query, mode): [(one.chunk.id, one.score) for one in index.search(query, 10, Filter(), mode)]
            for query in QUERIES
            for mode in MODES
        }
