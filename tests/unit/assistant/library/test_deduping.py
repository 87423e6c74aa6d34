from dataclasses import replace
from typing import Any

import pytest

from assistant.errors import UsageError
from assistant.library.deduping import Group, Pair, best_of, find_duplicates, merge, tell_apart
from assistant.library.ingest import add_records
from assistant.library.journal import undo
from assistant.library.store import Library
from assistant.types import Paper, Record
from tests.fakes.duplicates import ABSTRACT, OWLS, paper
from tests.fakes.shelf import BEES, WHALES


def put(shelf: Library, *records: Record) -> list[str]:
    """Papers as they are when nobody looked for duplicates."""
    with shelf.changing("add"):
        return [shelf.insert(replace(record, key=record.key or f"k{number}")) for number, record in enumerate(records)]


def state(shelf: Library) -> object:
    tables = "papers", "keys", "tags", "sources", "chunks", "matching_keys", "told_apart"
    return [sorted(map(repr, shelf.database.rows(f"SELECT * FROM {table}"))) for table in tables]


def got(shelf: Library, key: str) -> Record:
    found = shelf.get(key)
    assert found is not None
    return found.record


class TestFinding:
    def test_none(self, shelf: Library) -> None:
        put(shelf, BEES, WHALES, paper(OWLS), paper(f"Erratum to: {OWLS}"))
        assert find_duplicates(shelf) == []

    def test_a_pair(self, shelf: Library) -> None:
        put(shelf, paper(OWLS), WHALES, paper(OWLS.upper(), "Quill, A.; Li, B."))
        why = "same title, authors and year"
        pair = Pair(first="k0", second="k2", why=why, is_certain=True)
        assert find_duplicates(shelf) == [Group(keep="k0", others=("k2",), why=why, is_certain=True, pairs=(pair,))]

    def test_several_make_one_group(self, shelf: Library) -> None:
        put(shelf, paper(OWLS), paper(OWLS, year=2021), paper(OWLS, venue="Birds"), WHALES)
        (group,) = find_duplicates(shelf)
        assert (group.keep, group.others, group.is_certain) == ("k2", ("k0", "k1"), True)
        assert group.why == "same title and authors; same title, authors and year"
        assert len(group.pairs) == 3

    def test_a_chain_whose_ends_are_two_papers_is_for_the_reader(self, shelf: Library) -> None:
        put(shelf, paper(OWLS, year=2019), paper(OWLS, "", 2020, venue="Birds"), paper(OWLS, "Roe, Jo", 2020))
        (group,) = find_duplicates(shelf)
        assert {group.keep, *group.others} == {"k0", "k1", "k2"}
        assert not group.is_certain

    def test_what_only_may_be_one_comes_last_in_pairs(self, shelf: Library) -> None:
        put(shelf, paper(OWLS, venue="Birds"), paper(OWLS, venue="Value in Health"), BEES, replace(BEES, key="k3"))
        certain, perhaps = find_duplicates(shelf)
        assert (certain.keep, certain.others, certain.is_certain) == ("berg2021", ("k3",), True)
        assert (perhaps.keep, perhaps.others, perhaps.is_certain) == ("k0", ("k1",), False)
        assert perhaps.why == "same title, authors and year, another venue"

    def test_pairs_inside_a_certain_group_are_not_shown_again(self, shelf: Library) -> None:
        put(shelf, paper(OWLS, year=2019), paper(OWLS, year=2020), paper(OWLS, year=2021))
        (group,) = find_duplicates(shelf)
        assert [pair.is_certain for pair in group.pairs] == [True, True]
        assert group.is_certain

    def test_many_papers_of_a_title_that_tells_nothing(self, shelf: Library) -> None:
        put(shelf, *(paper("Introduction", f"Author{number}, A") for number in range(150)))
        assert find_duplicates(shelf) == []

    def test_papers_of_an_older_version(self, shelf: Library) -> None:
        put(shelf, paper(OWLS), paper(OWLS))
        shelf.database.rows("DELETE FROM matching_keys")
        assert len(find_duplicates(shelf)) == 1

    def test_finding_changes_nothing_that_could_be_undone(self, shelf: Library) -> None:
        put(shelf, paper(OWLS), paper(OWLS))
        before = state(shelf)
        find_duplicates(shelf)
        assert state(shelf) == before
        done = undo(shelf)
        assert done is not None
        assert shelf.count() == 0


class TestWhichToKeep:
    @pytest.mark.parametrize(
        ("one", "other", "best"),
        [
            ({}, {}, "a"),
            ({}, {"venue": "Birds"}, "b"),
            ({"doi": "10.1/x", "venue": "Birds"}, {"abstract": ABSTRACT}, "b"),
            ({"venue": "arXiv", "abstract": ABSTRACT, "url": "https://x"}, {"venue": "Birds"}, "b"),
            ({"venue": "Birds", "tags": ("x",), "notes": "n"}, {"venue": "Birds"}, "a"),
            ({"venue": "Birds"}, {"venue": "Birds", "volume": "3", "pages": "1"}, "b"),
        ],
    )
    def test_published_then_complete_then_first(self, one: dict[str, Any], other: dict[str, Any], best: str) -> None:
        papers = [Paper(key=key, record=paper(OWLS, **fields)) for key, fields in (("a", one), ("b", other))]
        assert best_of(papers).key == best


