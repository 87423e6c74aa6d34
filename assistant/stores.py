"""Where a library's vectors are: on this machine, in its folder, or in a collection of its own on a Chroma server."""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from assistant.errors import UsageError
from assistant.library.meta import library_id, note, noted
from assistant.library.store import Library
from assistant.llm import is_loopback
from vectorstore.index import HybridIndex, drop_vectors
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
            f"{named!r} names no vector store. Write `local`, or the address of a Chroma server such as "
            "http://localhost:8000."
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


def remember_store(library: Library, store: str) -> None:
    """Note where the library's vectors are."""
    note(library.database, _RECORD, store)


def leftover_stores(library: Library) -> list[str]:
    """Stores where the library's vectors are not, but may have left something."""
    return list(json.loads(noted(library.database, _LEFTOVERS) or "[]"))


def note_leftover(library: Library, store: str, *, may_be_there: bool) -> None:
    """Note whether a store where the vectors are not may still hold some."""
    others = [one for one in leftover_stores(library) if one != store]
    note(library.database, _LEFTOVERS, json.dumps([*others, store] if may_be_there else others))


def collection_name(library: Library) -> str:
    """Name of the library's collection on a server, which other libraries use too."""
    return f"citewell-{library_id(library.database)}"


def open_index(library: Library, folder: Path, embedder: Embedder, store: str) -> HybridIndex:
    """The indexes of a library, its vectors in that store; nothing is opened yet.

    Raises:
        EmbedderMismatch: The vectors in the folder were made by another embedder.
    """
    if store == LOCAL:
        return HybridIndex(folder, embedder)
    return HybridIndex(folder, embedder, store=store, collection=collection_name(library))


def drop_vectors_in(library: Library, folder: Path, store: str) -> None:
    """Delete what a store holds of a library, whichever embedding model made it.

    Raises:
        StoreUnreachable: The server does not answer.
    """
    if store == LOCAL:
        drop_vectors(folder)
    else:
        drop_vectors(folder, store=store, collection=collection_name(library))
