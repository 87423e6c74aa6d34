"""Running text in Markdown: markdown-it-py's inline parser with rules for what pandoc adds, and every place kept.

A token's own text is known, and where a link, an image, code or a citation ends is noted by the rules below; so each
token begins where the one before ended, and every word has its place in the source.
"""

import re
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING

from assistant.drafts.citing import Citation, Citations
from assistant.drafts.latex.citing import COMMAND, citation_at

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_inline import StateInline
    from markdown_it.token import Token

FILLER = "\x01"
"""Stands for what is no text (a comment), so that places stay."""
BREAK = "\x02"
"""Stands before what begins a paragraph of its own (a note)."""
_IN_NOTE = "in_note"
_LONG = 10_000
_END = "end"
_CITATIONS = "citations"
_CITATION = "citation"
_MATH = re.compile(
    r"\$\$(?P<shown>(?:[^$\\]|\\.){1,5000})\$\$|\$(?!\s)(?:[^$\\]|\\.){1,2000}(?<!\s)\$(?!\d)", re.DOTALL
)
_RAISED = re.compile(r"\^(?P<up>(?:[^\s^\\]|\\.){1,80})\^|~(?P<down>(?:[^\s~\\]|\\.){1,80})~")
_NOTE_MARK = re.compile(r"\[\^[^\]\s]{1,200}\]")
_ATTRIBUTES = re.compile(r"\{(?:\s*(?:[.#][\w:.-]+|[\w:-]+=(?:\"[^\"\n]*\"|[^\s\"}]+)|-))+\s*\}")
_SPAN_END = re.compile(rf"\]{_ATTRIBUTES.pattern}")
_SPACE = re.compile(r"\\ ")
_LABELS = re.compile(
    r"\\(?:label|ref|eqref|pageref|autoref|[cC]ref|index|vspace|hspace)\*?\{[^{}\n]*\}|\\(?:newpage|clearpage|pagebreak)\b"
)

Rule = Callable[["StateInline", bool], bool]


@cache
def parser() -> "MarkdownIt":
    """The parser: CommonMark, tables, strikethrough, and pandoc's citations, notes, mathematics and attributes."""
    from markdown_it import MarkdownIt
    from markdown_it.rules_inline import autolink, backtick, image, link

    markdown = MarkdownIt("commonmark", {"maxNesting": 40}).enable(["table", "strikethrough"]).disable("text_join")
    ruler = markdown.inline.ruler
    for name, rule in (("link", link), ("image", image), ("autolink", autolink), ("backticks", backtick)):
        ruler.at(name, _noting_its_end(rule, brackets={"link": "[", "image": "!["}.get(name, "")))
    ruler.before("escape", "tex", _matched(r"\\", "gap", _LABELS, _SPACE))
    ruler.before("link", "note_mark", _matched("[", "gap", _NOTE_MARK))
    ruler.before("strikethrough", "raised", _raised)
    ruler.before("raised", "note", _note)
    ruler.before("link", _CITATION, _citation)
    ruler.before("tex", "tex_citation", _tex_citation)
    ruler.before(_CITATION, "span", _span)
    ruler.before("link", "span_end", _matched("]", "gap", _SPAN_END))
    ruler.before("link", "math", _matched("$", "math", _MATH))
    ruler.before("link", "attributes", _matched("{", "gap", _ATTRIBUTES))
    return markdown


def _noting_its_end(rule: Rule, *, brackets: str) -> Rule:
    def noting(state: "StateInline", silent: bool) -> bool:
        if brackets and len(state.src) > _LONG:
            # To look for the end of each bracket takes the square of their number.
            is_closed = _citations(state).closing(state.pos + len(brackets) - 1) is not None
            if not state.src.startswith(brackets, state.pos) or not is_closed:
                return False
        count = len(state.tokens)
        found = rule(state, silent)
        if found and not silent and len(state.tokens) > count:
            state.tokens[-1].meta[_END] = state.pos
        return found

    return noting


def _matched(first: str, kind: str, *patterns: re.Pattern[str]) -> Rule:
    """A rule for what a pattern describes."""

    def rule(state: "StateInline", silent: bool) -> bool:
        if state.src[state.pos] != first[-1]:
            return False
        match = next((match for one in patterns if (match := one.match(state.src, state.pos, state.posMax))), None)
        if match is None:
            return False
        if not silent:
            _push(state, kind, match.end()).content = match[0]
        state.pos = match.end()
        return True

    return rule


def _raised(state: "StateInline", silent: bool) -> bool:
    match = _RAISED.match(state.src, state.pos, state.posMax)
    if match is None:
        return False
    if not silent:
        _push(state, "raised", match.end()).content = match["up"] or match["down"]
    state.pos = match.end()
    return True