class TestMerging:
    def test_fills_gaps_and_keeps_keys_sources_tags_and_notes(self, shelf: Library) -> None:
        add_records(shelf, [paper(OWLS, venue="Birds", key="a", tags=("x",), notes="Mine.")])
        add_records(
            shelf,
            [
                paper(
                    OWLS,
                    venue="Value in Health",
                    key="b",
                    tags=("y",),
                    notes="Yours.",
                    abstract=ABSTRACT,
                    source="b.ris",
                )
            ],
        )
        assert shelf.count() == 2
        merged = merge(shelf, "a", ["b"])
        assert merged == shelf.get("a") == shelf.get("b")
        assert (merged.record.venue, merged.abstract) == ("Birds", ABSTRACT)
        assert (merged.record.tags, merged.record.notes) == (("x", "y"), "Mine.\n\nYours.")
        assert ("abstract", "b.ris") in merged.record.filled
        assert shelf.aliases("a") == ["b"]
        assert [source for source, _ in shelf.sources("a")] == ["a.bib", "b.ris"]
        assert shelf.count() == 1
        assert find_duplicates(shelf) == []

    def test_the_files_are_known_afterwards(self, shelf: Library) -> None:
        records = [paper(OWLS, key="a", venue="Birds"), paper(OWLS, key="b", venue="Value in Health", source="b.ris")]
        add_records(shelf, records)
        merge(shelf, "b", ["a"])
        report = add_records(shelf, records)
        assert (report.added, report.unchanged, report.papers) == (0, 2, ("b",))

    def test_is_taken_back_by_undo(self, shelf: Library) -> None:
        put(shelf, paper(OWLS, tags=("x",)), paper(OWLS, abstract=ABSTRACT), paper(OWLS, doi="10.1/x"))
        before = state(shelf)
        merge(shelf, "k0", ["k1", "k2"])
        assert shelf.count() == 1
        done = undo(shelf)
        assert done is not None
        assert done.what == "merge k1, k2 into k0"
        assert state(shelf) == before

    def test_several_by_their_aliases(self, shelf: Library) -> None:
        put(shelf, paper(OWLS), paper(OWLS), paper(OWLS))
        merge(shelf, "k0", ["k1"])
        merge(shelf, "k2", ["k1"])
        assert [one.key for one in shelf.papers()] == ["k2"]
        assert shelf.aliases("k2") == ["k0", "k1"]

    @pytest.mark.parametrize(("keep", "others"), [("k0", ["k0"]), ("k0", []), ("k0", ["no"]), ("no", ["k0"])])
    def test_what_cannot_be(self, shelf: Library, keep: str, others: list[str]) -> None:
        put(shelf, paper(OWLS), WHALES)
        before = state(shelf)
        with pytest.raises(UsageError, match=r"k0|'no'"):
            merge(shelf, keep, others)
        assert state(shelf) == before


class TestTellingApart:
    def test_pairs_are_not_shown_again(self, shelf: Library) -> None:
        put(shelf, paper(OWLS), paper(OWLS))
        tell_apart(shelf, ["k1", "k0"])
        assert find_duplicates(shelf) == []
        tell_apart(shelf, ["k0", "k1"])
        assert shelf.database.rows("SELECT * FROM told_apart") == [("k0", "k1")]

    def test_a_group_with_such_a_pair_is_for_the_reader(self, shelf: Library) -> None:
        put(shelf, paper(OWLS), paper(OWLS), paper(OWLS))
        tell_apart(shelf, ["k0", "k2"])
        (group,) = find_duplicates(shelf)
        assert not group.is_certain
        tell_apart(shelf, ["k0", "k1", "k2"])
        assert find_duplicates(shelf) == []

    def test_holds_under_the_key_of_the_paper_it_became(self, shelf: Library) -> None:
        put(shelf, paper(OWLS), paper(OWLS), WHALES)
        tell_apart(shelf, ["k0", "k1"])
        merge(shelf, "k2", ["k0"])
        with shelf.changing("edit"):
            shelf.replace("k2", paper(OWLS))
        assert find_duplicates(shelf) == []

    def test_is_taken_back_by_undo(self, shelf: Library) -> None:
        put(shelf, paper(OWLS), paper(OWLS))
        tell_apart(shelf, ["k0", "k1"])
        undo(shelf)
        assert len(find_duplicates(shelf)) == 1

    @pytest.mark.parametrize("keys", [[], ["k0"], ["k0", "k0"], ["k0", "no"]])
    def test_takes_two_papers(self, shelf: Library, keys: list[str]) -> None:
        put(shelf, paper(OWLS))
        with pytest.raises(UsageError, match=r"two papers|'no'"):
            tell_apart(shelf, keys)
