"""What a paper says, as one line that cannot act: not on a terminal, and not on the layout of a prompt."""

import re
import unicodedata
from collections.abc import Collection

from assistant.replies.markers import markers_in

__all__ = ["harmless", "visible"]

_LONGEST_WORD = 300
"""Characters. What is longer is no word of any language, and costs a model more than it tells."""
_MOST_ACCENTS = 3
"""On one letter. Vietnamese and Hebrew need two or three; a pile of them hides the lines around it."""
# A control sequence goes as a whole, so that its letters and numbers do not stay behind as text.
_ESCAPES = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]{0,64}[ -/]{0,8}[@-~]"
    r"|(?:\x1b[\]PX^_]|[\x9d\x90\x98\x9e\x9f]).{0,2000}?(?:\x07|\x1b\\|\x9c)|\x1b[ -/]{0,4}[0-~]",
    re.DOTALL,
)
_UNSEEN_LETTERS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180e\u180f\ufffc")
_BLANK_LETTERS = frozenset("\u2800\u3164\uffa0")
_SELECTORS = ((0xFE00, 0xFE0F), (0xE0100, 0xE01EF))
_NUMBER_BRACKETS = str.maketrans({"［": "[", "］": "]", "〔": "[", "〕": "]", "〖": "[", "〗": "]", "⟦": "[", "⟧": "]"})
_OPENING = re.compile(r"[【\[［〔〖⟦]")
_FULL_WIDTH_NUMBER = re.compile(r"[［〔〖⟦][^［］〔〕〖〗⟦⟧]{1,40}[］〕〗⟧]")
_ROLES = (
    "system|user|assistant|human|ai|bot|chatgpt|gpt|claude|model|developer|tool|function|instructions?|response|prompt"
    "|input|output|question|query|answer|passages?|documents?|context|evidence|statement|claim|verdict|rules?"
)
_ROLE = re.compile(
    rf"(?:(?<![\w-])(?=[A-Z])|(?<![^.!?:;>)\]}}\"”'*#|])|(?<=[.!?:;>)\]}}\"”'*#|] ))(?P<role>(?i:{_ROLES}))\s*[:：]"
)
"""A turn in a conversation: with a capital anywhere, in small letters at the start of a sentence."""
_TAG = re.compile(r"<(?=[|/!?<]|[A-Za-z_][^<>]{0,80}>)")
_INSTRUCTION_TAG = re.compile(r"\[(/?\s?(?:INST|SYS|SYSTEM|USER|ASSISTANT|HUMAN|AI)\b[^\[\]]{0,20})\]", re.IGNORECASE)
_HEADING = re.compile(r"(?<!\S)#{2,}(?=\s|\w)")
_FENCE = re.compile(r"`{3,}|~{3,}")
_RULE = re.compile(r"(?<!\S)(?:-{3,}|={3,}|\*{3,}|_{3,}|\+{3,})(?!\S)")
_NO_ANSWER = re.compile(r"\bNOT\s+IN\s+THE\s+LIBRARY\b")
_LONG_WORD = re.compile(rf"\S{{{_LONGEST_WORD + 1},}}")


def harmless(text: str, known: Collection[str] = ()) -> str:
    """A text of a paper as a prompt may show it: one line, readable, and nothing in it is a part of the prompt.

    Characters that are not seen are left out. What looks like a citation marker, a tag, a heading, a line between
    parts or somebody's turn to speak is written with other signs: `[3]` as `{3}`, the bracket of a tag as a single
    quotation mark, the colon of `System:` as a dash. Other brackets, mathematics, entities and every script stay.

    Args:
        text: Any text.
        known: Passage numbers and keys that the prompt uses; a bracket with one of them is a marker.
    """
    line = " ".join(visible(text).split())
    line = _LONG_WORD.sub(lambda word: word[0][:_LONGEST_WORD] + "…", line)
    line = _without_markers(line, known)
    line = _INSTRUCTION_TAG.sub(r"{\1}", _TAG.sub("‹", line))
    line = _FENCE.sub("'", _RULE.sub("–", _HEADING.sub("", line)))
    line = _NO_ANSWER.sub(lambda found: found[0].lower(), line)
    return " ".join(_ROLE.sub(r"\g<role> –", line).split())


def visible(text: str) -> str:
    """The text without control sequences and characters that are not seen; line ends stay."""
    if text.isascii() and text.isprintable():
        return text
    text = _ESCAPES.sub("", text)
    seen: list[str] = []
    accents = 0
    for char in text:
        category = unicodedata.category(char)
        accents = accents + 1 if category in {"Mn", "Me"} else 0
        if char in _BLANK_LETTERS or category in {"Cc", "Zl", "Zp", "Zs"}:
            seen.append(char if char in "\n\t" else "\n" if char in "\r\u2028\u2029\x85" else " ")
        elif category[0] != "C" and not _is_unseen(char) and accents <= _MOST_ACCENTS:
            seen.append(char)
    return "".join(seen)


def _is_unseen(char: str) -> bool:
    return char in _UNSEEN_LETTERS or any(first <= ord(char) <= last for first, last in _SELECTORS)


def _without_markers(line: str, known: Collection[str]) -> str:
    """Braces for the brackets of everything that would be read as a citation marker."""
    if not _OPENING.search(line):
        return line
    line = _FULL_WIDTH_NUMBER.sub(lambda found: found[0].translate(_NUMBER_BRACKETS), line)
    kept, last = "", 0
    for marker in markers_in(line, known):
        if line[marker.start] == "(":
            continue
        inner = line[marker.start : marker.end].partition("](")[0].strip("[]【】")
        kept += line[last : marker.start] + "{" + re.sub(r"[\[\]【】]", "", inner) + "}"
        last = marker.end
    return kept + line[last:]
