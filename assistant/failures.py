"""The vector store's failures in Citewell's words, with their exit codes."""

from collections.abc import Iterator
from contextlib import contextmanager

from assistant.errors import LibraryDamaged, LibraryError, LibraryInUse, ServiceError, UsageError
from vectorstore.errors import (
    EmbedderError,
    EmbedderMismatch,
    IndexDamaged,
    IndexInUse,
    ModelFileError,
    ModelFolderError,
    RerankerError,
    StoreUnreachable,
    VectorstoreError,
)


@contextmanager
def failures_explained() -> Iterator[None]:
    """Turn the vector store's errors into Citewell's.

    Raises:
        LibraryInUse: Another process is writing to an index.
        LibraryDamaged: An index cannot be read.
        UsageError: The vectors are another embedding model's, or a file that a model needs is missing.
        ServiceError: The embedding model, the reranker or the vector store's server failed.
        LibraryError: The indexes cannot be used for another reason.
    """
    try:
        yield
    except IndexInUse as error:
        raise LibraryInUse(str(error)) from error
    except IndexDamaged as error:
        raise LibraryDamaged(f"{error} Run `citewell doctor --fix`.") from error
    except (EmbedderMismatch, ModelFileError, ModelFolderError) as error:
        raise UsageError(str(error)) from error
    except (EmbedderError, RerankerError, StoreUnreachable) as error:
        raise ServiceError(str(error)) from error
    except VectorstoreError as error:
        raise LibraryError(str(error)) from error
    except OSError as error:
        raise LibraryError(
            f"The indexes of the library cannot be used: {error}. Check that its folder is writable and the disk not "
            "full."
        ) from error


@contextmanager
def known_to_be_done(done: str) -> Iterator[None]:
    """Add to the failure of a service or of the indexes what was done all the same.

    Raises:
        ServiceError: A service failed.
        LibraryError: The indexes cannot be used: the disk is full, say.
    """
    try:
        yield
    except ServiceError as error:
        raise ServiceError(f"{error} {done}") from error
    except LibraryError as error:
        raise type(error)(f"{error} {done}") from error
