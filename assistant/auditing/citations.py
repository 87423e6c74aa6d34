"""Changing a draft's citations in its own markup: another key, one key more, one less, a comment behind a sentence."""

import re
from collections.abc import Sequence

from assistant.auditing.patching import Edit
from assistant.types import Document, DraftSentence, Mention

_SIMPLE = re.compile(r"\w(?:\w|[:.#$%&+?<>~/-](?=\w))*")
"""Keys that pandoc takes without braces."""
_LATEX_KEY = re.compile(r"[^\s,{}%\\#~]+")
_OPENED = re.compile(
    r"\\(?P<command>[A-Za-z]+)\*?\s*(?:\[[^\[\]]*\]\s*|\([^()]*\)\s*|\{[^{}]*\}\s*)*\{(?P<keys>[^{}]*)$"
)
_IN_BRACKETS = re.compile(
    r"(?:cite|citep|citealp|parencite|autocite|footcite|footfullcite|supercite|smartcite|fullcite|cites|parencites"
    r"|autocites|footcites|supercites)",
    re.IGNORECASE,
)
"""LaTeX commands to which a key can be added without changing what a sentence says."""
_WHOLE_COMMANDS = ("citep", "parencite", "autocite", "cite")
_WITHIN = 2_000
"""Characters that a citation is long at most."""
_COMMENT_END = re.compile(r"--(?=!?>)")
_BESIDE = 100
_KEY_ENDS = {
    True: (
        re.compile(r"(?:(?P<bracket>\[)|(?P<separator>\s*;\s*))-?@\{?$"),
        re.compile(r"(?P<closing>\}?)(?:(?=\])|(?=\s*;)(?P<separator>\s*;\s*))"),
    ),
    False: (
        re.compile(r"(?:(?P<bracket>\{\s*)|(?P<separator>\s*,\s*))$"),
        re.compile(r"(?P<closing>)(?:(?=\s*\})|(?P<separator>\s*,\s*))"),
    ),
}
"""What may stand before and behind a key, of Markdown and of LaTeX, when nothing else is said of it there."""
_STOP = re.compile(r"(?P<stop>[.!?]+)\s*$")


def with_other_key(document: Document, mention: Mention, key: str) -> Edit | None:
    """The edit that cites a paper under another key; None when the markup cannot write that key."""
    if document.markup == "markdown":
        is_braced = document.source.startswith("}", mention.end)
        written = key if is_braced or _SIMPLE.fullmatch(key) else f"{{{key}}}"
        return None if "{" in key or "}" in key else Edit(start=mention.start, end=mention.end, text=written)
    return Edit(start=mention.start, end=mention.end, text=key) if _LATEX_KEY.fullmatch(key) else None


def without_key(document: Document, mention: Mention, group: Sequence[Mention]) -> Edit | None:
    """The edit that takes a key out of a citation that has others; None when something is said beside it.

    Args:
        document: The draft.
        mention: What goes.
        group: All keys of the citation, in order.
    """
    before, after = _KEY_ENDS[document.markup == "markdown"]
    opened = before.search(document.source, max(0, mention.start - _BESIDE), mention.start)
    closed = after.match(document.source, mention.end)
    if len(group) == 1 or not opened or not closed:
        return None
    # One of the two separators goes with it: what is left is as it was.
    start = opened.start("separator") if opened["separator"] else opened.end("bracket")
    end = closed.end("closing") if opened["separator"] else closed.end()
    return Edit(start=start, end=end, text="")