def _note(state: "StateInline", silent: bool) -> bool:
    place = state.pos
    if not state.src.startswith("^[", place):
        return False
    end = _citations(state).closing(place + 1)
    if end is None or end >= state.posMax or state.env.get(_IN_NOTE):
        return False
    if not silent:
        children: list[Token] = []
        state.env[_IN_NOTE] = True
        state.md.inline.parse(state.src[place + 2 : end], state.md, state.env, children)
        state.env[_IN_NOTE] = False
        _push(state, "note", end + 1).children = children
    state.pos = end + 1
    return True


def _citation(state: "StateInline", silent: bool) -> bool:
    if state.src[state.pos] not in "[@-":
        return False
    found = _citations(state).at(state.pos, state.posMax)
    if found is None:
        return False
    if not silent:
        _push(state, _CITATION, found.end).meta[_CITATION] = found
    state.pos = found.end
    return True


def _tex_citation(state: "StateInline", silent: bool) -> bool:
    command = COMMAND.match(state.src, state.pos, state.posMax)
    found = citation_at(state.src, command) if command else None
    if found is None or found.end > state.posMax:
        return False
    if not silent:
        _push(state, _CITATION, found.end).meta[_CITATION] = found
    state.pos = found.end
    return True


def _span(state: "StateInline", silent: bool) -> bool:
    """The bracket that opens `[text]{.attributes}`."""
    if state.src[state.pos] != "[":
        return False
    end = _citations(state).closing(state.pos)
    if end is None or end >= state.posMax or not _SPAN_END.match(state.src, end, state.posMax):
        return False
    if not silent:
        _push(state, "gap", state.pos + 1)
    state.pos += 1
    return True


def _citations(state: "StateInline") -> Citations:
    """The citations of the text that is being read."""
    known: dict[str, Citations] = state.env.setdefault(_CITATIONS, {})
    if state.src not in known:
        known[state.src] = Citations(state.src)
    return known[state.src]


def _push(state: "StateInline", kind: str, end: int) -> "Token":
    token = state.push(kind, "", 0)
    token.meta[_END] = end
    return token


class Inline:
    """Receives the running text of a block, piece by piece, each with its place in the block's text."""

    def say(self, text: str, start: int, end: int) -> None:
        """Words as they are read."""

    def cite(self, citation: Citation, by: int) -> None:
        """A citation in a text that begins `by` characters into the block's."""

    def note(self) -> "Inline":
        """A note begins; what is said in it goes to what is returned."""
        return self


def walk(tokens: "list[Token]", text: str, to: Inline, *, start: int = 0) -> None:
    """Give what is said and cited in a block to `to`.

    Args:
        tokens: The block's inline tokens.
        text: The block's text.
        to: What receives it.
        start: Where in the block the text of the tokens begins; for the text of an image.
    """
    place = start
    for token in tokens:
        end = token.meta.get(_END)
        place = _step(token, text, place, start + end if end is not None else None, to, start)


def _step(token: "Token", text: str, place: int, end: int | None, to: Inline, base: int) -> int:  # noqa: PLR0911 - because each kind of token ends in its own way
    kind = token.type
    if kind == "text":
        end = place + len(token.content)
        to.say(token.content, place, end)
        return end
    if kind == "text_special":
        end = place + len(token.markup)
        to.say(token.content, place, end)
        return end
    if kind in ("softbreak", "hardbreak"):
        found = re.compile(r"[ \t]*\\?\n[ \t]*").match(text, place)
        end = found.end() if found else place
        to.say(" ", place, end)
        return end
    if kind == _CITATION and end is not None:
        to.cite(token.meta[_CITATION], base)
        return end
    if kind == "link_open":
        return place + 1
    if end is not None:
        _whole(token, text, place, end, to)
        return end
    return place + len(token.content if kind == "html_inline" else token.markup)


def _whole(token: "Token", text: str, place: int, end: int, to: Inline) -> None:
    """A token that has both its beginning and its end."""
    if token.type == "code_inline":
        marks = len(token.markup)
        to.say(text[place + marks : end - marks], place + marks, end - marks)
    elif token.type == "image":
        walk(token.children or [], text, to, start=place + 2)
    elif token.type == "note":
        walk(token.children or [], text, to.note(), start=place + 2)
    elif token.type == "raised":
        to.say(token.content, place + 1, end - 1)
    elif token.type == "math":
        if not token.content.startswith("$$"):
            to.say(token.content, place, end)
    elif token.type == "gap" and token.content == r"\ ":
        to.say(" ", place, end)
