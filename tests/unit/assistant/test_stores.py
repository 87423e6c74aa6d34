from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.errors import UsageError
from assistant.library.ingest import add_records
from assistant.library.meta import forget, library_id, note, noted
from assistant.library.store import Library
from assistant.stores import (
    LOCAL,
    checked_store,
    chosen_store,
    leftovers,
    new_place,
    note_leftover,
    place_of,
    recorded_store,
    remember_place,
)
from tests.fakes.shelf import OWLS, open_shelf

NEAR, FAR = "http://localhost:8000", "https://chroma.example.org/tenant/database"


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    library = open_shelf(tmp_path / "shelf")
    yield library
    library.close()


class TestChosen:
    def test_local_unless_told(self, library: Library) -> None:
        assert chosen_store(library, None, None, local=True, environ={}) == LOCAL

    def test_option_then_environment_then_config(self, library: Library) -> None:
        environ = {"CITEWELL_STORE": "http://two"}
        assert chosen_store(library, "http://one/", "http://three", local=False, environ=environ) == "http://one"
        assert chosen_store(library, None, "http://three", local=False, environ=environ) == "http://two"
        assert chosen_store(library, None, "http://three", local=False, environ={}) == "http://three"

    def test_what_is_remembered_needs_no_option(self, library: Library) -> None:
        remember_place(library, place_of(library, NEAR))
        assert recorded_store(library) == NEAR
        assert chosen_store(library, None, None, local=True, environ={"CITEWELL_STORE": ""}) == NEAR
        assert chosen_store(library, LOCAL, None, local=True, environ={}) == LOCAL

    def test_the_config_file_moves_no_library_that_has_papers(self, library: Library) -> None:
        add_records(library, [OWLS])
        assert chosen_store(library, None, FAR, local=False, environ={}) == LOCAL
        assert chosen_store(library, FAR, None, local=False, environ={}) == FAR

    def test_local_refuses_a_server_elsewhere(self, library: Library) -> None:
        for option, environ in ((FAR, {}), (None, {"CITEWELL_STORE": FAR})):
            with pytest.raises(UsageError, match=r"--local refuses the vector store https://chroma\.example"):
                chosen_store(library, option, None, local=True, environ=environ)
        remember_place(library, place_of(library, FAR))
        with pytest.raises(UsageError, match="--store local"):
            chosen_store(library, None, None, local=True, environ={})


@pytest.mark.parametrize("named", ["local", NEAR, FAR, "http://[::1]:8000", "http://127.0.0.1"])
def test_right_names(named: str) -> None:
    assert checked_store(named) == named


@pytest.mark.parametrize(
    "named",
    [
        "localhost:8000",
        "ftp://x",
        "http://",
        "/a/folder",
        "http://x:port",
        "http://x:0",
        "http://x/?a=b",
        "http://[",
        " ",
    ],
)
def test_wrong_names(named: str) -> None:
    with pytest.raises(UsageError, match="names no vector store"):
        checked_store(named)


def test_no_password_is_kept() -> None:
    with pytest.raises(UsageError, match="CITEWELL_STORE_TOKEN") as caught:
        checked_store("http://me:geheim@host:1")
    assert "geheim" not in str(caught.value)
    with pytest.raises(UsageError, match="names no vector store") as caught:
        checked_store("http://me:geheim@host:port")
    assert "geheim" not in str(caught.value)


def test_leftovers(library: Library) -> None:
    assert leftovers(library) == []
    near, far, other = place_of(library, NEAR), place_of(library, FAR), new_place(NEAR)
    for place in (near, far, other, near):
        note_leftover(library, place, may_be_there=True)
    assert set(leftovers(library)) == {near, far, other}
    note_leftover(library, near, may_be_there=False)
    assert leftovers(library) == [far, other]


def test_each_library_has_a_collection_of_its_own(library: Library, tmp_path: Path) -> None:
    name = place_of(library, NEAR).collection
    assert name == place_of(library, FAR).collection == f"citewell-{library_id(library.database)}"
    other = open_shelf(tmp_path / "other")
    assert place_of(other, NEAR).collection != name
    other.close()


def test_notes(library: Library) -> None:
    assert noted(library.database, "x") is None
    note(library.database, "x", "1")
    note(library.database, "x", "2")
    assert noted(library.database, "x") == "2"
    forget(library.database, "x")
    assert noted(library.database, "x") is None
