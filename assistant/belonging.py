"""Which indexes belong to which library file.

A folder of indexes and the library file beside it carry the same signature: when one of them was replaced by another,
they differ. Vectors on a server carry a claim of the library that wrote to them last. A copy of a library's folder
names the same vectors; once either of the two has written, the other does not find its claim, and has to keep vectors
of its own.
"""

from pathlib import Path
from uuid import uuid4

from assistant.library.meta import note, noted
from assistant.library.store import Library
from assistant.stores import recorded_store
from vectorstore.index import HybridIndex

_SIGNATURE = "signature"
_GENERATION = "generation"
_CLAIMS = "claims"
_KEPT = 4
"""Claims that a library remembers: one more than a crash can leave on a server."""


def sign(library: Library, folder: Path) -> None:
    """Mark indexes and a library file as belonging together."""
    note(library.database, _SIGNATURE, sign_folder(folder))


def sign_folder(folder: Path) -> str:
    """Give indexes a new signature, which is returned."""
    signature = uuid4().hex
    folder.mkdir(mode=0o700, exist_ok=True)
    (folder / _SIGNATURE).write_text(signature, encoding="ascii")
    return signature


def take_over(library: Library, signature: str) -> None:
    """Note that the indexes with this signature are the library's, so that every process opens them anew."""
    note(library.database, _SIGNATURE, signature)
    begin_generation(library)


def belong_together(library: Library, folder: Path) -> bool:
    """False when indexes were deleted, or they or the library file were replaced by others."""
    try:
        signature = (folder / _SIGNATURE).read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError):
        return False
    return signature == noted(library.database, _SIGNATURE)


def begin_generation(library: Library) -> None:
    """Have every process open the indexes anew that opened them before now."""
    note(library.database, _GENERATION, uuid4().hex)


def recorded_state(library: Library) -> tuple[str, str | None]:
    """What, when another process changes it, makes the opened indexes the wrong ones."""
    return recorded_store(library), noted(library.database, _GENERATION)


def claim(library: Library, index: HybridIndex) -> None:
    """Have other libraries that take the vectors on a server for their own see that they are not."""
    fresh = uuid4().hex
    # Noted first: a process that dies in between finds on the server what it knows already.
    note(library.database, _CLAIMS, " ".join([*claims(library), fresh][-_KEPT:]))
    index.set_mark(fresh)


def claim_for_nobody(index: HybridIndex) -> None:
    """Have every library that takes the vectors on a server for its own see that they are not."""
    index.set_mark(uuid4().hex)


def is_claimed_by_another(library: Library, index: HybridIndex) -> bool:
    """True when another library wrote to the vectors on the server since this one did."""
    held = index.mark()
    return held is not None and held not in claims(library)


def claims(library: Library) -> list[str]:
    """The last claims of a library, oldest first."""
    return (noted(library.database, _CLAIMS) or "").split()
