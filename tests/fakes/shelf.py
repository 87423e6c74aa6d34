"""A library with small chunks, and records to put into it."""

from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from assistant.library.store import Library
from assistant.types import Author, Paper, Record
from vectorstore.chunk import chunk_paper
from vectorstore.types import Chunk


def short_chunks(key: str, title: str, abstract: str) -> list[Chunk]:
    """Chunks of one or two short sentences, counted in words: quick, and several to an abstract."""
    return chunk_paper(key, title, abstract, budget=8, count=lambda text: len(text.split()))


def open_shelf(folder: Path) -> Library:
    return Library(folder, chunker=short_chunks)


def record(title: str, *authors: str, **fields: Any) -> Record:
    """A record of `lib.bib`; authors are written `Family, Given`."""
    people = tuple(Author(family=name.partition(", ")[0], given=name.partition(", ")[2]) for name in authors)
    return Record(**{"title": title, "authors": people, "source": "lib.bib", **fields})


def paper(title: str, *authors: str, key: str = "key", **fields: Any) -> Paper:
    return Paper(key=key, record=record(title, *authors, **fields))


OWLS = record(
    "Owls that hunt at night", "Quill, Ada", "Li, Bo", key="quill2020", year=2020, date="2020", doi="10.1000/owls",
    abstract="Owls hunt mice in the dark. They hear every step. Their feathers make no sound at all.",
)  # fmt: skip
BEES = record(
    "How bees dance", "Berg, Cem", key="berg2021", year=2021, date="2021-05", arxiv_id="2105.00001", category="ZO",
    abstract="Bees dance to tell where flowers are.",
)  # fmt: skip
WHALES = record("Songs of whales", "Dove, Eve", year=2022, date="2022", venue="Journal of the Sea")

_words = st.text(max_size=12)
_none_or_words = st.none() | st.text(min_size=1, max_size=12)
any_records = st.builds(
    Record,
    title=_words,
    authors=st.lists(st.builds(Author, family=_words, given=_words), max_size=3).map(tuple),
    et_al=st.booleans(),
    year=st.none() | st.integers(1, 2100),
    date=_none_or_words,
    venue=_none_or_words,
    doi=_none_or_words,
    arxiv_id=_none_or_words,
    url=_none_or_words,
    category=_none_or_words,
    tags=st.lists(_words, max_size=2).map(tuple),
    abstract=_words,
    key=_none_or_words,
    entry_type=_none_or_words,
    extra=st.lists(st.tuples(_words, _words), max_size=2).map(tuple),
    source=_words,
    line=st.none() | st.integers(1, 10**6),
)
"""Records of any text at all."""