def with_more_keys(document: Document, sentence: DraftSentence, keys: Sequence[str]) -> Edit | None:
    """The edit that cites further papers in a sentence: in its last bracketed citation, else in one behind it.

    None when the markup cannot write the keys, or the citation is not understood.
    """
    writable = _SIMPLE if document.markup == "markdown" else _LATEX_KEY
    if document.markup not in ("markdown", "latex"):
        return None
    if document.markup == "latex" and not all(writable.fullmatch(key) for key in keys):
        return None
    last: dict[int, Mention] = {one.group: one for one in sentence.mentions if not one.narrative}
    for mention in reversed(list(last.values())):
        place = _end_of_group(document, mention)
        if place is not None:
            return Edit(start=place, end=place, text=_more(document, mention, keys))
    place = _before_stop(document.source, sentence)
    return Edit(start=place, end=place, text=_citation(document, keys))


def group_as_written(document: Document, mention: Mention) -> str:
    """The citation around a key, for showing; the key alone where its bounds are not understood."""
    source = document.source
    if document.markup == "latex":
        found = _OPENED.search(source, max(0, mention.start - _WITHIN), mention.start)
        end = source.find("}", mention.end, mention.end + _WITHIN)
        return source[found.start() : end + 1] if found and end >= 0 else source[mention.start : mention.end]
    start, closing = source.rfind("[", 0, mention.start), _closing(source, mention.end)
    if closing is None or start < 0 or "]" in source[start : mention.start]:
        return f"@{source[mention.start : mention.end]}"
    return source[start : closing + 1]


def comment_behind(document: Document, sentence: DraftSentence, text: str) -> Edit | None:
    """The edit that puts a comment behind a sentence; None when it is there already, or the markup has none."""
    source = document.source
    plain = " ".join(text.split())
    if document.markup == "markdown":
        inside = _COMMENT_END.sub("- -", plain)
        written = f"<!-- citewell: {inside} -->"
        at = sentence.end
        return None if written in source else Edit(start=at, end=at, text=f" {written}")
    if document.markup != "latex":
        return None
    written = f"% citewell: {plain}"
    if written in source:
        return None
    # In a line of its own below: what follows the sentence in its line must not become a part of the comment.
    end = source.find("\n", sentence.end)
    return (
        Edit(start=len(source), end=len(source), text=f"\n{written}")
        if end < 0
        else Edit(start=end, end=end, text=f"\n{written}")
    )


def _end_of_group(document: Document, mention: Mention) -> int | None:
    """Where one more key goes into the citation of a key."""
    if document.markup == "markdown":
        return _closing(document.source, mention.end)
    found = _OPENED.search(document.source, max(0, mention.start - _WITHIN), mention.start)
    return mention.end if found and _IN_BRACKETS.fullmatch(found["command"]) else None


def _more(document: Document, mention: Mention, keys: Sequence[str]) -> str:
    if document.markup == "markdown":
        return "".join(f"; {_at(key)}" for key in keys)
    found = _OPENED.search(document.source, max(0, mention.start - _WITHIN), mention.start)
    comma = ", " if found and re.search(r",\s", found["keys"]) else ","
    return "".join(comma + key for key in keys)


def _citation(document: Document, keys: Sequence[str]) -> str:
    if document.markup == "markdown":
        return f" [{'; '.join(map(_at, keys))}]"
    command = next((one for one in _WHOLE_COMMANDS if f"\\{one}" in document.source), "cite")
    return f"~\\{command}{{{','.join(keys)}}}"


def _at(key: str) -> str:
    return f"@{key}" if _SIMPLE.fullmatch(key) else f"@{{{key}}}"


def _before_stop(source: str, sentence: DraftSentence) -> int:
    found = _STOP.search(source, sentence.start, sentence.end)
    last = max((one.end for one in sentence.mentions), default=sentence.start)
    return found.start() if found and found.start() >= last else sentence.end


def _closing(source: str, place: int) -> int | None:
    """Where the bracket closes in which a place stands; None when there is none."""
    depth = 0
    for at in range(place, min(len(source), place + _WITHIN)):
        char = source[at]
        if source.startswith("\n\n", at):
            return None
        if char == "[":
            depth += 1
        elif char == "]":
            if not depth:
                return at
            depth -= 1
    return None
