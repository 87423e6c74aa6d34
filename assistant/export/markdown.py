"""Drafts as pandoc Markdown."""

import json
import re
from collections.abc import Mapping

from assistant.export.cited_text import Bracketed, Narrative, Token, tokens
from assistant.types import Draft, Paper, Statement

# What Markdown would act on. Brackets and @ would make false citations, < and $ false HTML and mathematics, and two
# hyphens or three full stops other signs than the quoted ones.
_SPECIAL = re.compile(
    r"([\\`*_\[\]{}<>#@$^~|&]|(?<=-)-|(?<=\.)\.(?=\.)|(?<=http):|(?<=https):|(?<=ftp):|(?<=www)\.)", re.IGNORECASE
)
# What would make a list, a definition, a caption or a box of the paragraph that begins with it: `- `, `: `, `::: `,
# `Table: `, `1. `, `(a) `.
_MARKER = re.compile(r"^(\(?(?:\d+|[a-z]|[ivxlcdm]+)(?=[.)](?:\s|$))|table(?=:)|(?=[-+:](?:[\s:-]|$)))", re.IGNORECASE)
_BARE_KEY = re.compile(r"\w+(?:[:.+/-]\w+)*")
_GOES_ON = re.compile(r"[:.#$%&\-+?<>~/]?\w")
_YEAR = re.compile(r" \(\d+\)$")


def to_markdown(
    draft: Draft, papers: Mapping[str, Paper] | None = None, *, csl: str | None = None, has_names: bool = True
) -> str:
    """A section for each theme with `@key` and `[@key]` citations, and a place for the references.

    `pandoc --citeproc` turns it into any format without a further option; the header names the title, and the
    bibliography and the style when there are any.

    Args:
        draft: What is written.
        papers: By key, those that it cites; without them all citations are in brackets.
        csl: Name of the .csl file that goes with it.
        has_names: Whether that style writes names where a citation is a part of its sentence. One that writes numbers
            does not: there the names are written out.
    """
    keys = [*draft.cited_keys, *(row.key for row in draft.table)]
    cited = {key: papers[key] for key in keys if key in papers} if papers else {}
    lines = [*_header(draft, csl), ""]
    for section in draft.sections:
        sentences = (_sentence(one, cited, has_names=has_names) for one in section.statements)
        lines += [f"# {escaped(section.heading)}", "", _as_paragraph(" ".join(sentences)), ""]
    if draft.table:
        lines += [_table(draft, cited, has_names=has_names), ""]
    if draft.sections:
        lines += ["# References {.unnumbered}", "", "::: {#refs}", ":::"]
    else:
        lines += [escaped(draft.reason)]
    return "\n".join(lines) + "\n"


def escaped(text: str) -> str:
    """Text that Markdown shows as it is, on one line."""
    return _as_paragraph(_SPECIAL.sub(r"\\\1", " ".join(text.split())))


def _as_paragraph(markdown: str) -> str:
    """A line that begins no list and no box."""
    return _MARKER.sub(r"\1\\", markdown)


def _header(draft: Draft, csl: str | None) -> list[str]:
    values = {"title": escaped(draft.title), "bibliography": draft.bibliography, "csl": csl}
    # JSON strings are YAML strings, whatever is in the name.
    lines = [f"{name}: {json.dumps(value, ensure_ascii=False)}" for name, value in values.items() if value]
    return ["---", *lines, "link-citations: true", "---"]


def _sentence(statement: Statement, papers: Mapping[str, Paper], *, has_names: bool) -> str:
    written = ""
    for token in reversed(tokens(statement, papers)):
        written = _written(token, written, has_names=has_names) + written
    return written


def _written(token: Token, behind: str, *, has_names: bool) -> str:
    """A token as Markdown; what is behind it must not become a part of a key, nor of a citation."""
    if isinstance(token, str):
        return _SPECIAL.sub(r"\\\1", token)
    if isinstance(token, Bracketed):
        return f"[{'; '.join(map(_key, token.keys))}]"
    if not has_names:
        return _SPECIAL.sub(r"\\\1", _YEAR.sub("", token.text)) + f" [{_key(token.key)}]"
    return _narrative(token, behind)


def _narrative(token: Narrative, behind: str) -> str:
    key = _key(token.key, is_bare=not _GOES_ON.match(behind))
    # A bracket right behind a narrative citation would be taken into it; an empty comment parts the two.
    return f"{key}<!-- -->" if re.match(r"\s*\[", behind) else key


def _key(key: str, *, is_bare: bool = True) -> str:
    return f"@{key}" if is_bare and _BARE_KEY.fullmatch(key) else f"@{{{key}}}"


def _table(draft: Draft, papers: Mapping[str, Paper], *, has_names: bool) -> str:
    from assistant.export.comparison import table_markdown

    return table_markdown(draft.table, papers, has_names=has_names).rstrip("\n")
