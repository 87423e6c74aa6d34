"""Filters as SQL."""

import json
from collections.abc import Iterable

from assistant.text import fold
from assistant.types import Filter


def filter_sql(where: Filter, *, id_of_tagged: str = "id") -> tuple[str, list[object]]:
    """SQL for a filter; `fold` has made the stored columns and the wanted parts comparable."""
    parts: list[str] = []
    values: list[object] = []

    def any_of(condition: str, wanted: Iterable[object]) -> None:
        wanted = list(wanted)
        if wanted:
            parts.append("(" + " OR ".join([condition] * len(wanted)) + ")")
            values.extend(wanted)

    any_of("year >= ?", [where.first_year] if where.first_year is not None else [])
    any_of("year <= ?", [where.last_year] if where.last_year is not None else [])
    any_of("instr(authors, ?) > 0", filter(None, map(_as_stored, where.authors)))
    any_of("instr(venue, ?) > 0", filter(None, map(fold, where.venues)))
    # Through JSON, because SQLite limits how many conditions and values a statement may have.
    among = "(SELECT value FROM json_each(?))"
    any_of(
        f"{id_of_tagged} IN (SELECT paper FROM tags WHERE tag IN {among})",
        [json.dumps(where.tags)] if where.tags else [],
    )
    any_of(f"id IN (SELECT paper FROM keys WHERE key IN {among})", [json.dumps(where.keys)] if where.keys else [])
    return (" WHERE " + " AND ".join(parts) if parts else ""), values


def _as_stored(author: str) -> str:
    """A name, or a part of one, with the given name first."""
    family, comma, given = author.partition(",")
    return fold(f"{given} {family}" if comma else author)
