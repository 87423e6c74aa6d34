"""An index folder as a whole: which embedder its vectors are of, and forgetting them."""

import json
import os
import shutil
from pathlib import Path

__all__ = ["drop_vectors", "record_embedder", "recorded_embedder"]

_RECORD = "embedder.json"
_LOCAL_VECTORS = ("dense", "scan", "dense.new", "scan.new")


def drop_vectors(folder: Path, *, store: str | None = None, collection: str = "chunks") -> None:
    """Delete the vectors of an index, whichever embedder made them; the words stay.

    Args:
        folder: The index folder.
        store: Address of the Chroma server that holds the vectors; None when they are in the folder.
        collection: Name of the collection on that server; no other is touched, and it need not exist.

    Raises:
        StoreUnreachable: The server does not answer.
    """
    if store is None:
        for part in _LOCAL_VECTORS:
            shutil.rmtree(folder / part, ignore_errors=True)
        return
    from vectorstore.chroma import ChromaIndex

    ChromaIndex.drop(store, collection)


def recorded_embedder(folder: Path) -> str | None:
    """Name of the embedder that made the vectors in an index folder; None when it holds none or does not say."""
    try:
        record = json.loads((folder / _RECORD).read_text("utf-8"))
    except (OSError, ValueError):
        return None
    name = record.get("embedder") if isinstance(record, dict) else None
    return name if isinstance(name, str) else None


def record_embedder(folder: Path, name: str) -> None:
    """Note which embedder the vectors in an index folder are of."""
    if recorded_embedder(folder) == name:
        return
    unfinished = folder / f"{_RECORD}.{os.getpid()}.tmp"
    unfinished.write_text(json.dumps({"embedder": name}), "utf-8")
    unfinished.replace(folder / _RECORD)  # atomic: a crash leaves no half record
