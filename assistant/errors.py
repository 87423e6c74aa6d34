"""Everything Citewell raises on purpose.

CitewellError
├── UsageError         exit 2: what was asked cannot be done as asked
│   └── InputError     exit 2: a file or text that was given cannot be used
├── ServiceError       exit 3: a model or service failed
└── LibraryError       exit 4
    ├── LibraryDamaged     the library file is not readable as one
    └── LibraryInUse       another process is writing
"""

from typing import ClassVar

__all__ = [
    "CitewellError",
    "InputError",
    "LibraryDamaged",
    "LibraryError",
    "LibraryInUse",
    "ServiceError",
    "UsageError",
]


class CitewellError(Exception):
    """Base of all errors meant for a reader: the message names the value and the next step."""

    exit_code: ClassVar[int] = 2


class UsageError(CitewellError):
    """What was asked cannot be done as asked."""


class InputError(UsageError):
    """A file or text that was given cannot be used."""


class ServiceError(CitewellError):
    """A model or service failed or is not there."""

    exit_code: ClassVar[int] = 3


class LibraryError(CitewellError):
    """The library cannot be used."""

    exit_code: ClassVar[int] = 4


class LibraryDamaged(LibraryError):  # noqa: N818 - because the name states the condition
    """The library file is not readable as one."""


class LibraryInUse(LibraryError):  # noqa: N818 - because the name states the condition
    """Another process is writing to the library."""
