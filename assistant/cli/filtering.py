"""Filters as they are written in the chat."""

import shlex

from assistant.cli.options import years_of
from assistant.errors import UsageError
from assistant.types import Filter


def parse_filter(text: str) -> Filter:
    """Read `year=2020..2024 author="van Gogh" venue=ACL tag=core`.

    Raises:
        UsageError: A part is not of that form.
    """
    years: tuple[int | None, int | None] = (None, None)
    parts: dict[str, list[str]] = {"author": [], "venue": [], "tag": []}
    for name, value, word in _settings(text):
        if name == "year" and value:
            years = years_of(value)
        elif name in parts and value:
            parts[name].append(value)
        else:
            raise UsageError(
                f"{word!r} is no filter. Write year=2020..2024, author=NAME, venue=NAME, tag=NAME, or off."
            )
    return Filter(
        first_year=years[0],
        last_year=years[1],
        authors=tuple(parts["author"]),
        venues=tuple(parts["venue"]),
        tags=tuple(parts["tag"]),
    )


def filter_text(where: Filter) -> str:
    """A filter as it is written."""
    years = ""
    if where.first_year or where.last_year:
        first, last = str(where.first_year or ""), str(where.last_year or "")
        years = f"year={first if first == last else f'{first}..{last}'}"
    named = (("author", where.authors), ("venue", where.venues), ("tag", where.tags))
    return " ".join([years] * bool(years) + [f"{name}={shlex.quote(one)}" for name, all_ in named for one in all_])


def _settings(text: str) -> list[tuple[str, str, str]]:
    """(name, value, both as written) of each `name=value`."""
    try:
        words = shlex.split(text)
    except ValueError as error:
        raise UsageError(f"A quotation mark is not closed in {text!r}.") from error
    return [(word.partition("=")[0], word.partition("=")[2], word) for word in words]
