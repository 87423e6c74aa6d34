"""Keeping what a command reads from what it writes."""

from pathlib import Path

from assistant.errors import InputError

__all__ = ["refuse_same"]


def refuse_same(out: Path, source: Path, what: str) -> None:
    """Refuse to write over the file that is read, under whatever name.

    Raises:
        InputError: Both are one file.
    """
    try:
        is_same = out.samefile(source)
    except OSError:
        return  # one of them is not there
    if is_same:
        raise InputError(f"--out {out}: is {what}, and would be written over; name another file.")
