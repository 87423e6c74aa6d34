"""Papers as the citation processor takes them."""

import re
from collections.abc import Mapping
from typing import Any

from assistant.export.csl.marks import ET_AL, cleaned
from assistant.export.csl_json import csl_item
from assistant.types import Paper

__all__ = ["item_of"]

_UNUSED = frozenset({"abstract", "annote", "custom", "keyword", "note", "categories", "id"})
_NAMES = frozenset({"author", "editor", "collection-editor", "container-author", "translator", "director"})
_CURLED = frozenset({"title", "container-title", "title-short", "container-title-short", "genre", "collection-title"})
_OPENING = re.compile(r"(^|[\s(\[{—–/])(['\"])(?=\S)")
_PARTICLE = re.compile(r"(?P<particle>(?:[^\W\d_A-Z][\w’']*\s+)+)(?P<rest>\S.*)")
_EAST_ASIAN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]")


def item_of(paper: Paper, *, number: int) -> dict[str, Any]:
    """One paper as CSL-JSON of what styles print, with `p{number}` as its id.

    An entry whose authors are not all known ends its authors with `ET_AL`.
    """
    item = {name: value for name, value in csl_item(paper).items() if name not in _UNUSED}
    for name in _NAMES & item.keys():
        item[name] = _people(item[name])
    if paper.record.et_al:
        item["author"] = [*item["author"][:-1], {"literal": ET_AL}] if paper.record.authors else []
    for name, value in item.items():
        if isinstance(value, str | int):
            item[name] = _curled(cleaned(str(value))) if name in _CURLED else cleaned(str(value))
    _dates(item)
    item["id"] = f"p{number}"
    return {name: value for name, value in item.items() if value}


def _people(names: object) -> list[dict[str, str]]:
    people = names if isinstance(names, list) else []
    return [one for one in map(_person, people) if any(one.values())]


def _person(name: Mapping[str, object]) -> dict[str, str]:
    parts = {part: cleaned(str(value)) for part, value in name.items() if part != "comma-suffix"}
    given, family = parts.get("given", ""), parts.get("family", "")
    if given and not any(letter.isupper() for letter in given):
        # Without capitals there are no initials; Chinese, Japanese and Korean names are written without a space.
        gap = "" if _EAST_ASIAN.search(family) and _EAST_ASIAN.search(given) else " "
        if given.upper() == given:
            return {"literal": f"{family}{gap}{given}" if not gap else f"{given} {family}"}
        parts["given"] = given.title()
    particle = _PARTICLE.fullmatch(family)
    if given and particle and particle["particle"].islower():
        parts |= {"non-dropping-particle": particle["particle"].strip(), "family": particle["rest"]}
    return parts


def _curled(text: str) -> str:
    """Typographic quotation marks and apostrophes for straight ones."""
    text = _OPENING.sub(lambda found: found[1] + ("“" if found[2] == '"' else "‘"), text)
    return text.replace('"', "”").replace("'", "’")


def _dates(item: dict[str, Any]) -> None:
    """Dates whose parts are whole numbers; the processor knows no others."""
    for name in [name for name, value in item.items() if isinstance(value, dict)]:
        parts = item[name].get("date-parts")
        whole = [[int(part) for part in date] for date in parts or [] if date and all(_is_whole(one) for one in date)]
        if whole:
            item[name] = {"date-parts": whole[:2]}
        elif item[name].get("literal"):
            item[name] = {"literal": cleaned(str(item[name]["literal"]))}
        else:
            del item[name]


def _is_whole(part: object) -> bool:
    return str(part).lstrip("-").isdecimal()
