r"""LaTeX's citations: `\cite`, natbib's and biblatex's commands, and others named like them.

They are found before the text is parsed: pylatexenc knows the arguments of few of them, and of none of biblatex's.
"""

import re

from assistant.drafts.citing import Citation
from assistant.drafts.running import Cited

COMMAND = re.compile(r"\\(?P<name>[A-Za-z]*[cC]ite[A-Za-z]*)(?P<star>\*?)")
_OTHER = re.compile(
    r"(?:set|renew|provide|new|def)?cite(?:style|text|reset|alias|color|name|index|trackers?|undef|count|command)"
    r"|(?:bib|Declare|def|print|every|the|at|no|if|exclude).*cite.*|cite(?:setup|punct|dash|mid|left|right|form)"
)
_NARRATIVE = re.compile(
    r"[cC]ite(?:t|author|title|field|poss|asnoun|N|talias|t?fullauthor)|(?:[tT]ext|new|shorten|poss|full|ful?l?author)cites?|Cite(?:t|author)",
)
_MANY = re.compile(r"(?:[a-zA-Z]*cites|[A-Z][a-z]*cites)(?:author|year)?")
_KEY = re.compile(r"[^\s,{}\\%#~\"'()\[\]][^,{}\\%#]*")
_MOST = {"{": 10_000, "[": 600, "(": 600, "<": 100}
"""Characters of one argument; keys have no braces in them, so that a long one costs nothing."""
_NOT_FOUND = -1


def citation_at(text: str, match: re.Match[str]) -> Citation | None:
    """The citation that begins with a command, or None when the command is no citation or lacks its keys."""
    name = match["name"]
    if _OTHER.fullmatch(name):
        return None
    is_narrative = bool(_NARRATIVE.fullmatch(name))
    cited: list[Cited] = []
    end = match.end()
    while True:
        place = _behind_options(text, end)
        close = _closed(text, place, "{", "}")
        if close == _NOT_FOUND:
            break
        cited += _keys(text, place + 1, close, is_narrative)
        end = close + 1
        if not _MANY.fullmatch(name):
            break
    return Citation(start=match.start(), end=end, cited=tuple(cited)) if end > match.end() else None


def _keys(text: str, start: int, end: int, is_narrative: bool) -> list[Cited]:
    found: list[Cited] = []
    for match in _KEY.finditer(text, start, end):
        key = match[0].rstrip()
        if key and key != "*":
            place = match.start()
            found.append(Cited(key=key, start=place, end=place + len(key), narrative=is_narrative))
    return found


def _behind_options(text: str, place: int) -> int:
    """Behind `[see][p.~3]`, and behind the `(see)(p.~3)` of biblatex's plural commands."""
    while True:
        place = _behind_space(text, place)
        opened = text[place : place + 1]
        if opened not in ("[", "(", "<"):
            return place
        close = _closed(text, place, opened, {"[": "]", "(": ")", "<": ">"}[opened])
        if close == _NOT_FOUND:
            return place
        place = close + 1


def _behind_space(text: str, place: int) -> int:
    while place < len(text) and text[place] in " \t\n" and not text.startswith("\n\n", place):
        place += 1
    return place


def _closed(text: str, place: int, opens: str, closes: str) -> int:
    """Where the bracket at a place is closed, braces in it left whole; -1 when there is none."""
    if not text.startswith(opens, place):
        return _NOT_FOUND
    depth = braces = 0
    for match in re.compile(r"\\.|\n[ \t]*\n|[\[\](){}<>]", re.DOTALL).finditer(text, place, place + _MOST[opens]):
        char = match[0]
        if char[0] == "\n":
            return _NOT_FOUND
        if opens == "{" and char == "{" and depth:
            return _NOT_FOUND
        if opens != "{" and char in "{}":
            braces += 1 if char == "{" else -1
        elif char == opens and not braces:
            depth += 1
        elif char == closes and not braces:
            depth -= 1
            if not depth:
                return match.start()
        if braces < 0:
            return _NOT_FOUND
    return _NOT_FOUND
