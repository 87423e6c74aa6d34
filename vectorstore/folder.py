"""An index folder as a whole: which embedder its vectors are of, and forgetting them."""

import json
import os
import shutil
from collections.abc import Collection
from pathlib import Path

from vectorstore.durable import read_whole, replace_whole

__all__ = ["drop_vectors", "record_embedder", "recorded_embedder"]

_RECORD = "embedder.json"
_LOCAL_VECTORS = ("dense", "scan", "dense.new", "scan.new")


def drop_vectors(
    folder: Path, *, store: str | None = None, collection: str = "chunks", marks: Collection[str] = ()
) -> None:
    """Delete the vectors of an index, whichever embedder made them; the words stay.

    Args:
        folder: The index folder.
        store: Address of the Chroma server that holds the vectors; None when they are in the folder.
        collection: Name of the collection on that server; no other is touched, and it need not exist.
        marks: When it has a mark, see `HybridIndex.set_mark`, it is deleted only if that is one of these.

    Raises:
        StoreUnreachable: The server does not answer.
    """
    if store is None:
        for part in _LOCAL_VECTORS:
            shutil.rmtree(folder / part, ignore_errors=True)
        return
    from vectorstore.chroma import ChromaIndex

    ChromaIndex.drop(store, collection, marks)


def recorded_embedder(folder: Path) -> str | None:
    """Name of the embedder that made the vectors in an index folder; None when it holds none or does not say."""
    try:
        record = json.loads(read_whole(folder / _RECORD))
    except (OSError, ValueError):
        return None
    name = record.get("embedder") if isinstance(record, dict) else None
    return name if isinstance(name, str) else None


def record_embedder(folder: Path, name: str) -> None:
    """Note which embedder the vectors in an index folder are of."""
    if recorded_embedder(folder) == name:
        return
    content = json.dumps({"embedder": name}).encode()
    replace_whole(folder / _RECORD, content, unfinished=folder / f"{_RECORD}.{os.getpid()}.tmp")
