"""Fields of a Word document: citations that Zotero, Mendeley or Word itself put there, and lists made from them."""

import json
import re
from dataclasses import dataclass

_PLAIN_KEY = re.compile(r"\w(?:\w|[:.#$%&+?<>~/-](?=\w))*")
_LISTS = re.compile(
    r"(?:ADDIN\s+(?:ZOTERO_BIBL|EN\.REFLIST|Mendeley\s+Bibliography|CSL_BIBLIOGRAPHY)|BIBLIOGRAPHY|TOC|INDEX)\b"
)
_OF_A_PROGRAM = re.compile(r"ADDIN\s+(?:ZOTERO_ITEM\s+)?(?P<csl>CSL_CITATION)|ADDIN\s+(?P<other>EN\.CITE|ZOTERO_ITEM)")
_OF_WORD = re.compile(r"CITATION\s+(?P<first>\S+)(?P<rest>.*)", re.DOTALL)
_MORE = re.compile(r"\\m\s+(\S+)")
_MADE_UP = re.compile(r"ITEM-\d+|\d+|https?://.*")
"""Numbers that a program gives the papers of one document; they are no cite keys."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldText:
    """What is read in the place of what a field shows."""

    text: str | None
    """None for what it shows."""
    is_unknown: bool = False
    """It is a citation, and has no keys."""


def field_text(instruction: str) -> FieldText:
    """Tell from a field's instruction what to read: `[@key]` for a citation, nothing for a list of references."""
    said = instruction.strip()
    if _LISTS.match(said):
        return FieldText(text="")
    program = _OF_A_PROGRAM.match(said)
    if program:
        keys = _keys_of_csl(said[program.end() :]) if program["csl"] else []
        return FieldText(text=_citation(keys)) if keys else FieldText(text=None, is_unknown=True)
    word = _OF_WORD.match(said)
    if word:
        return FieldText(text=_citation([word["first"], *_MORE.findall(word["rest"])]))
    return FieldText(text=None)


def _keys_of_csl(text: str) -> list[str]:
    """The keys of all its papers, those without an author in the text with a minus; empty when one has none."""
    try:
        found = json.JSONDecoder().raw_decode(text.strip())[0]
        items = found["citationItems"]
        return [_key_of(item) for item in items]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return []


def _key_of(item: dict[str, object]) -> str:
    data = item.get("itemData")
    named = data if isinstance(data, dict) else {}
    candidates = (named.get("citation-key"), named.get("citekey"), named.get("id"), item.get("id"))
    key = next((one for one in candidates if isinstance(one, str) and _is_key(one)), None)
    if key is None:
        raise ValueError("a paper without a cite key")
    return f"-{key}" if item.get("suppress-author") else key


def _is_key(text: str) -> bool:
    return bool(text.strip()) and not _MADE_UP.fullmatch(text) and not re.search(r"[{}\s]", text)


def _citation(keys: list[str]) -> str:
    return f"[{'; '.join(_written(key) for key in keys)}]"


def _written(key: str) -> str:
    sign, bare = ("-", key[1:]) if key.startswith("-") else ("", key)
    return f"{sign}@{bare}" if _PLAIN_KEY.fullmatch(bare) else f"{sign}@{{{bare}}}"
