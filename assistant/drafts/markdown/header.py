"""The YAML header of a draft in Markdown."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.drafts.markdown.lines import Prepared
from assistant.types import Trouble

if TYPE_CHECKING:
    import yaml

_MOST = 200_000
"""Characters of a header that is read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """What a header says of the draft."""

    title: str = ""
    abstract: Prepared | None = None
    """Its lines."""
    bibliographies: tuple[str, ...] = ()
    troubles: tuple[Trouble, ...] = ()


def read_header(text: Prepared) -> Header:
    """Read the header, and take it out of the text."""
    if text.header is None:
        return Header()
    first, last = text.header
    lines = text.lines[first:last]
    text.lines[first - 1 : last + 1] = [""] * (last + 2 - first)
    written = "\n".join(lines)
    if len(written) > _MOST:
        return Header(troubles=(Trouble(line=first, what="the header is too long to be read; it was left out"),))
    return _read(written, lines, first)


def _read(written: str, lines: list[str], first: int) -> Header:
    import yaml

    try:
        node = yaml.compose(written, Loader=yaml.SafeLoader)
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        line = first + 1 + (mark.line if mark else 0)
        problem = getattr(error, "problem", None) or "it cannot be read"
        return Header(troubles=(Trouble(line=line, what=f"the header is no YAML ({problem}); mend it"),))
    if not isinstance(node, yaml.MappingNode):
        return Header()
    fields = {key.value: value for key, value in node.value if isinstance(key, yaml.ScalarNode)}
    title = fields.get("title")
    abstract = fields.get("abstract")
    return Header(
        title=" ".join(title.value.split()) if isinstance(title, yaml.ScalarNode) else "",
        abstract=_lines_of(abstract, lines, first) if isinstance(abstract, yaml.ScalarNode) else None,
        bibliographies=tuple(_names(fields.get("bibliography"))),
    )


def _names(node: object) -> Iterator[str]:
    import yaml

    if isinstance(node, yaml.ScalarNode) and node.value:
        yield node.value
    elif isinstance(node, yaml.SequenceNode):
        yield from (one.value for one in node.value if isinstance(one, yaml.ScalarNode) and one.value)


def _lines_of(node: "yaml.ScalarNode", lines: list[str], first: int) -> Prepared:
    """The lines of a text in the header, its quotation marks and the name before it taken out."""
    begin, end = node.start_mark, node.end_mark
    found = lines[begin.line : end.line + 1]
    if end.line < len(lines):
        found[-1] = found[-1][: end.column].ljust(len(found[-1]))
    if node.style in ("|", ">"):
        found[0] = ""
    else:
        found[0] = found[0][begin.column :]
        if node.style:
            found[0] = found[0][1:]
            found[-1] = found[-1].rstrip()[:-1].ljust(len(found[-1]))
    return Prepared(lines=[line.lstrip() for line in found], first=first + begin.line)
