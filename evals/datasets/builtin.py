"""The benchmark that ships with Citewell: questions in our own words about the sample library, and that library."""

from dataclasses import replace
from hashlib import sha256
from pathlib import Path

from assistant.errors import InputError
from assistant.types import Paper, Record
from evals.datasets import jsonl
from evals.types import Dataset

__all__ = ["NAME", "builtin"]

NAME = "builtin"
"""What `--dataset` calls it."""
_DATA = Path(__file__).parents[1] / "data"
_QUESTIONS = _DATA / "builtin.jsonl"
_LIBRARIES = (_DATA / "library.bib", Path(__file__).parents[2] / "examples" / "library.bib")
"""An installed package has the first, a checkout the second."""


def builtin() -> Dataset:
    """Read the questions and the papers they are about; its hash is that of both.

    Raises:
        InputError: The installation is not complete.
    """
    library = next((path for path in _LIBRARIES if path.is_file()), None)
    if library is None or not _QUESTIONS.is_file():
        missing = _QUESTIONS if library else _LIBRARIES[0]
        raise InputError(f"{missing}: this part of Citewell is missing; install it again.")
    return replace(
        jsonl.read(_QUESTIONS),
        name=NAME,
        sha256=sha256(_QUESTIONS.read_bytes() + library.read_bytes()).hexdigest(),
        papers=_papers(library),
    )


def _papers(path: Path) -> tuple[Paper, ...]:
    """The papers under the keys of the file, which are those that a new library would give them."""
    from assistant.library.sources.files import read_sources

    records = [one for one in read_sources([path], format="bibtex") if isinstance(one, Record)]
    return tuple(Paper(key=one.key, record=one) for one in records if one.key)
