"""Papers to make statements from: any file of papers, and a library."""

from collections.abc import Iterable, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

from assistant.errors import InputError
from assistant.library.readers.json.fields import record
from assistant.library.sources.files import read_sources
from assistant.types import Paper, Record
from evals.judging.pairs.rows import content, rows
from evals.mutations.suite import Source

__all__ = ["source_of", "sources_in"]

_TWO = 2


def sources_in(path: Path, *, most: int | None = None) -> list[Source]:
    """Read the papers of a file that have an abstract.

    JSON Lines may be packed, have the abstract under `text`, and as a list of sentences, as test collections do;
    whatever else `citewell add` reads is read too.

    Args:
        path: The file.
        most: So many papers, evenly from the whole file; all when None.

    Raises:
        InputError: It cannot be read, or holds no paper with an abstract.
    """
    if not path.exists():
        raise InputError(f"--papers {path}: there is no such file; check the path.")
    records = _of_lines(path) if _is_json(path) else _of_any(path)
    found = [_source(one) for one in records if one.abstract.strip()]
    if not found:
        raise InputError(f"--papers {path}: holds no paper with an abstract; name a file that `citewell add` reads.")
    if most is None or most >= len(found):
        return found
    return [found[at * len(found) // most] for at in range(most)]


def source_of(paper: Paper) -> Source:
    """A paper of a library."""
    return _source(paper.record)


def _is_json(path: Path) -> bool:
    return path.is_file() and content(path)[:64].lstrip().startswith(b"{")


def _of_lines(path: Path) -> Iterable[Record]:
    for number, row in rows(content(path), path):
        found = record(_usual(row), source=str(path), line=number)
        if found:
            yield found


def _usual(row: Mapping[str, Any]) -> Mapping[str, Any]:
    """The fields under the names that a library has for them."""
    abstract = row.get("abstract") or row.get("text") or ""
    if isinstance(abstract, list):
        abstract = " ".join(str(one).strip() for one in abstract)
    wanted = {name: value for name, value in row.items() if name in {"title", "authors", "author", "year"}}
    return wanted | {"abstract": abstract}


def _of_any(path: Path) -> Iterable[Record]:
    return (one for one in read_sources([path]) if isinstance(one, Record))


def _source(paper: Record) -> Source:
    return Source(title=paper.title, abstract=paper.abstract, author=_called(paper))


def _called(paper: Record) -> str:
    """Authors and year as people write them in a sentence; empty when one of the two is not known."""
    names = [one.family for one in islice(paper.authors, _TWO + 1)]
    if not names or paper.year is None or paper.year_inferred:
        return ""
    several = paper.et_al or len(names) > _TWO
    return f"{f'{names[0]} et al.' if several else ' and '.join(names)} ({paper.year})"
