"""A type for text that is LaTeX: what is not of it does not reach a file."""

from collections.abc import Iterable
from typing import LiteralString, SupportsIndex


class Tex(str):
    """LaTeX that may be written as it stands; it is made by `escaped`, `literal` and `command` only.

    Plain text cannot be added to it by accident.
    """

    __slots__ = ()

    def __add__(self, other: str) -> "Tex":
        if not isinstance(other, Tex):
            raise TypeError(f"{other!r} is not LaTeX. Escape it first.")
        return Tex(str.__add__(self, other))

    def join(self, parts: Iterable[str], /) -> "Tex":
        """The parts, all of them LaTeX, with this between them."""
        found = list(parts)
        for part in found:
            if not isinstance(part, Tex):
                raise TypeError(f"{part!r} is not LaTeX. Escape it first.")
        return Tex(str.join(self, found))

    def __mul__(self, times: SupportsIndex) -> "Tex":
        return Tex(str.__mul__(self, times))


def literal(latex: LiteralString) -> Tex:
    """LaTeX that stands in this program."""
    return Tex(latex)


def command(name: LiteralString, *arguments: Tex) -> Tex:
    r"""A command with its arguments: `\section{...}`."""
    return Tex("\\" + name) + Tex("").join(Tex("{") + argument + Tex("}") for argument in arguments)
