"""Checks of what is derived from a library: embedding model, store, indexes."""

import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from assistant.doctor.check import Check, guarded, ok
from assistant.embedders import is_remote, library_embedder
from assistant.failures import failures_explained
from assistant.library.store import INDEX_FOLDER, Library
from assistant.moving import unused_folders
from assistant.stores import LOCAL, leftovers, recorded_store
from vectorstore.index import HybridIndex
from vectorstore.types import Embedder

_SAMPLE = 256
"""Vectors that are read; of a few of them the text is embedded again."""
_EMBEDDED_AGAIN = 4
_UNIT = 1e-2
_SAME = 0.99
"""Cosine of a stored vector to that of its text now, below which another model made it."""
_NAMES = {"vectors": "vectors in Chroma", "scan": "vectors searched", "words": "words"}
_FIX = "`citewell doctor --fix` indexes what differs; `citewell reindex` makes all of it anew."
_REINDEX = "`citewell reindex` makes the vectors anew."


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A library with the indexes to be checked."""

    library: Library
    index: HybridIndex
    embedder: Embedder


def embedder_check(library: Library, configured: str | None) -> tuple[Check, Embedder | None]:
    """The library's embedding model can be opened and works; None when it cannot be opened."""
    opened: list[Embedder] = []

    def check() -> Check:
        embedder = library_embedder(library, configured, local=False)
        opened.append(embedder)
        if is_remote(embedder.name):
            return ok("embedding model", f"{embedder.name}; it is not on this machine, so it was not asked")
        with failures_explained():
            vector = embedder.embed_query("A sentence to try the embedding model with.")
        length = float(vector @ vector) ** 0.5
        if vector.shape != (embedder.dimensions,) or not abs(length - 1) < _UNIT:
            return Check(
                name="embedding model",
                status="problem",
                detail=f"{embedder.name} made a vector of shape {vector.shape} and length {length:.3f}",
                next_step="Install Citewell again: `pip install --force-reinstall citewell`.",
            )
        return ok(
            "embedding model", f"{embedder.name}, {embedder.dimensions} dimensions; its files are as they should be"
        )

    return guarded("embedding model", check), opened[0] if opened else None


def index_checks(opened: Opened) -> Iterator[Check]:
    """Each index, chunk by chunk, against the library; what keeps several checks from being made is said once."""
    said: set[str] = set()
    for check in _every_check(opened):
        if not check.is_failure or check.detail not in said:
            yield check
        if check.is_failure:
            said.add(check.detail)


def _every_check(opened: Opened) -> Iterator[Check]:
    library = opened.library
    expected, pending = library.chunk_digests(), frozenset(library.pending())
    store = recorded_store(library)
    yield _pending_check(len(pending))
    for part, read in opened.index.held().items():
        name = _NAMES[part]
        where = f" at {store}" if store != LOCAL and part == "vectors" else ""
        yield guarded(name, _comparison(name, where, expected, pending, read), next_step=_FIX)
    yield guarded("vectors", lambda: _vectors_check(opened, list(expected.keys() - pending)), next_step=_REINDEX)
    yield _leftover_check(library)


def _pending_check(count: int) -> Check:
    if not count:
        return ok("pending", "nothing waits to be indexed")
    return Check(
        name="pending",
        status="warning",
        detail=f"{count} chunks wait to be indexed",
        next_step="The next search indexes them, `citewell doctor --fix` too.",
        is_fixable=True,
    )


def _comparison(
    name: str,
    where: str,
    expected: Mapping[str, str],
    pending: frozenset[str],
    read: Callable[[], Mapping[str, str]],
) -> Callable[[], Check]:
    def check() -> Check:
        with failures_explained():
            held = read()
        missing = sum(one not in held for one in expected if one not in pending)
        changed = sum(held.get(one, digest) != digest for one, digest in expected.items() if one not in pending)
        foreign = sum(one not in expected for one in held if one not in pending)
        if missing or changed or foreign:
            counts = ((missing, "missing"), (changed, "out of date"), (foreign, "of no paper"))
            said = ", ".join(f"{count} {word}" for count, word in counts if count)
            return Check(
                name=name,
                status="problem",
                detail=f"{said}, of {len(expected)} chunks{where}",
                next_step=_FIX,
                is_fixable=True,
            )
        return ok(name, f"{len(held)} chunks{where}, each as it is in the library")

    return check


def _vectors_check(opened: Opened, ids: list[str]) -> Check:
    """Stored vectors are finite, of unit length, and those that the model makes."""
    sample = sorted(random.Random(0).sample(sorted(ids), min(_SAMPLE, len(ids))))  # noqa: S311 - because it only samples
    with failures_explained():
        vectors = opened.index.vectors(sample)
        lengths = {one: float(vector @ vector) ** 0.5 for one, vector in vectors.items()}
        wrong = [one for one, length in lengths.items() if not abs(length - 1) < _UNIT]  # NaN is not below it either
        if not wrong and not is_remote(opened.embedder.name):
            chunks = opened.library.chunks([one for one in sample if one in vectors][:_EMBEDDED_AGAIN])
            wrong = [
                one
                for one, chunk in chunks.items()
                if opened.embedder.embed_documents([chunk.embedding_text])[0] @ vectors[one] < _SAME
            ]
    if wrong:
        return Check(
            name="vectors",
            status="problem",
            detail=f"{len(wrong)} of {len(vectors)} looked at are not what {opened.embedder.name} makes"
            f" ({', '.join(wrong[:3])})",
            next_step=_REINDEX,
        )
    return ok("vectors", f"{len(vectors)} looked at: all finite and of unit length")


def _leftover_check(library: Library) -> Check:
    places = [one.store for one in leftovers(library)] + [*map(str, unused_folders(library.folder / INDEX_FOLDER))]
    if not places:
        return ok("store", f"the vectors are {'in the folder' if recorded_store(library) == LOCAL else 'on a server'}")
    return Check(
        name="store",
        status="warning",
        detail=f"vectors that are not used any more may still be in {', '.join(places)}",
        next_step="`citewell doctor --fix` deletes them.",
        is_fixable=True,
    )
