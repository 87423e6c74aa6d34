"""What a bibliography prints besides."""

from collections.abc import Mapping

from assistant.types import DETAILS


def in_order(values: Mapping[str, str | None]) -> tuple[tuple[str, str], ...]:
    """The filled ones, in the order of `DETAILS`; other names are left out."""
    return tuple((name, value) for name in DETAILS if (value := values.get(name)))
