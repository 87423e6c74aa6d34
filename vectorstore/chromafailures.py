"""What Chroma's failures mean."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from vectorstore.errors import IndexDamaged, IndexInUse, StoreUnreachable, VectorstoreError

__all__ = ["failures_named"]

_DAMAGE = re.compile(
    r"code: (?:11|26)\b|malformed|not a database|hnsw|pickle|Error finding id|no such (?:table|column)|to tenant",
    re.IGNORECASE,
)
_PASSING = re.compile(r"too many open files|no space left|cannot allocate memory", re.IGNORECASE)
_IN_USE = re.compile(r"code: [56]\b|database is locked", re.IGNORECASE)


@contextmanager
def failures_named(place: Path | str) -> Iterator[None]:
    """Tell damage, after which the index is built again, from failures that pass.

    Chroma has no exception of its own for damage, and its native part panics with no `Exception` at all.
    """
    try:
        yield
    except VectorstoreError:
        raise
    except BaseException as error:
        panic = type(error).__name__ == "PanicException"
        if not (panic or isinstance(error, Exception)):
            raise
        if isinstance(place, str):
            raise _of_server(place, error) from error
        if _IN_USE.search(str(error)):
            raise IndexInUse(place) from error
        if (panic or _DAMAGE.search(str(error))) and not _PASSING.search(str(error)):
            raise IndexDamaged(place, error) from error
        raise VectorstoreError(
            f"The index in {str(place)!r} could not be used: {error}. "
            "Check that the folder is writable, the disk is not full, and not too many files are open."
        ) from error


def _of_server(address: str, error: BaseException) -> VectorstoreError:
    if type(error).__name__ == "NotFoundError" and "collection" in str(error).lower():
        return VectorstoreError(
            f"The vector store at {address} no longer holds the vectors of this library: another program deleted them. "
            "Run the command again; they are made anew."
        )
    return StoreUnreachable(address, str(error).partition("\n")[0] or type(error).__name__)
