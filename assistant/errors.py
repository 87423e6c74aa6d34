"""Everything Citewell raises on purpose.

CitewellError
├── UsageError             exit 2: what was asked cannot be done as asked
│   ├── InputError         a file or text that was given cannot be used
│   ├── LimitReached       a limit that the user set does not allow the next call of a model; nothing was sent
│   └── NotLocal           something would leave this machine, and that was ruled out
├── ServiceError           exit 3: a model or service failed
│   ├── BrokenOff          a model's reply ended in the middle; what had arrived until then is good
│   └── TookTooLong        a model was slower than the time limit that the user set
└── LibraryError       exit 4
    ├── LibraryDamaged     the library file is not readable as one
    └── LibraryInUse       another process is writing
"""

from typing import ClassVar

__all__ = [
    "BrokenOff",
    "CitewellError",
    "InputError",
    "LibraryDamaged",
    "LibraryError",
    "LibraryInUse",
    "LimitReached",
    "NotLocal",
    "ServiceError",
    "TookTooLong",
    "UsageError",
]


class CitewellError(Exception):
    """Base of all errors meant for a reader: the message names the value and the next step."""

    exit_code: ClassVar[int] = 2


class UsageError(CitewellError):
    """What was asked cannot be done as asked."""


class InputError(UsageError):
    """A file or text that was given cannot be used."""


class LimitReached(UsageError):  # noqa: N818 - because the name states the condition
    """A limit that the user set does not allow the next call of a model; nothing was sent."""


class NotLocal(UsageError):  # noqa: N818 - because the name states the condition
    """Something would leave this machine, and that was ruled out."""


class ServiceError(CitewellError):
    """A model or service failed or is not there."""

    exit_code: ClassVar[int] = 3


class BrokenOff(ServiceError):  # noqa: N818 - because the name states the condition
    """A model's reply ended in the middle; what had arrived until then is good."""


class TookTooLong(ServiceError):  # noqa: N818 - because the name states the condition
    """A model was slower than the time limit that the user set."""


class LibraryError(CitewellError):
    """The library cannot be used."""

    exit_code: ClassVar[int] = 4


class LibraryDamaged(LibraryError):  # noqa: N818 - because the name states the condition
    """The library file is not readable as one."""


class LibraryInUse(LibraryError):  # noqa: N818 - because the name states the condition
    """Another process is writing to the library."""
