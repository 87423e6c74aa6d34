"""Where a library's vectors are: on this machine, in its folder, or in a collection of its own on a Chroma server."""

import json
import os
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

from assistant.errors import UsageError
from assistant.library.meta import library_id, note, noted, take_id
from assistant.library.store import Library
from assistant.llm import is_loopback
from vectorstore.index import HybridIndex, drop_vectors
from vectorstore.server import without_password
from vectorstore.types import Embedder

LOCAL = "local"
"""The store of a library whose vectors are in its folder."""
_RECORD = "store"
_LEFTOVERS = "leftover stores"


def chosen_store(
    library: Library,
    wanted: str | None,
    configured: str | None,
    *,
    local: bool,
    environ: Mapping[str, str] = os.environ,
) -> str:
    """Where the vectors of a library are to be: `local` or a server's address.

    Args:
        library: Says where they are.
        wanted: --store; $CITEWELL_STORE when it is not given. Either moves the vectors of a library.
        configured: What the config file says: it is for libraries that have no vectors yet.
        local: Refuse a server that is not on this machine.
        environ: The environment.

    Raises:
        UsageError: It is no address of a server, or `local` refuses it.
    """
    named = wanted or environ.get("CITEWELL_STORE")
    if not named and not is_settled(library):
        named = configured
    store = checked_store(named) if named else recorded_store(library)
    if local and store != LOCAL and not is_loopback(store):
        raise UsageError(
            f"--local refuses the vector store {store}: it is not on this machine. `--store local` brings the vectors "
            "back."
        )
    return store


def checked_store(named: str) -> str:
    """The store that a user named, as it is noted: `local`, or an address without a slash at its end.

    Raises:
        UsageError: It is neither, or the address holds a password.
    """
    if named == LOCAL:
        return LOCAL
    try:
        parts = urlsplit(named)
        is_address = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_address = False
    if not is_address or parts.query or parts.fragment:
        raise UsageError(
            f"{without_password(named)!r} names no vector store. Write `local`, or the address of a Chroma server such "
            "as http://localhost:8000."
        )
    if "@" in parts.netloc:
        raise UsageError(
            f"The address of the vector store at {parts.hostname} holds a user or a password, which would be kept in "
            "the library. Set CITEWELL_STORE_TOKEN instead."
        )
    return named.rstrip("/")


def is_settled(library: Library) -> bool:
    """True when it was decided where this library's vectors are: since its first paper."""
    return noted(library.database, _RECORD) is not None or library.count() > 0


def recorded_store(library: Library) -> str:
    """Where the library's vectors are: `local` or a server's address."""
    return noted(library.database, _RECORD) or LOCAL


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where vectors of a library are."""

    store: str
    """`local` or a server's address."""
    library_id: str
    """Names their collection on a server, which other libraries use too; empty for `local`."""

    @property
    def collection(self) -> str:
        """Name of the collection on a server."""
        return f"citewell-{self.library_id}"

    def open(self, folder: Path, embedder: Embedder, *, is_unfinished: bool = False) -> HybridIndex:
        """The indexes, the vectors in this place and the words in a folder; nothing is opened yet.

        Raises:
            EmbedderMismatch: The vectors in the folder were made by another embedder.
        """
        if self.store == LOCAL:
            return HybridIndex(folder, embedder, is_unfinished=is_unfinished)
        return HybridIndex(folder, embedder, store=self.store, collection=self.collection, is_unfinished=is_unfinished)

    def drop(self, folder: Path, claims: Collection[str]) -> None:
        """Delete what is there, whichever embedding model made it, unless another library has claimed it.

        Raises:
            StoreUnreachable: The server does not answer.
        """
        if self.store == LOCAL:
            drop_vectors(folder)
        else:
            drop_vectors(folder, store=self.store, collection=self.collection, marks=claims)


def place_of(library: Library, store: str | None = None) -> Place:
    """Where the library's vectors are; with `store`, where they would be there."""
    store = store or recorded_store(library)
    return Place(store=store, library_id="" if store == LOCAL else library_id(library.database))


def new_place(store: str) -> Place:
    """A place in a store where no library has its vectors yet."""
    return Place(store=store, library_id="" if store == LOCAL else uuid4().hex)


def remember_place(library: Library, place: Place) -> None:
    """Note where the library's vectors are."""
    note(library.database, _RECORD, place.store)
    if place.library_id:
        take_id(library.database, place.library_id)


def place_as_json(place: Place) -> str:
    """A place as text."""
    return json.dumps([place.store, place.library_id])


def place_from_json(text: str) -> Place:
    """What `place_as_json` wrote."""
    store, known = json.loads(text)
    return Place(store=store, library_id=known)


def leftovers(library: Library) -> list[Place]:
    """Places where the library's vectors are not, but may have left something."""
    return [place_from_json(one) for one in json.loads(noted(library.database, _LEFTOVERS) or "[]")]


def note_leftover(library: Library, place: Place, *, may_be_there: bool) -> None:
    """Note whether a place where the vectors are not may still hold some."""
    places = [one for one in leftovers(library) if one != place] + ([place] if may_be_there else [])
    note(library.database, _LEFTOVERS, json.dumps([place_as_json(one) for one in places]))
