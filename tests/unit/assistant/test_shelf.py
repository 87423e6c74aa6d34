"""Papers that change together with their indexes."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.errors import UsageError
from assistant.indexing import SearchableLibrary
from assistant.library.journal import Undone
from assistant.shelf import Shelf
from tests.fakes.embedder import HashEmbedder
from tests.fakes.shelf import BEES, OWLS, WHALES, open_shelf


class Counted(Shelf):
    """A shelf that tells which texts were embedded since it was last asked."""

    def __init__(self, folder: Path) -> None:
        library = open_shelf(folder)
        self.embedder = HashEmbedder()
        super().__init__(library, SearchableLibrary(library, embedder=self.embedder))
        self._before = 0

    def embedded(self) -> list[str]:
        texts = [text for call in self.embedder.document_calls for text in call]
        self._before, before = len(texts), self._before
        return texts[before:]

    def held(self) -> dict[str, dict[str, str]]:
        """What each index holds: chunk id to digest."""
        return {part: dict(read()) for part, read in self.index._index.held().items()}

    def assert_indexes_follow(self) -> None:
        held = self.held()
        assert len(held) > 1
        assert all(digests == self.library.chunk_digests() for digests in held.values())
        assert not self.library.has_pending()


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Counted]:
    shelf = Counted(tmp_path / "library")
    with closing(shelf.library), closing(shelf.index):
        shelf.add_records([OWLS, BEES, WHALES])
        shelf.embedded()
        yield shelf


def found(shelf: Shelf, query: str) -> set[str]:
    return {passage.chunk.key for passage in shelf.search(query, mode="lexical")}


def test_a_changed_abstract_embeds_that_papers_changed_chunk_only(shelf: Counted) -> None:
    changed = replace(OWLS, abstract=OWLS.abstract.replace("every", "moths"))
    assert shelf.add_records([changed, BEES, WHALES]).updated == 1
    (text,) = shelf.embedded()
    assert "moths" in text
    assert found(shelf, "moths") == {"quill2020"}
    shelf.assert_indexes_follow()


def test_what_is_not_searched_embeds_nothing(shelf: Counted) -> None:
    shelf.add_records([replace(OWLS, venue="Birds")], tags=("x",))
    shelf.tag(["quill2020"], add=["y"], remove=["x"])
    shelf.note("quill2020", "mine")
    shelf.edit("berg2021", replace(BEES, year=1999))
    assert shelf.embedded() == []
    shelf.assert_indexes_follow()


def test_an_edit_is_found_at_once(shelf: Counted) -> None:
    paper = shelf.edit("berg2021", replace(BEES, abstract="Bees sleep at dusk."))
    assert paper == shelf.paper("berg2021")
    assert len(shelf.embedded()) == 1
    assert found(shelf, "dusk") == {"berg2021"}
    assert found(shelf, "flowers") == set()


def test_removed_everywhere_and_back_again(shelf: Counted) -> None:
    shelf.remove(["quill2020", "quill2020"])
    change = shelf.changes()[0]
    assert found(shelf, "owls") == set()
    shelf.assert_indexes_follow()
    assert shelf.undo() == Undone(at=change.at, what=change.what, back=("quill2020",), gone=())
    assert found(shelf, "owls") == {"quill2020"}
    shelf.assert_indexes_follow()
    assert [paper.key for paper in shelf.papers()] == ["quill2020", "berg2021", "dove2022songs"]


def test_undone_step_by_step(shelf: Counted) -> None:
    before = shelf.held()
    shelf.edit("quill2020", replace(OWLS, title="Owls by hand", abstract="Mine."))
    shelf.add_records([replace(BEES, title="Bees of another kind", key="other", doi="10.1/x", abstract="Wild.")])
    assert [one.what for one in shelf.changes()][:2] == ["add lib.bib", "edit quill2020: title, abstract"]
    shelf.undo()
    assert shelf.paper("other") is None
    shelf.assert_indexes_follow()
    shelf.undo()
    assert shelf.held() == before
    assert len(shelf.embedded()) < 8


def test_nothing_to_undo(tmp_path: Path) -> None:
    shelf = Counted(tmp_path / "empty")
    with closing(shelf.library), closing(shelf.index):
        assert shelf.undo() is None
        assert shelf.changes() == []


def test_duplicates_are_merged_and_unmerged(shelf: Counted) -> None:
    twin = replace(BEES, title="Bees that dance for flowers in the morning", key="twin", arxiv_id=None, venue="Hive")
    shelf.add_records([twin])
    shelf.embedded()
    before = shelf.held()
    paper = shelf.merge("berg2021", ["twin"])
    assert (paper.record.venue, shelf.library.aliases("berg2021")) == ("Hive", ["twin"])
    shelf.assert_indexes_follow()
    shelf.undo()
    assert shelf.held() == before
    shelf.tell_apart(["berg2021", "twin"])
    assert shelf.duplicates() == []


def test_a_wrong_key_changes_nothing(shelf: Counted) -> None:
    changes = shelf.changes()
    for act in (
        lambda: shelf.remove(["quill2020", "nobody"]),
        lambda: shelf.tag(["quill2020", "nobody"], add=["x"]),
        lambda: shelf.note("nobody", "x"),
        lambda: shelf.edit("nobody", OWLS),
        lambda: shelf.merge("quill2020", ["nobody"]),
    ):
        with pytest.raises(UsageError, match="nobody"):
            act()
    assert shelf.changes() == changes


def test_a_file_is_not_read_again(shelf: Counted, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "more.jsonl"
    file.write_text('{"title": "Newts of the northern ponds", "abstract": "Newts swim."}')
    first = shelf.add([file])
    monkeypatch.setattr("assistant.library.ingest.storable", lambda record: pytest.fail(f"{record} was read"))
    again = shelf.add([str(file)])
    assert (first.added, again.unchanged, again.papers) == (1, 1, first.papers)


def test_papers_left_for_later_do_not_hold_up_a_small_change(tmp_path: Path) -> None:
    shelf = Counted(tmp_path / "library")
    with closing(shelf.library), closing(shelf.index):
        shelf.add_records([OWLS, BEES, WHALES], index=False)
        shelf.edit("quill2020", replace(OWLS, abstract="Owls hunt moths."))
        shelf.merge("berg2021", ["dove2022songs"])
        shelf.undo()
        shelf.remove(["berg2021"])
        assert shelf.embedded() == []
        assert found(shelf, "moths") == {"quill2020"}
        shelf.index.bring_up_to_date()
        shelf.assert_indexes_follow()
