"""The inside of one BibTeX entry: its key, and its fields with their values as they stand.

bibtexparser finds where entries begin and end, but takes commas for granted that real files miss, knows no comments
inside an entry, and gives up on keys with a comma or none at all. So the fields are read here.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_OPENING = re.compile(r"\s*@\s*(?P<type>[^\W\d_][\w-]*)\s*(?P<open>[{(])")
_BETWEEN = re.compile(r"(?:[\s,;]|%[^\n]*(?:\n|$))*")
_SPACE = re.compile(r"(?:\s|%[^\n]*(?:\n|$))*")
_NAME = re.compile(r"(?P<name>[^\s={}\"#%,()@]+)\s*=\s*")
_NO_KEY = re.compile(r"\s*[A-Za-z][\w-]*\s*=\s*[{\"\d]")
_BARE = re.compile(r"[^\s,#{}\"%()=]+")
_MARKS = re.compile(r"\\[\s\S]|[{}\"]")
_PLAIN_MARKS = re.compile(r"[{}\"]")
_QUOTE_AT_AN_END = re.compile(r"(?<!\\)\"(?=\s*(?:[,})#%\n]|$))")
_VALUE_ENDS = re.compile(r",|\n[ \t]*[A-Za-z][\w-]*\s*=\s*[{\"\w]")
_STRICT_PART = r"(?:\{\}|\"[^\"]*\"|\d+|[A-Za-z][\w.:+/-]*)"
_STRICT = re.compile(rf"\s*{_STRICT_PART}\s*(?:#\s*{_STRICT_PART}\s*)*")
_SHOWN = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A part of a value between `#`."""

    text: str
    """Without its delimiters."""
    is_macro: bool = False
    """A name that stands for a text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RawEntry:
    """An entry as it stands in its file."""

    entry_type: str
    """As it is written: `InProceedings`."""
    key: str
    fields: tuple[tuple[str, str], ...]
    """Names as they are written, values with their delimiters, in order."""
    end: int
    """Where the text goes on after it."""


class MalformedEntryError(ValueError):
    """The text is no entry; the message says why and what to do."""


def read_entry(text: str) -> RawEntry:
    """Read the entry that a text begins with.

    A missing comma, a comment and an equals sign or a comma in the key are put up with.

    Raises:
        MalformedEntryError: It has no end, or something between its fields is no field.
    """
    opening = _OPENING.match(text)
    if opening is None:
        raise MalformedEntryError("it does not begin with @type{; write its type after the @")
    closing = "}" if opening["open"] == "{" else ")"
    key, position = _key(text, opening.end(), closing)
    fields: list[tuple[str, str]] = []
    while True:
        position = _BETWEEN.match(text, position).end()  # type: ignore[union-attr]  # because it also matches nothing
        if text.startswith(closing, position):
            return RawEntry(entry_type=opening["type"], key=key, fields=tuple(fields), end=position + 1)
        name = _NAME.match(text, position)
        if name is None and not fields and (more := _more_of_key(text, position, closing)):
            key, position = f"{key},{more}", position + len(more)
            continue
        if name is None:
            raise MalformedEntryError(_no_field(text, position, closing))
        value, position = _value(text, name.end(), name["name"], closing)
        fields.append((name["name"], value))


def pieces(raw: str) -> Iterator[Piece]:
    """The parts of a value, delimiters and `#` taken away; anything behind a part that is no part is one."""
    position = 0
    raw = raw.strip()
    while position < len(raw):
        end = delimited_end(raw, position)
        if end:
            yield Piece(text=raw[position + 1 : end - 1])
        else:
            bare = _BARE.match(raw, position)
            if bare is None:
                yield Piece(text=raw[position:])
                return
            end = bare.end()
            yield Piece(text=bare[0], is_macro=not bare[0].isdecimal())
        position = _space_end(raw, end)
        if position < len(raw) and raw[position] != "#":
            yield Piece(text=raw[end:])
            return
        position = _space_end(raw, position + 1)


def value_text(raw: str) -> str:
    """What a value says, delimiters and `#` taken away; a macro says its name."""
    return "".join(piece.text for piece in pieces(raw))


def delimited_end(text: str, start: int = 0) -> int:
    """Where the braced or quoted string at a place of a text ends; 0 when there is none.

    A backslash keeps a brace from counting, as the tools that write BibTeX have it; where that finds no end, it does
    not, as BibTeX itself has it.
    """
    opening = text[start : start + 1]
    if opening not in ("{", '"'):
        return 0
    end = _end(text, start, _MARKS) or _end(text, start, _PLAIN_MARKS if opening == "{" else _MARKS)
    if not end and opening == '"':
        closing = _QUOTE_AT_AN_END.search(text, start + 1)
        end = closing.end() if closing else 0
    return end


def is_balanced(text: str) -> bool:
    """Whether BibTeX finds as many closing braces as opening ones, in an order that closes no value too early."""
    depth = 0
    for mark in re.finditer(r"[{}]", text):
        depth += 1 if mark[0] == "{" else -1
        if depth < 0:
            return False
    return depth == 0


def _end(text: str, start: int, marks: re.Pattern[str]) -> int:
    is_quoted = text[start] == '"'
    depth = 0 if is_quoted else 1
    for mark in marks.finditer(text, start + 1):
        if mark[0] == '"':
            if is_quoted and depth == 0:
                return mark.end()
            continue
        if mark[0][0] == "\\":
            continue
        depth += 1 if mark[0] == "{" else -1
        if depth == 0 and not is_quoted:
            return mark.end()
        if depth < 0:
            return 0
    return 0


def _key(text: str, start: int, closing: str) -> tuple[str, int]:
    if _NO_KEY.match(text, start):
        return "", start
    end = re.compile(rf"[,{re.escape(closing)}]").search(text, start)
    place = end.start() if end else len(text)
    key = " ".join(text[start:place].split())
    if re.search(r"=\s*[{\"]", key):
        name = key.split("=")[0].strip()
        raise MalformedEntryError(f"there is no comma after its key {name[:_SHOWN]!r}; put one")
    return key, place


def _more_of_key(text: str, position: int, closing: str) -> str:
    """A piece without equals sign between the key and the first field, `b` of `@book{a,b, title = {T}}`."""
    piece = re.compile(rf"[^\s={{}}\"#%,{re.escape(closing)}]+(?=\s*,)").match(text, position)
    return piece[0] if piece else ""


def _no_field(text: str, position: int, closing: str) -> str:
    if position >= len(text):
        return f"its end is missing; put the closing {closing} behind its last field"
    found = " ".join(text[position : position + _SHOWN].split())[: _SHOWN // 2]
    return f"there is no field `name = value` at {found!r}; look for a brace, a quote or an equals sign too few or many"


def _value(text: str, start: int, name: str, closing: str) -> tuple[str, int]:
    """A value as it stands and where the text goes on; what stands behind a delimited part goes into its braces."""
    position = start
    while True:
        end = delimited_end(text, position)
        if not end:
            if text[position : position + 1] in ("{", '"'):
                raise MalformedEntryError(f"its field {name!r} has no end; put the missing brace or quote")
            bare = _BARE.match(text, position)
            end = bare.end() if bare else position
        behind = _space_end(text, end)
        if not text.startswith("#", behind):
            break
        position = _space_end(text, behind + 1)
    if behind >= len(text) or text[behind] in {",", closing} or _NAME.match(text, behind):
        return text[start:end] or "{}", behind
    return _joined_value(text, start, end, closing)


def _joined_value(text: str, start: int, end: int, closing: str) -> tuple[str, int]:
    """A value such as `{A} and {B}` or `two words`, which BibTeX does not take, in one pair of braces."""
    stop = end
    while stop < len(text) and text[stop] != closing and not _VALUE_ENDS.match(text, stop):
        brace_end = delimited_end(text, stop) if text[stop] == "{" else stop + 1
        if not brace_end:
            raise MalformedEntryError(f"a brace at {text[stop : stop + _SHOWN // 2]!r} has no end; put the missing one")
        stop = brace_end
    written = text[start:stop].strip()
    return "{" + value_text(written).strip() + "}", stop


def _space_end(text: str, start: int) -> int:
    return _SPACE.match(text, start).end()  # type: ignore[union-attr]  # because it also matches nothing


def is_strict(raw: str) -> bool:
    """Whether BibTeX itself takes a value as it stands: balanced braces, nothing between the parts but `#`."""
    return is_balanced(raw) and _STRICT.fullmatch(_without_braced(raw)) is not None


def _without_braced(text: str) -> str:
    """The text with `{}` for each outermost group in braces."""
    kept: list[str] = []
    depth = position = 0
    for mark in re.finditer(r"[{}]", text):
        if mark[0] == "{" and depth == 0:
            kept += [text[position : mark.start()], "{}"]
        depth += 1 if mark[0] == "{" else -1
        position = mark.end() if depth == 0 else position
    return "".join([*kept, text[position:]])
