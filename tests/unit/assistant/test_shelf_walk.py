"""Random walks over a shelf: whatever is done in whatever order, nothing that the user had is lost."""

import json
import shutil
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from assistant.doctor.library_file import papers_check
from assistant.indexing import SearchableLibrary
from assistant.shelf import Shelf
from assistant.types import Paper
from tests.fakes.embedder import HashEmbedder
from tests.fakes.shelf import open_shelf

pytestmark = pytest.mark.slow

ANIMALS = ("zebra", "yak", "quokka", "lemur")
FILES = ("a.jsonl", "b.jsonl", "sub/a.jsonl")
CHANGES: dict[str, dict[str, Any]] = {
    "another key": {"key": "other{}"},
    "no key": {"key": None},
    "no abstract": {"abstract": ""},
    "more": {"abstract": "A {} hears owls and mice. It sleeps by day.", "venue": "Journal of Woods"},
    "a DOI": {"doi": "10.1000/{}"},
    "a tag": {"tags": ["theirs"]},
    "a subtitle": {"title": "The hearing of {} in the deep northern woods: a survey of nests"},
}
EDITS = {"title": "By hand {}", "abstract": "Mine {}. It is so.", "venue": "Venue {}", "doi": "10.9/{}"}
Names = frozenset[str]


def entry(animal: str, changes: Names) -> dict[str, Any]:
    """One paper as a file describes it."""
    made: dict[str, Any] = {
        "title": f"The hearing of {animal} in the deep northern woods",
        "authors": [{"family": f"{animal.title()}er", "given": "Ada"}],
        "year": 2000,
        "abstract": f"A {animal} hears mice. It sleeps by day. We counted nests in many woods.",
        "key": f"{animal}2000",
    }
    for name in sorted(changes):
        told = {field: said.format(animal) if isinstance(said, str) else said for field, said in CHANGES[name].items()}
        made |= told
    return made


_entries = st.builds(entry, st.sampled_from(ANIMALS), st.frozensets(st.sampled_from(sorted(CHANGES)), max_size=3))
_places = st.integers(0, 9)


