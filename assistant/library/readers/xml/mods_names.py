"""People of a MODS record, by what they did."""

from typing import Literal
from xml.etree.ElementTree import Element

from assistant.library.readers.values.names import people_text, person
from assistant.library.readers.xml.fields import line_of, texts
from assistant.types import Author

Role = Literal["author", "editor", "other"]

_AUTHORS = frozenset("aut author cre creator dis dissertant ivr inv inventor cmp composer main joint".split())
_EDITORS = frozenset("edt editor ed com compiler".split())


def people(element: Element | None, *, plain_role: Role = "author") -> tuple[tuple[Author, ...], str, bool]:
    """Authors, editors as `Family, Given and Family, Given`, and whether more are said to exist.

    Args:
        element: What has the names; none of them when it is None.
        plain_role: What somebody without a role did.
    """
    if element is None:
        return (), "", False
    by_role: dict[Role, list[Author]] = {"author": [], "editor": [], "other": []}
    et_al = False
    for name in element.iterfind("name"):
        et_al = et_al or name.find("etal") is not None
        one = _person(name)
        if one is not None:
            by_role[_role(name, plain_role)].append(one)
    editors = people_text(by_role["editor"])
    return tuple(by_role["author"]), editors, et_al


def _role(name: Element, plain_role: Role) -> Role:
    words = {text.lower().strip(".") for text in texts(name, "role/roleTerm") or texts(name, "role")}
    if not words:
        return plain_role
    if words & _AUTHORS:
        return "author"
    return "editor" if words & _EDITORS else "other"


def _person(name: Element) -> Author | None:
    parts: dict[str, list[str]] = {}
    for part in name.iterfind("namePart"):
        if line_of(part):
            parts.setdefault(part.get("type") or "whole", []).append(line_of(part))
    family, given = " ".join(parts.get("family", [])), " ".join(parts.get("given", []))
    suffix = " ".join(parts.get("termsOfAddress", []))
    if family:
        is_suffix = suffix.lower().rstrip(".") in ("jr", "sr", "ii", "iii", "iv")
        return Author(family=f"{family} {suffix}" if is_suffix else family, given=given)
    whole = parts.get("whole", []) or ([given] if given else []) or list(texts(name, "displayForm"))
    if not whole:
        return None
    if name.get("type") in ("corporate", "conference"):
        return Author(family=". ".join(part.rstrip(".") for part in whole))
    first = whole[0].rstrip(",")
    return Author(family=first) if " " not in first else person(first)
