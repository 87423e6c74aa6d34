"""Drafts as pandoc Markdown."""

import json
import re

from assistant.types import Draft, Statement, cited_keys

# What Markdown would act on. Brackets and @ would make false citations, < and $ false HTML and mathematics.
_SPECIAL = re.compile(r"([\\`*_\[\]{}<>#@$^~|&]|(?<=http):|(?<=https):|(?<=ftp):|(?<=www)\.)", re.IGNORECASE)
# What would make a list, a definition or a box of the paragraph that begins with it: `- `, `: `, `::: `, `1. `, `(a) `.
_MARKER = re.compile(r"^(\(?(?:\d+|[a-z]|[ivxlcdm]+)(?=[.)](?:\s|$))|(?=[-+:](?:[\s:-]|$)))", re.IGNORECASE)


def to_markdown(draft: Draft) -> str:
    """A heading, a section for each theme with `[@key]` citations, and a place for the references.

    `pandoc --citeproc` turns it into any format; the header names the bibliography when there is one.
    """
    lines = [*_header(draft.bibliography), f"# {escaped(draft.title)}", ""]
    for section in draft.sections:
        lines += [f"## {escaped(section.heading)}", "", " ".join(_sentence(one) for one in section.statements), ""]
    if draft.sections:
        lines += ["## References", "", "::: {#refs}", ":::"]
    else:
        lines += [escaped(draft.reason)]
    return "\n".join(lines) + "\n"


def _header(bibliography: str | None) -> list[str]:
    # JSON strings are YAML strings, whatever is in the name.
    name = json.dumps(bibliography, ensure_ascii=False)
    return ["---", f"bibliography: {name}", "---", ""] if bibliography else []


def escaped(text: str) -> str:
    """Text that Markdown shows as it is, on one line."""
    plain = _SPECIAL.sub(r"\\\1", " ".join(text.split()))
    return _MARKER.sub(r"\1\\", plain)


def _sentence(statement: Statement) -> str:
    text = statement.text.rstrip()
    marks = "; ".join(f"@{key}" for key in cited_keys([statement]))
    if not marks:
        return escaped(text)
    # Pandoc wants the full stop after the citation; a quotation keeps its own.
    body, stop = (text[:-1], text[-1]) if text.endswith((".", "!", "?")) else (text, ".")
    return f"{escaped(body)} [{marks}]{stop}"