class Walk(RuleBasedStateMachine):
    """What the user did is kept beside the library in the simplest form, and compared after every step."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="citewell-walk-"))
        (self.folder / "files" / "sub").mkdir(parents=True)
        self.open()
        self.mine: dict[int, dict[str, Any]] = {}
        self.before: list[tuple[dict[str, Any], dict[int, dict[str, Any]]]] = []

    def open(self) -> None:
        library = open_shelf(self.folder / "library")
        self.shelf = Shelf(library, SearchableLibrary(library, embedder=HashEmbedder()))

    def close(self) -> None:
        self.shelf.index.close()
        self.shelf.library.close()

    def teardown(self) -> None:
        self.close()
        shutil.rmtree(self.folder)

    def rows(self) -> dict[str, Any]:
        """All that an undo gives back."""
        columns = {"papers": "id, key, record, added", "keys": "*", "sources": "paper, source, digest", "tags": "*"}
        columns["told_apart"] = "*"
        rows = self.shelf.library.database.rows
        return {name: sorted(rows(f"SELECT {what} FROM {name}"), key=repr) for name, what in columns.items()}

    def state(self) -> tuple[dict[str, Any], dict[int, dict[str, Any]]]:
        return self.rows(), {number: dict(said) for number, said in self.mine.items()}

    def done(self, before: tuple[dict[str, Any], dict[int, dict[str, Any]]]) -> None:
        if self.rows() != before[0]:
            self.before.append(before)
        assert len(self.shelf.changes()) == len(self.before)

    def paper(self, place: int) -> Paper | None:
        papers = self.shelf.papers()
        return papers[place % len(papers)] if papers else None

    def number(self, key: str) -> int:
        return self.shelf.library.paper_id(key)

    def owner(self, key: str) -> int:
        """The paper that a key or an alias leads to."""
        paper = self.shelf.paper(key)
        assert paper
        return self.number(paper.key)

    @rule(name=st.sampled_from(FILES), entries=st.lists(_entries, max_size=4))
    def write(self, name: str, entries: list[dict[str, Any]]) -> None:
        text = "".join(json.dumps(one) + "\n" for one in entries)
        (self.folder / "files" / name).write_text(text)

    @rule(name=st.sampled_from(FILES), to=st.sampled_from(FILES))
    def rename(self, name: str, to: str) -> None:
        path = self.folder / "files" / name
        if path.exists():
            path.replace(self.folder / "files" / to)

    @rule(names=st.sets(st.sampled_from(FILES), min_size=1), tags=st.sampled_from([(), ("mine",)]))
    def add(self, names: set[str], tags: tuple[str, ...]) -> None:
        paths = [path for name in sorted(names) if (path := self.folder / "files" / name).exists()]
        library, before = self.shelf.library, self.state()
        owners = {key: self.owner(key) for key in library.known_keys()}
        records = {self.number(paper.key): paper.record for paper in self.shelf.papers()}
        self.shelf.add(paths, tags=tags)
        self.done(before)
        assert {key: self.owner(key) for key in owners} == owners
        for number, old in records.items():
            new = library.by_id(number).record
            for name in ("title", "authors", "year", "venue", "doi", "abstract"):
                assert getattr(new, name) or not getattr(old, name)
            assert set(old.tags) <= set(new.tags)
            if not {source for source, _ in library.sources(library.by_id(number).key)} & set(map(str, paths)):
                assert new == old
        once = self.rows()
        again = self.shelf.add(paths)
        assert self.rows() == once
        assert (again.added, again.updated, again.duplicates) == (0, 0, ())

    @rule(place=_places, name=st.sampled_from(sorted(EDITS)), said=st.integers(0, 3))
    def edit(self, place: int, name: str, said: int) -> None:
        if paper := self.paper(place):
            before, value = self.state(), EDITS[name].format(said)
            changed: dict[str, Any] = {name: value}
            self.shelf.edit(paper.key, replace(paper.record, **changed))
            self.mine.setdefault(self.number(paper.key), {})[name] = value
            self.done(before)

    @rule(place=_places, text=st.sampled_from(["", "read", "read again"]))
    def note(self, place: int, text: str) -> None:
        if paper := self.paper(place):
            before = self.state()
            self.shelf.note(paper.key, text)
            self.mine.setdefault(self.number(paper.key), {})["notes"] = text
            self.done(before)

    @rule(place=_places, other=_places, is_same=st.booleans())
    def decide(self, place: int, other: int, is_same: bool) -> None:
        kept, gone = self.paper(place), self.paper(other)
        if not (kept and gone) or kept == gone:
            return
        before, keys = self.state(), [gone.key, *self.shelf.library.aliases(gone.key)]
        if is_same:
            self.mine.pop(self.number(gone.key), None)
            self.shelf.merge(kept.key, [gone.key])
            notes = self.shelf.library.by_id(self.number(kept.key)).record.notes
            assert kept.record.notes in notes
            assert gone.record.notes in notes
            self.mine.setdefault(self.number(kept.key), {})["notes"] = notes
            assert {self.owner(key) for key in keys} == {self.number(kept.key)}
        else:
            self.shelf.tell_apart([kept.key, gone.key])
            pairs = [{pair.first, pair.second} for group in self.shelf.duplicates() for pair in group.pairs]
            assert {kept.key, gone.key} not in pairs
        self.done(before)

    @rule(place=_places)
    def remove(self, place: int) -> None:
        if paper := self.paper(place):
            before = self.state()
            self.mine.pop(self.number(paper.key), None)
            self.shelf.remove([paper.key])
            self.done(before)

    @rule(times=st.integers(1, 3))
    def undo(self, times: int) -> None:
        for _ in range(times):
            assert (self.shelf.undo() is None) == (not self.before)
            if self.before:
                rows, self.mine = self.before.pop()
                assert self.rows() == rows

    @rule()
    def reopen(self) -> None:
        self.close()
        self.open()

    @invariant()
    def what_the_user_said_holds(self) -> None:
        for paper in self.shelf.papers():
            said = self.mine.get(self.number(paper.key), {})
            assert {name: getattr(paper.record, name) for name in said} == said

    @invariant()
    def all_parts_agree(self) -> None:
        library = self.shelf.library
        assert papers_check(library).status == "ok"
        assert library.database.rows("PRAGMA foreign_key_check") == []
        assert not library.has_pending()
        digests = library.chunk_digests()
        if digests:
            assert all(dict(read()) == digests for read in self.shelf.index._index.held().values())
        for chunk in library.chunks(list(digests)).values():
            paper = library.get(chunk.key)
            assert paper
            assert paper.abstract[chunk.start : chunk.end] == chunk.text


def test_nothing_is_lost_on_a_random_walk() -> None:
    run_state_machine_as_test(
        Walk,
        settings=settings(
            max_examples=20, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
