"""What a LaTeX draft says outside its text: its title, the files that it names, and the user's own commands."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from assistant.library.readers.bibtex.latex import decode

_BODY = re.compile(r"^[^%\n]*?\\begin[ \t]*\{document\}", re.MULTILINE)
_BODY_END = re.compile(r"^[^%\n]*?\\(?:end[ \t]*\{document\}|endinput\b)", re.MULTILINE)
_COMMENT = re.compile(r"(?<!\\)%[^\n]*")
_TITLE = re.compile(r"\\title\s*(?:\[[^\[\]]*\]\s*)?(?=\{)")
_OWN = re.compile(
    r"\\(?:(?:re)?newcommand|providecommand)\*?\s*(?:\{\s*\\(?P<name>[A-Za-z]+)\s*\}|\\(?P<bare>[A-Za-z]+))\s*(?=\{)"
    r"|\\def\s*\\(?P<defined>[A-Za-z]+)\s*(?=\{)"
)
_BIBLIOGRAPHY = re.compile(
    r"\\(?:bibliography|addbibresource|addglobalbib|addsectionbib)\s*(?:\[[^\[\]]*\]\s*)?\{([^{}]*)\}"
)
_INCLUDE = re.compile(r"\\(?:input|include|subfile|subfileinclude)\b\s*(?:\{([^{}\n]*)\}|([^\s{}\\]+))")
_IMPORT = re.compile(r"\\(?:sub)?import\*?\s*\{([^{}\n]*)\}\s*\{([^{}\n]*)\}")
_UNSAID = re.compile(
    r"\\(?:thanks|footnote|footnotetext|vspace|hspace|label|fontsize|color|textcolor)\*?\s*(?:\[[^\]]*\])?\{[^{}]*\}"
)
_MOST_TITLE = 3_000
_MOST_OWN = 300
"""Characters of what one of the user's commands stands for."""
_MOST_COMMANDS = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Preamble:
    """What a draft says outside its text."""

    start: int
    end: int
    """`source[start:end]` is the text."""
    title: str = ""
    bibliographies: tuple[str, ...] = ()
    includes: tuple[str, ...] = ()
    own: Mapping[str, str] = field(default_factory=dict)
    """What the user's commands without arguments stand for, as LaTeX, by their names."""


def read_preamble(source: str) -> Preamble:
    """Find the text of a draft, and what else the draft says; a draft without a preamble is text throughout."""
    body = _BODY.search(source)
    start = body.end() if body else 0
    end = _BODY_END.search(source, start)
    said = _COMMENT.sub("", source)
    return Preamble(
        start=start,
        end=end.start() if end else len(source),
        title=_title(said),
        bibliographies=tuple(dict.fromkeys(_names(_BIBLIOGRAPHY, said))),
        includes=tuple(dict.fromkeys(_includes(said))),
        own=_own(said),
    )


def _title(said: str) -> str:
    match = _TITLE.search(said)
    written = braced(said, match.end(), _MOST_TITLE) if match else None
    return (
        decode(re.sub(r"\\\\(?:\[[^\]]*\])?|\\(?:newline|linebreak)\b", " ", _UNSAID.sub("", written)))
        if written
        else ""
    )


def _names(pattern: re.Pattern[str], said: str) -> Iterator[str]:
    for match in pattern.finditer(said):
        yield from (name.strip() for name in match[1].split(",") if name.strip())


def _includes(said: str) -> Iterator[str]:
    found = [(match.start(), (match[1] or match[2] or "").strip()) for match in _INCLUDE.finditer(said)]
    found += [(match.start(), f"{match[1].strip().rstrip('/')}/{match[2].strip()}") for match in _IMPORT.finditer(said)]
    yield from (name for _, name in sorted(found) if name)


def _own(said: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for match in _OWN.finditer(said):
        written = braced(said, match.end(), _MOST_OWN)
        if written and "#" not in written and len(found) < _MOST_COMMANDS:
            found[match["name"] or match["bare"] or match["defined"]] = written
    return found


def braced(text: str, place: int, most: int) -> str | None:
    """What stands in the braces that open at a place; None when they do not close within `most` characters."""
    depth = 0
    for match in re.compile(r"\\.|[{}]", re.DOTALL).finditer(text, place, place + most):
        depth += {"{": 1, "}": -1}.get(match[0], 0)
        if not depth:
            return text[place + 1 : match.start()]
    return None
